/** A process of its own that plays many agents on the real wire; `latency.ts` starts it and reads its lines. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Series } from '../../appliance/protocol/series.ts';
import { WireAgent, wireIdentity } from '../helpers/wire-agent.ts';

/** As many series as an ordinary machine has. */
const seriesCount = 60;
const names = ['system.uptime', 'system.cpu.utilization', 'system.memory.utilization'];

const { values } = parseArgs({
  options: {
    identities: { type: 'string', default: '' },
    agents: { type: 'string', default: '100' },
    port: { type: 'string', default: '7411' },
    interval: { type: 'string', default: '5000' },
    make: { type: 'boolean' },
  },
});
const count = Number(values.agents);
const intervalMs = Number(values.interval);

/** Keys are made once and read again, because the box admits them in between. */
function makeIdentities(): void {
  const made = Array.from({ length: count }, () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return wireIdentity(privateKey);
  });
  writeFileSync(values.identities, JSON.stringify(made), { mode: 0o600 });
}

function dictionary(): Series[] {
  const known: Series[] = [
    // Carries when the sample was taken, in milliseconds of this machine's clock.
    { name: names[0]!, unit: 's', scale: 3, kind: 'gauge' },
    { name: names[1]!, unit: '1', scale: 3, kind: 'gauge' },
    { name: names[2]!, unit: '1', scale: 3, kind: 'gauge' },
  ];
  const rest = Array.from({ length: seriesCount - known.length }, (_, i) => ({
    name: `system.network.io:eth${i}:receive`,
    unit: 'By',
    scale: 0,
    kind: 'counter' as const,
  }));
  return [...known, ...rest];
}

async function play(index: number, identity: ReturnType<typeof wireIdentity>): Promise<void> {
  // Real agents are spread over the interval by when they were switched on.
  await sleep((index / count) * intervalMs);
  const startMs = performance.now();
  const hello = { name: `bench-${index}`, intervalMs, runMs: 0 };
  const agent = await WireAgent.greet({ port: Number(values.port), identity }, hello);
  if (agent.welcome?.state !== 'admitted') throw new Error(`agent ${index}: ${JSON.stringify(agent.heard)}`);
  agent.send('dictionary', { from: 0, series: dictionary() });
  for (let seq = 0; ; seq++) {
    const runMs = Math.round(performance.now() - startMs);
    // Two digits that differ from one sample to the next, so that each is recognised on the panel.
    const cpu = 110 + ((seq * 37) % 89) * 10;
    const rest = Array.from(
      { length: seriesCount - names.length },
      (_, i) => seq * (1_000 + i) + Math.floor(Math.random() * 1_000),
    );
    const takenMs = Date.now();
    agent.tick(seq, [takenMs, cpu, 500, ...rest], runMs);
    if (index === 0) process.stdout.write(`${JSON.stringify({ takenMs, cpu: Math.round(cpu / 10) })}\n`);
    await sleep(intervalMs - (performance.now() - startMs - seq * intervalMs));
    if (agent.closed) throw new Error(`agent ${index} was disconnected: ${JSON.stringify(agent.errors)}`);
  }
}

if (values.make) makeIdentities();
else {
  const identities = JSON.parse(readFileSync(values.identities, 'utf8')) as ReturnType<typeof wireIdentity>[];
  await Promise.all(identities.slice(0, count).map((identity, index) => play(index, identity)));
}
