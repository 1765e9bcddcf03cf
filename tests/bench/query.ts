/**
 * CPU of the store for what is asked of it, beside VictoriaMetrics with the same samples and the same questions in the same
 * order, each asked as the box's other processes (or an HTTP client of VictoriaMetrics) ask it:
 *
 * - range: every sample of one series over 24 h with its date, `exportPage` of the store's client against `/api/v1/export`.
 *   Each series is asked for once and was never asked for before: the questions before the measuring go to other machines.
 *   Of each answer the dates and values are compared, all of them.
 * - range_again: the same for a few series in turn, as whoever looks at a machine asks again and again.
 * - range_chart: what the page asks for a chart of 24 h, never asked before either.
 * - latest: the last value of every series of every machine, in one answer.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unscaled } from '../../appliance/protocol/series.ts';
import type { ExportPage } from '../../appliance/store/client/types.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Bench, type BenchContext, numberOption, round } from './bench.ts';
import { schedulerMs } from './counters.ts';
import { Hosts, hostHelp, hostOptions } from './hosts.ts';
import {
  type Ask,
  answerOf,
  costOf,
  deepHosts,
  pairOf,
  pairsOf,
  rangeCosts,
  seriesAgain,
  warmCostOf,
} from './questions.ts';
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
const hoursAsked = 24;
const chartPoints = 240;
const ticksPerEntry = 60;
const latestTicks = 12;

export const query: Bench = {
  about:
    'CPU of the store for a question, in ms: every sample of a series over 24 h, and the last value of everything',
  goal: 'range ≤ VictoriaMetrics (export), latest ≤ a tenth of it',
  help: { times: 'how often each is asked (120)', ...hostHelp(hostCount) },
  options: { times: { type: 'string' }, ...hostOptions },
  async run(context) {
    await assertVictoriaMetrics();
    const asked = Math.max(1, numberOption(context, 'times', 120));
    const hosts = await Hosts.of(context, { hosts: hostCount, hours: hoursAsked + 1, generated: deepHosts });
    // A third of the series is for the questions before the measuring, and one for each of the two that are never repeated.
    const times = Math.min(asked, Math.floor(pairsOf(hosts) / 3));
    const folder = await mkdtemp(join(tmpdir(), 'nm-'));
    try {
      const endMs = Date.now();
      const ours = await ourCosts(context, { hosts, times, endMs });
      const peer = await victoriaMetricsCosts(context, { hosts, times, endMs }, folder);
      const differing = ours.answers.filter((answer, at) => answer !== peer.answers[at]).length;
      if (differing > 0)
        throw new Error(`${differing} of ${times} answers differ from those of VictoriaMetrics`);
      const figures = {
        range: round(ours.range, 2),
        range_victoriametrics: round(peer.range, 2),
        latest: round(ours.latest, 2),
        latest_victoriametrics: round(peer.latest, 2),
        range_again: round(ours.again, 2),
        range_again_victoriametrics: round(peer.again, 2),
        range_chart: round(ours.chart, 2),
        samples: ours.samples,
        samples_victoriametrics: peer.samples,
        latest_values: ours.values,
        latest_values_victoriametrics: peer.values,
      };
      return {
        figures,
        met: ours.range <= peer.range && ours.latest <= peer.latest / 10 && ours.values >= peer.values,
        conditions:
          `${hosts.count} ${hosts.what} hosts, ${hosts.series.length} series each, ${Math.min(deepHosts, hosts.count)} of them with ${hoursAsked} h; ` +
          `mean of ${times} questions when the store was at rest; CPU of the store over its own socket and of VictoriaMetrics over HTTP, nothing of web; ` +
          `range: every sample with its date, each series for the first time (range_again: ${seriesAgain} series in turn), every answer of ours the same as that of VictoriaMetrics; ` +
          `range_chart: mean, least and most at ${chartPoints} points as the page asks; latest: all machines in one answer against an instant query of every series`,
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
    const fromMs = endMs - hoursAsked * 3_600_000;
    const questionOf = (turn: number) => {
      const { host, index } = pairOf(hosts, turn);
      const { name, scale } = hosts.series[index]!;
      return { machine: machines[host]!, names: [name], scale, fromMs, toMs: endMs };
    };
    const range: Ask = async (turn) => {
      const { scale, ...question } = questionOf(turn);
      const times: number[] = [];
      const values: number[] = [];
      let cursor: string | null = null;
      do {
        const page: ExportPage = await store.reader.exportPage({
          ...{ ...question, tier: 'raw' },
          ...(cursor === null ? {} : { cursor }),
        });
        times.push(...page.times);
        for (const value of page.columns[0]!.values!) values.push(unscaled(value!, scale));
        cursor = page.next;
      } while (cursor !== null);
      return answerOf(times, values);
    };
    const chart = async (turn: number) => {
      const { scale, ...question } = questionOf(2 * times + turn);
      const { columns } = await store.reader.range({ ...question, points: chartPoints });
      if (!columns[0]?.mean.some((value) => value !== null)) throw new Error('a chart is empty');
    };
    let values = 0;
    const latest = async () => {
      const all = Object.values(await store.reader.latestOfAll());
      values = all.reduce((sum, list) => sum + list.length, 0);
    };
    return {
      ...(await rangeCosts(store.pid, range, times)),
      chart: await costOf(store.pid, times, chart),
      latest: await warmCostOf(store.pid, times, latest),
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
    const range: Ask = async (turn) => {
      const { host, index } = pairOf(hosts, turn);
      const asked = new URLSearchParams({
        'match[]': `${hosts.label(index)}{host="host-${host}"}`,
        start: String((endMs - hoursAsked * 3_600_000) / 1_000),
        end: String(endMs / 1_000),
      });
      const text = await (await fetch(`${victoria.base}/api/v1/export?${asked}`)).text();
      const parts = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { values: number[]; timestamps: number[] })
        .sort((a, b) => a.timestamps[0]! - b.timestamps[0]!);
      return answerOf(
        parts.flatMap(({ timestamps }) => timestamps),
        parts.flatMap(({ values }) => values),
      );
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
      ...(await rangeCosts(victoria.pid, range, times)),
      latest: await warmCostOf(victoria.pid, times, latest),
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
