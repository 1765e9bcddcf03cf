/** Stretches of a machine's history in the order of time, out of blocks and of what still waits in RAM. */
import { openBlock, readColumns, readTicks } from '../blocks/block.ts';
import { longestBlockMs } from '../blocks/seal.ts';
import { type Database, iterationOptions, type Snapshot } from '../database/database.ts';
import { blockKeyFrom } from '../keys.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import { placeOf } from '../recovery/kept-classes.ts';
import type { Chain } from '../samples/head.ts';
import { isMissing } from './missing.ts';

/** Ticks sorted by date; one column for each wanted series, NaN for absent values. */
export type Slice = { startMs: number; endMs: number; times: Float64Array; columns: Float64Array[] };

export type SliceQuery = {
  machine: number;
  fromMs: number;
  toMs: number;
  /** Indexes in the machine's dictionary. */
  wanted: readonly number[];
  signal?: AbortSignal | undefined;
  /** To see blocks and other records as they were at the same moment. */
  snapshot?: Snapshot | undefined;
  /** Which blocks have to be there: a missing one is no gap. */
  expected?: BlockIndex | undefined;
  onDamage(damage: { fromMs: number; toMs?: number; error: unknown }): void;
};

/**
 * Blocks and chains are captured in the same turn of the loop: a chain leaves RAM only when its blocks are on disk,
 * so a tick is seen in one of them or in both, and the same date twice is dropped.
 */
export function slicesOf(
  database: Database,
  chains: readonly Chain[],
  query: SliceQuery,
): AsyncGenerator<Slice> {
  const waiting = chains
    .filter((chain) => chain.count > 0)
    .map((chain) => sliceOfChain(chain, query.wanted))
    .filter((slice) => slice.endMs >= query.fromMs && slice.startMs < query.toMs)
    .sort((a, b) => a.startMs - b.startMs);
  return joined(inOrder(sliceBlocks(database, query), waiting));
}

async function* sliceBlocks(database: Database, query: SliceQuery): AsyncGenerator<Slice> {
  const { machine, fromMs, toMs, wanted, snapshot } = query;
  const range = { gte: blockKeyFrom(machine, fromMs - longestBlockMs), lt: blockKeyFrom(machine, toMs) };
  const expected = query.expected?.between(range.gte, range.lt) ?? [];
  const missing = new Map(expected.map((one) => [one.key.toString('latin1'), one]));
  const iterator = database.iterator({
    ...range,
    ...(snapshot === undefined ? {} : { snapshot }),
    ...iterationOptions,
  });
  for await (const [key, bytes] of iterator) {
    query.signal?.throwIfAborted();
    missing.delete(key.toString('latin1'));
    const slice = sliceOfBlock(key, bytes, wanted, query);
    if (slice !== null && slice.endMs >= fromMs && slice.startMs < toMs) yield slice;
  }
  for (const one of missing.values()) {
    const place = placeOf(one);
    if (place.toMs <= fromMs || place.fromMs >= toMs) continue;
    if (await isMissing(database, query.expected!, one.key)) {
      query.onDamage({ ...place, error: new RangeError('a block is missing') });
    }
  }
}

function sliceOfBlock(
  key: Buffer,
  bytes: Buffer,
  wanted: readonly number[],
  query: SliceQuery,
): Slice | null {
  try {
    const block = openBlock(bytes);
    if (block.header.machine !== query.machine) throw new RangeError('the block belongs to another machine');
    const { times } = readTicks(block);
    const absent = new Float64Array(times.length).fill(Number.NaN);
    return sortedSlice(
      times,
      readColumns(block, wanted).map((column) => column ?? absent),
    );
  } catch (error) {
    query.onDamage({ fromMs: key.readUIntBE(5, 6), error });
    return null;
  }
}

function sliceOfChain(chain: Chain, wanted: readonly number[]): Slice {
  const times = new Float64Array(chain.count);
  const columns = wanted.map(() => new Float64Array(chain.count).fill(Number.NaN));
  let at = 0;
  for (const tick of chain.ticks()) {
    times[at] = chain.wallAtZeroMs + tick.runMs;
    for (let index = 0; index < wanted.length; index++) {
      const value = tick.values[wanted[index]!];
      if (value !== undefined) columns[index]![at] = value;
    }
    at++;
  }
  return sortedSlice(times, columns);
}

async function* inOrder(blocks: AsyncIterable<Slice>, waiting: Slice[]): AsyncGenerator<Slice> {
  for await (const block of blocks) {
    while (waiting.length > 0 && waiting[0]!.startMs <= block.startMs) yield waiting.shift()!;
    yield block;
  }
  yield* waiting;
}

/** Late ticks lie between others: slices that overlap are merged into one. */
export async function* joined(slices: AsyncIterable<Slice> | Iterable<Slice>): AsyncGenerator<Slice> {
  let cluster: Slice[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for await (const slice of slices) {
    if (cluster.length > 0 && slice.startMs > endMs) {
      yield merged(cluster);
      cluster = [];
    }
    cluster.push(slice);
    endMs = cluster.length === 1 ? slice.endMs : Math.max(endMs, slice.endMs);
  }
  if (cluster.length > 0) yield merged(cluster);
}

function merged(cluster: readonly Slice[]): Slice {
  if (cluster.length === 1) return cluster[0]!;
  const length = cluster.reduce((sum, slice) => sum + slice.times.length, 0);
  const times = new Float64Array(length);
  const columns = cluster[0]!.columns.map(() => new Float64Array(length));
  let at = 0;
  for (const slice of cluster) {
    times.set(slice.times, at);
    for (const [index, column] of slice.columns.entries()) columns[index]!.set(column, at);
    at += slice.times.length;
  }
  return sortedSlice(times, columns);
}

/** In the order of time, each date once. */
export function sortedSlice(times: Float64Array, columns: Float64Array[]): Slice {
  let order: number[] | null = null;
  for (let index = 1; index < times.length && order === null; index++) {
    if (times[index]! <= times[index - 1]!) order = orderOf(times);
  }
  const pick = (column: Float64Array) =>
    order === null ? column : Float64Array.from(order, (index) => column[index]!);
  const inOrder = pick(times);
  return {
    startMs: inOrder[0]!,
    endMs: inOrder[inOrder.length - 1]!,
    times: inOrder,
    columns: columns.map(pick),
  };
}

/** Indexes by date, each date once. */
function orderOf(times: Float64Array): number[] {
  const order = [...times.keys()].sort((a, b) => times[a]! - times[b]!);
  return order.filter((index, at) => at === 0 || times[index] !== times[order[at - 1]!]);
}
