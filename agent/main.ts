/** netmonitor-agent: measures this machine and tells the box. */
import { fileURLToPath } from 'node:url';
import { runDaemon } from '../appliance/runtime/daemon.ts';
import { readEnvironment } from '../appliance/runtime/environment.ts';
import { buildAgent } from './agent.ts';
import { agentConfig } from './config.ts';
import { endWithParent } from './end-tree.ts';

const program = fileURLToPath(import.meta.url);

const {
  argv: [errand],
  locale,
} = readEnvironment();

// The daemon starts this same program once more for the facts that never change; see facts.ts.
if (errand === 'facts') {
  endWithParent();
  const { printFacts } = await import('./gather-facts.ts');
  await printFacts((text) => void process.stdout.write(text));
} else if (process.platform !== 'linux' && errand === 'answers') {
  endWithParent();
  const { answerQuestions } = await import('./elsewhere/answer.ts');
  await answerQuestions({ input: process.stdin, output: process.stdout });
} else {
  await runDaemon({
    name: 'agent',
    about: 'Measures this machine and tells the box: finds it, connects, sends, and loses nothing.',
    table: agentConfig,
    livesWithoutDisk: true,
    build: (context) => buildAgent({ ...context, program, locale }),
  });
}
