/** CPU of the store for what charts and overviews ask, beside VictoriaMetrics with the same samples. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../helpers/eventually.ts';
import { type Bench, type BenchContext, numberOption, round } from './bench.ts';
import { schedulerMs } from './counters.ts';
import { Hosts, hostHelp, hostOptions } from './hosts.ts';
import { entryOf, StoreBox, sealEveryTicks, stepMs, waitingTicks } from './store-box.ts';
import {
  assertVictoriaMetrics,
  flushed,
  importColumn,
  importLines,
  startVictoriaMetrics,
  type VictoriaMetrics,
} from './victoriametrics.ts';

const hostCount = 100;
/** So many hosts have a whole day; of the others only the last hour matters. */
const deepHosts = 10;
const hoursAsked = 24;
/** As many as one answer gives. */
const points = 4_000;
const chartPoints = 240;
const ticksPerEntry = 60;
const latestTicks = 12;

export const query: Bench = {
  about: 'CPU of the store for a question, in ms: one series over 24 h, and the last value of everything',
  goal: 'range ≤ VictoriaMetrics (export), latest ≤ a tenth of it',
  help: { times: 'how often each is asked (120)', ...hostHelp(hostCount) },
  options: { times: { type: 'string' }, ...hostOptions },
  async run(context) {
    await assertVictoriaMetrics();
    const times = Math.max(1, numberOption(context, 'times', 120));
    const hosts = await Hosts.of(context, { hosts: hostCount, hours: hoursAsked + 1, generated: deepHosts });
    const folder = await mkdtemp(join(tmpdir(), 'nm-'));
    try {
      const endMs = Date.now();
      const ours = await ourCosts(context, { hosts, times, endMs });
      const peer = await victoriaMetricsCosts(context, { hosts, times, endMs }, folder);
      const figures = {
        range: round(ours.range, 2),
        range_victoriametrics: round(peer.range, 2),
        latest: round(ours.latest, 2),
        latest_victoriametrics: round(peer.latest, 2),
        range_chart: round(ours.chart, 2),
        latest_values: ours.values,
        latest_values_victoriametrics: peer.values,
      };
      return {
        figures,
        met: ours.range <= peer.range && ours.latest <= peer.latest / 10 && ours.values >= peer.values,
        conditions:
          `${hosts.count} ${hosts.what} hosts, ${hosts.series.length} series each, ${Math.min(deepHosts, hosts.count)} of them with ${hoursAsked} h; ` +
          `mean of ${times} questions, every series in turn, when the store was at rest; CPU of the store over its own socket and of VictoriaMetrics over HTTP, nothing of web; ` +
          `range: mean, least and most at ${points} points against an export of every value (range_chart: ${chartPoints} points as the page asks); ` +
          'latest: all machines in one answer against an instant query of every series',
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

type Setup = { hosts: Hosts; times: number; endMs: number };

/** Rows of a host: a day in blocks and then what waits in RAM. */
function rowsOf(host: number, machine: number): { sealed: number; all: number } {
  const sealed = host < deepHosts ? hoursAsked * sealEveryTicks : 0;
  return { sealed, all: sealed + waitingTicks(machine) };
}

async function ourCosts(context: BenchContext, { hosts, times, endMs }: Setup) {
  const bundles = await context.bundles();
  const store = await StoreBox.start({
    bundles,
    flags: ['--seal-interval', '1s', '--commit-interval', '100ms'],
  });
  try {
    const machines = await store.admit(hosts);
    const send = async (host: number, first: number, last: number) => {
      const machine = machines[host]!;
      const wallAtZeroMs = endMs - rowsOf(host, machine).all * stepMs;
      for (let from = first; from < last; from += ticksPerEntry) {
        const to = Math.min(from + ticksPerEntry, last);
        await store.client.append([entryOf(hosts, { machine, host, from, to, wallAtZeroMs })]);
      }
    };
    context.progress('a day of blocks into our store');
    for (let hour = 0; hour < hoursAsked; hour++) {
      context.signal.throwIfAborted();
      for (let host = 0; host < Math.min(deepHosts, hosts.count); host++)
        await send(host, hour * sealEveryTicks, (hour + 1) * sealEveryTicks);
      await eventually('all is sealed', async () => (await store.reader.health()).heads === 0, {
        everyMs: 50,
      });
    }
    await store.restart([]);
    for (const [host, machine] of machines.entries()) {
      const { sealed, all } = rowsOf(host, machine);
      await send(host, sealed, all);
    }
    await store.committed();
    await quiet(store.pid, context);
    context.progress('our store is asked');
    const range = (points: number) => async (turn: number) => {
      const machine = machines[turn % Math.min(deepHosts, hosts.count)]!;
      const { name } = hosts.series[turn % hosts.series.length]!;
      const asked = { machine, names: [name], fromMs: endMs - hoursAsked * 3_600_000, toMs: endMs, points };
      const { columns } = await store.reader.range(asked);
      if (!columns[0]?.mean.some((value) => value !== null)) throw new Error(`${name} is empty`);
    };
    let values = 0;
    const latest = async () => {
      const all = Object.values(await store.reader.latestOfAll());
      values = all.reduce((sum, list) => sum + list.length, 0);
    };
    const cost = (ask: (turn: number) => Promise<void>) => costOf(store.pid, times, ask);
    return {
      range: await cost(range(points)),
      chart: await cost(range(chartPoints)),
      latest: await cost(latest),
      values,
    };
  } finally {
    await store.remove();
  }
}

async function victoriaMetricsCosts(context: BenchContext, { hosts, times, endMs }: Setup, folder: string) {
  context.progress('the same into VictoriaMetrics');
  const victoria = await startVictoriaMetrics(folder);
  try {
    for (let host = 0; host < hosts.count; host++) {
      context.signal.throwIfAborted();
      const { all } = rowsOf(host, host + 1);
      if (host < deepHosts) await importDay(victoria, hosts, host, { rows: all, endMs });
      else {
        let text = '';
        for (let at = all - latestTicks; at < all; at++)
          text += hosts.lines(host, at, endMs - (all - at) * stepMs);
        await importLines(victoria.base, text);
      }
    }
    await flushed(victoria.base);
    await quiet(victoria.pid, context);
    context.progress('VictoriaMetrics is asked');
    const range = async (turn: number) => {
      const host = turn % Math.min(deepHosts, hosts.count);
      const asked = new URLSearchParams({
        'match[]': `${hosts.label(turn % hosts.series.length)}{host="host-${host}"}`,
        start: String((endMs - hoursAsked * 3_600_000) / 1_000),
        end: String(endMs / 1_000),
      });
      const text = await (await fetch(`${victoria.base}/api/v1/export?${asked}`)).text();
      if (text.length < 1_000) throw new Error(`VictoriaMetrics exports ${text}`);
    };
    let values = 0;
    const latest = async () => {
      const asked = new URLSearchParams({ query: '{host!=""}', time: String(endMs / 1_000) });
      const answer = (await (await fetch(`${victoria.base}/api/v1/query?${asked}`)).json()) as {
        data: { result: unknown[] };
      };
      values = answer.data.result.length;
    };
    return {
      range: await costOf(victoria.pid, times, range),
      latest: await costOf(victoria.pid, times, latest),
      values,
    };
  } finally {
    await victoria.stop();
  }
}

async function importDay(
  victoria: VictoriaMetrics,
  hosts: Hosts,
  host: number,
  { rows, endMs }: { rows: number; endMs: number },
): Promise<void> {
  for (const index of hosts.series.keys()) {
    const values: string[] = [];
    const timestamps: number[] = [];
    for (let at = 0; at < rows; at++) {
      const value = hosts.text(host, index, at);
      if (value === null) continue;
      values.push(value);
      timestamps.push(endMs - (rows - at) * stepMs);
    }
    await importColumn(victoria.base, { name: hosts.label(index), host, values, timestamps });
  }
}

/** Of one question in the mean, after as many that nobody counts. */
async function costOf(pid: number, times: number, ask: (turn: number) => Promise<void>): Promise<number> {
  for (let turn = 0; turn < times; turn++) await ask(turn);
  const before = schedulerMs(pid);
  for (let turn = 0; turn < times; turn++) await ask(turn);
  return (schedulerMs(pid) - before) / times;
}

const lookMs = 2_000;
const looks = 60;
const restingMs = 40;

/** What a store does of its own accord after so much history is no part of a question. */
async function quiet(pid: number, { signal, progress }: BenchContext): Promise<void> {
  for (let look = 0; look < looks; look++) {
    const before = schedulerMs(pid);
    await sleep(lookMs, undefined, { signal });
    if (schedulerMs(pid) - before < restingMs) return;
  }
  progress('it does not come to rest');
}
