/** A process of its own that plays many agents on the real wire; `simulated.ts` starts it and reads its lines. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Series } from '../../appliance/protocol/series.ts';
import { WireAgent, wireIdentity } from '../helpers/wire-agent.ts';
import { changingHosts } from './hosts.ts';

/** As many series as an ordinary machine has. */
const seriesCount = 60;
/** So many connect within an interval. */
const agentsPerTurn = 100;
const mostTries = 30;
const againMs = 2_000;
const names = ['system.uptime', 'system.cpu.utilization', 'system.memory.utilization'];

const { values } = parseArgs({
  options: {
    identities: { type: 'string', default: '' },
    agents: { type: 'string', default: '100' },
    port: { type: 'string', default: '7411' },
    interval: { type: 'string', default: '5000' },
    make: { type: 'boolean' },
    marked: { type: 'boolean' },
    trace: { type: 'string' },
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

function markedSeries(): Series[] {
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

type Script = { series: readonly Series[]; row(index: number, seq: number): (number | undefined)[] };

/** Two digits of processor load that differ from one sample to the next, so that each is recognised on the panel. */
function markedScript(): Script {
  return {
    series: markedSeries(),
    row(index, seq) {
      const cpu = 110 + ((seq * 37) % 89) * 10;
      const rest = Array.from(
        { length: seriesCount - names.length },
        (_, i) => seq * (1_000 + i) + Math.floor(Math.random() * 1_000),
      );
      const takenMs = Date.now();
      if (index === 0) process.stdout.write(`${JSON.stringify({ takenMs, cpu: Math.round(cpu / 10) })}\n`);
      return [takenMs, cpu, 500, ...rest];
    },
  };
}

async function play(index: number, identity: ReturnType<typeof wireIdentity>, script: Script): Promise<void> {
  // Real agents are spread over the interval by when they were switched on; and not all were at once.
  const beganMs = performance.now();
  await sleep(
    Math.floor(index / agentsPerTurn) * intervalMs + ((index % agentsPerTurn) / agentsPerTurn) * intervalMs,
  );
  const hello = { name: `bench-${index}`, intervalMs, runMs: 0 };
  let startMs = performance.now();
  // The door takes so many a second from one address; whoever is turned away comes again, as real agents do.
  const greet = async (left: number): Promise<WireAgent> => {
    startMs = performance.now();
    const turnedAway = (error: unknown) => (left > 0 ? null : Promise.reject(error));
    const agent = await WireAgent.greet({ port: Number(values.port), identity }, hello).catch(turnedAway);
    if (agent?.welcome !== undefined || (agent !== null && left === 0)) return agent;
    await sleep(againMs * (0.5 + Math.random()));
    return greet(left - 1);
  };
  const agent = await greet(mostTries);
  if (agent.welcome?.state !== 'admitted')
    throw new Error(`agent ${index} after ${performance.now() - beganMs} ms: ${JSON.stringify(agent.heard)}`);
  agent.send('dictionary', { from: 0, series: [...script.series] });
  for (let seq = 0; ; seq++) {
    agent.tick(seq, script.row(index, seq), Math.round(performance.now() - startMs));
    await sleep(intervalMs - (performance.now() - startMs - seq * intervalMs));
    // What was said is not kept: a thousand agents are played for long.
    agent.heard.length = 0;
    if (agent.closed) throw new Error(`agent ${index} was disconnected: ${JSON.stringify(agent.errors)}`);
  }
}

if (values.make) makeIdentities();
else {
  const identities = JSON.parse(readFileSync(values.identities, 'utf8')) as ReturnType<typeof wireIdentity>[];
  const script = values.marked ? markedScript() : await changingHosts(count, values.trace);
  await Promise.all(identities.slice(0, count).map((identity, index) => play(index, identity, script)));
}
