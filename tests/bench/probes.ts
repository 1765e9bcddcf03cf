/** What a check costs, whether a thousand of them hold their schedule, and what the watch holds meanwhile. */
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../appliance/protocol/limits.ts';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { createWatchClient } from '../../appliance/watch/client/client.ts';
import type { NewProbe, ProbeState } from '../../appliance/watch/client/probes.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Bench, type BenchContext, numberOption, round } from './bench.ts';
import { BundledBox } from './box.ts';
import { cpuMsWithChildren, memoryMb, tree } from './counters.ts';
import { assertInstalled } from './peer.ts';
import { Probed } from './probed.ts';

const intervalMs = 20_000;
/** Samples are taken every five seconds. */
const slackMs = 7_000;
/** Uptime Kuma 2.5.3 with the same 100 checks: 1.04 s of CPU in 20 s, of its process and its children. Measured once, not in this run. */
const uptimeKumaMs = 10.4;
const goal = { cpuMs: 1, watchPrivateMb: 25 };
const daemons = ['store', 'ingest', 'watch', 'agent'] as const;
const by = { who: 'bench', role: 'admin', from: 'bench' };

export const probes: Bench = {
  about: `CPU milliseconds a check with 50 pages and 50 pings every ${intervalMs / 1_000} s, children counted; late ones of 1,000`,
  goal: `cpu ≤ ${goal.cpuMs} (Uptime Kuma in the field: ${uptimeKumaMs}), none of 1,000 late, watch ≤ ${goal.watchPrivateMb} MB private`,
  help: {
    seconds: 'how long each of the three stages is measured (120)',
    only: 'cpu: without the thousand checks',
  },
  options: { seconds: { type: 'string' }, only: { type: 'string' } },
  async run(context) {
    const seconds = numberOption(context, 'seconds', 120);
    await assertInstalled('/usr/bin/fping', 'fping');
    const bundles = await context.bundles();
    const probed = await Probed.create();
    const box = await BundledBox.create({ bundles, daemons, prefix: probed.prefix });
    try {
      await box.start();
      return await measure({ box, probed, seconds, context });
    } finally {
      await box.remove();
      await probed.remove();
    }
  },
};

type Stage = { box: BundledBox; probed: Probed; seconds: number; context: BenchContext };
type Used = Record<(typeof daemons)[number], number>;

async function measure(stage: Stage) {
  const { box, seconds, context } = stage;
  const store = createStoreClient({ runDir: box.runDir, as: 'console' });
  const watch = createWatchClient({ runDir: box.runDir, as: 'console' });
  const make = async (from: number, to: number) => {
    for (let at = from; at < to; at++) await watch.createProbe(check(at), by);
  };
  try {
    await eventually('the agent sends', async () =>
      (await store.machines()).find((one) => one.local && one.state === 'up'),
    );
    context.progress('idle');
    await sleep(30_000, undefined, { signal: context.signal });
    const idle = await usedIn(stage);
    await make(0, 100);
    context.progress('100 checks');
    await settle(stage, 100);
    const used = await usedIn(stage);
    for (const [what, cpu] of Object.entries({ idle, used }))
      context.progress(`${what}: ${daemons.map((name) => `${name} ${round(cpu[name], 0)} ms`).join(', ')}`);
    const done = (100 * seconds * 1_000) / intervalMs;
    const more = daemons.reduce((sum, name) => sum + used[name] - idle[name], 0);
    const fewMb = memoryMb(box.pid('watch')).private;
    let watchMb = fewMb;
    let late = 0;
    let unheard = 0;
    if (context.values.only !== 'cpu') {
      const most = limits.probesPerMachine - (await watch.probes()).length + 100;
      await make(100, most);
      context.progress(`${most} checks`);
      await settle(stage, most);
      late = await lateOnes(stage, most);
      unheard = unheardOf(await watch.probes());
      watchMb = Math.max(watchMb, memoryMb(box.pid('watch')).private);
    }
    const figures = {
      cpu_ms_per_check: round((used.agent - idle.agent) / done, 3),
      agent_cpu_ms_per_check: round(used.agent / done, 3),
      uptime_kuma_cpu_ms_per_check: uptimeKumaMs,
      box_cpu_ms_per_check: round(more / done, 3),
      watch_private_mb: round(watchMb, 1),
      watch_private_mb_100: round(fewMb, 1),
      late_checks: late,
      unheard_checks: unheard,
    };
    return {
      figures,
      met:
        figures.cpu_ms_per_check <= goal.cpuMs &&
        late + unheard === 0 &&
        figures.watch_private_mb <= goal.watchPrivateMb,
      conditions:
        `bundles in a network namespace, ${seconds} s a stage; cpu_ms_per_check is what the agent and its children (fping) used more than without checks, agent_cpu_ms_per_check all that they used, ` +
        `box_cpu_ms_per_check what store, ingest, watch and agent used more than without checks; ` +
        `uptime_kuma_cpu_ms_per_check was measured in the field, not in this run`,
    };
  } finally {
    watch.close();
    store.close();
  }
}

function check(at: number): NewProbe {
  const host = Probed.addressOf(at);
  const common = { name: `Check ${at}`, intervalMs };
  return at % 2 === 0
    ? { ...common, kind: 'http', options: { url: `http://${host}:${Probed.port}/${at}` } }
    : { ...common, kind: 'icmp', options: { host } };
}

async function usedIn({ box, seconds, context }: Stage): Promise<Used> {
  const now = () =>
    daemons.map((name) => tree(box.pid(name)).reduce((sum, pid) => sum + cpuMsWithChildren(pid), 0));
  const before = now();
  await sleep(seconds * 1_000, undefined, { signal: context.signal });
  const after = now();
  return Object.fromEntries(daemons.map((name, at) => [name, after[at]! - before[at]!])) as Used;
}

/** All of them have been looked at on their beat: the first look is out of step. */
async function settle({ probed, context }: Stage, count: number): Promise<void> {
  await sleep(2.5 * intervalMs, undefined, { signal: context.signal });
  const seen = (await probed.visits()).size;
  if (seen < count / 2) throw new Error(`only ${seen} of ${count / 2} pages were asked for`);
}

/** Checks, pings among them, of which the watch has not heard since their last beat: they are told with the next sample. */
function unheardOf(states: readonly ProbeState[]): number {
  const oldestMs = Date.now() - intervalMs - slackMs;
  const isLate = ({ probe, vantages }: ProbeState) =>
    !probe.builtIn && vantages.some(({ lastMs }) => lastMs === null || lastMs < oldestMs);
  return states.filter(isLate).length;
}

/** A page that is asked for more than a second behind its beat, or not at all. */
async function lateOnes({ probed, seconds, context }: Stage, count: number): Promise<number> {
  await probed.visits();
  await sleep(seconds * 1_000, undefined, { signal: context.signal });
  let late = 0;
  const visits = await probed.visits();
  // The first or the last beat may fall just outside.
  const beats = Math.max(1, Math.floor((seconds * 1_000) / intervalMs) - 1);
  for (const times of visits.values()) {
    late += Math.max(0, beats - times.length);
    for (let at = 1; at < times.length; at++) if (times[at]! - times[at - 1]! > intervalMs + 1_000) late += 1;
  }
  return late + (count / 2 - visits.size) * beats;
}
