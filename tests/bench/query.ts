/**
 * CPU of the store for what is asked of it, beside VictoriaMetrics with the same samples and the same questions in the same
 * order, each asked as the box's other processes (or an HTTP client of VictoriaMetrics) ask it, by turns:
 *
 * - range: every sample of one series over 24 h with its date, `exportPage` of the store's client against `/api/v1/export`.
 *   Each series is asked for once and was never asked for before: the questions before the measuring go to other machines.
 *   Of each answer the dates and values are compared, all of them.
 * - range_again: the same for a few series in turn, as whoever looks at a machine asks again and again.
 * - range_chart: what the page asks for a chart of 24 h, never asked before either.
 * - latest: the last value of every series of every machine, in one answer.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AskedStore, askedStore } from './asked-store.ts';
import { askedVictoriaMetrics } from './asked-victoriametrics.ts';
import { type Bench, type BenchContext, numberOption, round } from './bench.ts';
import { schedulerMs } from './counters.ts';
import { Hosts, hostHelp, hostOptions } from './hosts.ts';
import { type Asked, costsOf, deepHosts, hoursAsked, inTurn, pairsOf } from './questions.ts';
import { assertVictoriaMetrics } from './victoriametrics.ts';

const hostCount = 100;

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
    const history = { hosts, endMs: Date.now() };
    const ours = await askedStore(context, history);
    try {
      const peer = await askedVictoriaMetrics(context, history, await mkdtemp(join(tmpdir(), 'nm-')));
      try {
        for (const { pid } of [ours, peer]) await quiet(pid, context);
        context.progress('both are asked, by turns');
        const { figures, met } = await compared(ours, peer, times);
        return {
          ...{ figures, met },
          conditions:
            `${hosts.count} ${hosts.what} hosts, ${hosts.series.length} series each, ${Math.min(deepHosts, hosts.count)} of them with ${hoursAsked} h; ` +
            `mean of ${times} questions, by turns, when both stores were at rest; CPU of the store over its own socket and of VictoriaMetrics over HTTP, nothing of web; ` +
            'range: every sample with its date, each series for the first time (range_again: few series in turn), every answer of ours the same as that of VictoriaMetrics; ' +
            'range_chart: mean, least and most as the page asks; latest: all machines in one answer against an instant query of every series',
        };
      } finally {
        await peer.remove();
      }
    } finally {
      await ours.remove();
    }
  },
};

async function compared(ours: AskedStore, peer: Asked, times: number) {
  const { first, again, latest, samples, values } = await costsOf([ours, peer], times);
  const [chart] = await inTurn([ours], times, (store, turn) => store.chart(2 * times + turn));
  const [ms, counts] = [(cost?: number) => round(cost ?? Number.NaN, 2), (count?: number) => count ?? 0];
  return {
    figures: {
      range: ms(first[0]),
      range_victoriametrics: ms(first[1]),
      latest: ms(latest[0]),
      latest_victoriametrics: ms(latest[1]),
      range_again: ms(again[0]),
      range_again_victoriametrics: ms(again[1]),
      range_chart: ms(chart),
      samples: counts(samples[0]),
      samples_victoriametrics: counts(samples[1]),
      latest_values: counts(values[0]),
      latest_values_victoriametrics: counts(values[1]),
    },
    met: first[0]! <= first[1]! && latest[0]! <= latest[1]! / 10 && values[0]! >= values[1]!,
  };
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
