/** netmonitor-agent: measures this machine and tells the box. */
import { fileURLToPath } from 'node:url';
import { runDaemon } from '../appliance/runtime/daemon.ts';
import { readEnvironment } from '../appliance/runtime/environment.ts';
import { buildAgent } from './agent.ts';
import { agentConfig } from './config.ts';

const program = fileURLToPath(import.meta.url);

// The daemon starts this same program once more for the facts that never change; see facts.ts.
if (readEnvironment().argv[0] === 'facts') {
  const { printFacts } = await import('./gather-facts.ts');
  await printFacts((text) => void process.stdout.write(text));
} else {
  await runDaemon({
    name: 'agent',
    about: 'Measures this machine and tells the box: finds it, connects, sends, and loses nothing.',
    table: agentConfig,
    build: (context) => buildAgent({ ...context, program }),
  });
}
