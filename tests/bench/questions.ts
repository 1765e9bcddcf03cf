/** Questions about the history of many series, the same for every store: in which order, what they cost, and whether the answers are the same. */
import { createHash } from 'node:crypto';
import { schedulerMs } from './counters.ts';
import type { Hosts } from './hosts.ts';

export const hoursAsked = 24;
/** So many hosts have a whole day; of the others only the last hour matters. */
export const deepHosts = 10;
/** Asked for again and again: the charts of one machine. */
const seriesAgain = 20;
/** Neighbours on the machine slow everything down for a while: stores take turns, so that it meets them alike. */
const askedInTurn = 10;

/** What is stored: rows of these hosts, the last one before `endMs`. */
export type History = { hosts: Hosts; endMs: number };

/** What differs when a value or a date does. */
type Answer = { samples: number; digest: string };
export type Ask = (turn: number) => Promise<Answer>;

/** A store that is full and at rest, and what it is asked. */
export type Asked = {
  pid: number;
  range: Ask;
  /** Of everything; resolves with the number of values. */
  latest(): Promise<number>;
  remove(): Promise<void>;
};

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

export type Costs = {
  first: number[];
  again: number[];
  latest: number[];
  samples: number[];
  values: number[];
};

/**
 * Of one question in the mean, for each of the stores. The first third of the series is asked for before the measuring,
 * the second is measured, and every answer has to be the same everywhere.
 */
export async function costsOf(stores: readonly Asked[], times: number): Promise<Costs> {
  await inTurn(stores, times, ({ range }, turn) => range(turn));
  const digests = stores.map((): string[] => []);
  const samples = stores.map(() => 0);
  const first = await inTurn(stores, times, async ({ range }, turn, store) => {
    const answer = await range(times + turn);
    digests[store]!.push(answer.digest);
    samples[store]! += answer.samples;
  });
  const differing = digests[0]!.filter((digest, at) => digests.some((other) => other[at] !== digest)).length;
  if (differing > 0) throw new Error(`${differing} of ${times} answers differ`);
  await inTurn(stores, seriesAgain, ({ range }, turn) => range(turn));
  const again = await inTurn(stores, times, ({ range }, turn) => range(turn % seriesAgain));
  const values = stores.map(() => 0);
  const askLatest = async ({ latest }: Asked, _turn: number, store: number) => {
    values[store] = await latest();
  };
  await inTurn(stores, times, askLatest);
  return { first, again, latest: await inTurn(stores, times, askLatest), samples, values };
}

/** Of one question in the mean. */
export async function inTurn<Store extends { pid: number }>(
  stores: readonly Store[],
  times: number,
  ask: (store: Store, turn: number, at: number) => Promise<unknown>,
): Promise<number[]> {
  const spent = stores.map(() => 0);
  for (let from = 0; from < times; from += askedInTurn) {
    for (const [at, store] of stores.entries()) {
      const before = schedulerMs(store.pid);
      for (let turn = from; turn < Math.min(from + askedInTurn, times); turn++) await ask(store, turn, at);
      spent[at]! += schedulerMs(store.pid) - before;
    }
  }
  return spent.map((ms) => ms / times);
}
