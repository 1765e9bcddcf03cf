/** Questions about the history of many series, the same for every store: in which order, what they cost, and whether the answers are the same. */
import { createHash } from 'node:crypto';
import { schedulerMs } from './counters.ts';
import type { Hosts } from './hosts.ts';

/** So many hosts have a whole day; of the others only the last hour matters. */
export const deepHosts = 10;
/** Asked for again and again: the charts of one machine. */
export const seriesAgain = 20;

/** What differs when a value or a date does. */
type Answer = { samples: number; digest: string };
export type Ask = (turn: number) => Promise<Answer>;

export function answerOf(times: readonly number[], values: readonly number[]): Answer {
  const hash = createHash('sha256').update(Float64Array.from(times)).update(Float64Array.from(values));
  return { samples: times.length, digest: hash.digest('base64') };
}

/** Series that have a whole day. */
export function pairsOf({ count, series }: Hosts): number {
  return Math.min(deepHosts, count) * series.length;
}

/** All of them, neighbours on other hosts and of other names. */
export function pairOf({ count, series }: Hosts, turn: number): { host: number; index: number } {
  const deep = Math.min(deepHosts, count);
  return { host: turn % deep, index: (Math.floor(turn / deep) + turn * 7) % series.length };
}

/** The first third of the series is asked for before the measuring, the second is measured. */
export async function rangeCosts(pid: number, ask: Ask, times: number) {
  for (let turn = 0; turn < times; turn++) await ask(turn);
  const answers: string[] = [];
  let samples = 0;
  const range = await costOf(pid, times, async (turn) => {
    const answer = await ask(times + turn);
    answers.push(answer.digest);
    samples += answer.samples;
  });
  const one = (turn: number) => ask(turn % seriesAgain);
  for (let turn = 0; turn < seriesAgain; turn++) await one(turn);
  const again = await costOf(pid, times, one);
  return { range, again, answers, samples };
}

/** Of one question in the mean. */
export async function costOf(
  pid: number,
  times: number,
  ask: (turn: number) => Promise<unknown>,
): Promise<number> {
  const before = schedulerMs(pid);
  for (let turn = 0; turn < times; turn++) await ask(turn);
  return (schedulerMs(pid) - before) / times;
}

/** After as many that nobody counts. */
export async function warmCostOf(pid: number, times: number, ask: () => Promise<unknown>): Promise<number> {
  for (let turn = 0; turn < times; turn++) await ask();
  return costOf(pid, times, ask);
}
