/** Memory of the whole box: the sum of what each daemon and its children proportionally hold, alone and with agents. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { daemonNames } from '../../appliance/launch/daemons.ts';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { type Bench, type BenchContext, numberOption, round } from './bench.ts';
import { BundledBox } from './box.ts';
import { memoryMb, tree } from './counters.ts';
import { changingHosts, type Hosts } from './hosts.ts';
import { SimulatedAgents } from './simulated.ts';
import { fillHeads, stepMs } from './store-box.ts';
import { assertVictoriaMetrics, flushed, importLines, startVictoriaMetrics } from './victoriametrics.ts';

const goalMb = { idle: 170, agents100: 220, agents1000: 300 };
const fleets = [100, 1000];
const peerTicks = 36;
/** Agents connect a hundred at a time, one such group every 5 s. */
const connectMs = (agents: number) => (agents / 100) * 5_000;

export const memory: Bench = {
  about: 'sum of PSS of all daemons and their children, in MB, idle and with 100 and 1,000 agents',
  goal: `≤ ${goalMb.idle} / ${goalMb.agents100} / ${goalMb.agents1000}`,
  help: {
    seconds: 'how long the box runs before it is measured, with agents behind their connecting (60)',
    hosts: 'only this number of agents instead (0: idle only)',
    trace: 'a recording that the agents replay: CSV, a line "t,series,…", then milliseconds and values',
  },
  options: { seconds: { type: 'string' }, hosts: { type: 'string' }, trace: { type: 'string' } },
  async run(context) {
    await assertVictoriaMetrics();
    const seconds = numberOption(context, 'seconds', 60);
    const only = context.values.hosts === undefined ? null : numberOption(context, 'hosts', 0);
    const bundles = await context.bundles();
    const figures: Record<string, number> = {};
    for (const agents of only === null ? [0, ...fleets] : [only]) {
      const name = agents === 0 ? 'idle' : `agents${agents}`;
      const hosts = await changingHosts(Math.max(1, agents), context.values.trace);
      const each = await boxMb({ context, bundles, agents, hosts, seconds });
      figures[name] = round(
        Object.values(each).reduce((sum, pss) => sum + pss, 0),
        1,
      );
      for (const [daemon, pss] of Object.entries(each)) figures[`${name}_${daemon}`] = round(pss, 1);
      context.progress(`${name}: ${figures[name]} MB`);
      if (agents > 0) {
        const peer = agents === 100 ? 'victoriametrics' : `victoriametrics${agents}`;
        figures[peer] = round(await victoriaMetricsMb(context, hosts), 1);
      }
    }
    const met = Object.entries(goalMb).every(([name, most]) => (figures[name] ?? 0) <= most);
    return {
      figures,
      met: met && (only !== null || figures.agents1000 !== undefined),
      conditions:
        `${daemonNames.length} daemons as bundles on one Node of their own, pm2 left out, the box's own agent among them; the other agents in a process outside the sum, ` +
        `each with a TLS connection and ${context.values.trace === undefined ? '60 series that all change' : 'the recorded series'} every 5 s; ` +
        `heads filled beforehand to the ages of an ordinary hour; measured ${seconds} s after the last has connected; VictoriaMetrics: PSS after ${peerTicks} ticks of the same series`,
    };
  },
};

type Asked = { context: BenchContext; bundles: string; agents: number; hosts: Hosts; seconds: number };

async function boxMb({ context, bundles, agents, hosts, seconds }: Asked): Promise<Record<string, number>> {
  const box = await BundledBox.create({ bundles });
  // One of them is the box's own.
  const simulated =
    agents > 1 ? new SimulatedAgents(box, { agents: agents - 1, trace: context.values.trace }) : null;
  try {
    await simulated?.prepare();
    await box.start();
    if (simulated) {
      await fill(box, hosts, await simulated.admit());
      context.progress(`${agents} agents: heads are filled, they connect`);
      simulated.start();
      await sleep(connectMs(agents), undefined, { signal: context.signal });
    }
    await sleep(seconds * 1_000, undefined, { signal: context.signal });
    if (simulated?.failed) throw new Error(simulated.failed);
    return Object.fromEntries(
      daemonNames.map((name) => [name, tree(box.pid(name)).reduce((sum, pid) => sum + memoryMb(pid).pss, 0)]),
    );
  } finally {
    await simulated?.stop();
    await box.remove();
  }
}

async function fill(box: BundledBox, hosts: Hosts, machines: readonly number[]): Promise<void> {
  const client = createStoreClient({ runDir: box.runDir, as: 'ingest' });
  try {
    for (const machine of machines) await client.series(machine, [...hosts.series]);
    await fillHeads(client, hosts, machines, (_host, ticks) => Date.now() - ticks * stepMs);
  } finally {
    client.close();
  }
}

async function victoriaMetricsMb(context: BenchContext, hosts: Hosts): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'nm-'));
  const victoria = await startVictoriaMetrics(folder);
  try {
    const firstMs = Date.now() - peerTicks * stepMs;
    for (let at = 0; at < peerTicks; at++) {
      context.signal.throwIfAborted();
      for (let host = 0; host < hosts.count; host++)
        await importLines(victoria.base, hosts.lines(host, at, firstMs + at * stepMs));
    }
    await flushed(victoria.base);
    return memoryMb(victoria.pid).pss;
  } finally {
    await victoria.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
