/** Stretches of a machine's history in the order of time, out of blocks and of what still waits in RAM. */
import { openBlock, readColumns, readTimes } from '../blocks/block.ts';
import type { Room } from '../codec/room.ts';
import type { Database } from '../database/database.ts';
import { blockRunOf, blockStartOf } from '../keys.ts';
import type { Expected } from '../recovery/block-index.ts';
import type { Chain } from '../samples/head.ts';
import { type Runs, runNumber } from '../tiers/runs.ts';
import { type BlocksQuery, blocksOf, type Found } from './find.ts';
import type { Decoded, Remembered } from './remembered.ts';

/**
 * Ticks sorted by date; one column for each wanted series, NaN for absent values; `runs`: whose they are. Of a question with
 * a room it is good until the next one is asked for: then its arrays are used again.
 */
export type Slice = {
  startMs: number;
  endMs: number;
  times: Float64Array;
  columns: Float64Array[];
  runs: Runs;
};

type Ticks = Decoded & { run: number };

export type SliceQuery = BlocksQuery & {
  /** Indexes in the machine's dictionary. */
  wanted: readonly number[];
  /** For questions that read nothing else of the database: what is known is of the present, and not of the snapshot. */
  remembered?: Remembered | undefined;
  /** Where its columns are decoded; without one every slice has arrays of its own. */
  room?: Room | undefined;
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
    .filter((chain) => chain.count > 0 && overlaps(chain, query))
    .map((chain) => sliceOfChain(chain, query.wanted))
    .sort((a, b) => a.startMs - b.startMs);
  return joined(inOrder(sliceBlocks(database, query), waiting), query.room);
}

function overlaps({ wallAtZeroMs, firstRunMs, lastRunMs }: Chain, { fromMs, toMs }: SliceQuery): boolean {
  return wallAtZeroMs + lastRunMs >= fromMs && wallAtZeroMs + firstRunMs < toMs;
}

function sliceBlocks(database: Database, query: SliceQuery): AsyncGenerator<Slice> {
  const { machine, remembered, wanted } = query;
  if (remembered?.isAskedAgain(machine, wanted) !== true) {
    return slicesIn(
      blocksOf<Ticks>(database, query, () => null),
      { ...query, remembered: undefined },
    );
  }
  const knows = (expected: Expected) => {
    const found = remembered.find(expected, wanted, query.room);
    return found === null ? null : { ...found, run: runOf(expected.key) };
  };
  return slicesIn(blocksOf(database, query, knows), query);
}

async function* slicesIn(blocks: AsyncIterable<Found<Ticks>>, query: SliceQuery): AsyncGenerator<Slice> {
  for await (const found of blocks) {
    const decoded = 'known' in found ? found.known : decodedOf(found, query);
    if (decoded === null) continue;
    const slice = sortedSlice(decoded.times, decoded.columns, decoded.run);
    if (slice.endMs >= query.fromMs && slice.startMs < query.toMs) yield slice;
  }
}

function decodedOf(
  { key, bytes, expected }: Exclude<Found<Ticks>, { known: Ticks }>,
  query: SliceQuery,
): Ticks | null {
  try {
    const block = openBlock(bytes, query.room);
    if (block.header.machine !== query.machine) throw new RangeError('the block belongs to another machine');
    const times = readTimes(block);
    const found = readColumns(block, query.wanted);
    const columns = found.map((column) => column ?? new Float64Array(times.length).fill(Number.NaN));
    block.close(found);
    if (expected !== null) query.remembered?.keep(expected, query.wanted, { times, columns });
    return { times, columns, run: runOf(key) };
  } catch (error) {
    query.onDamage({ fromMs: blockStartOf(key), error });
    return null;
  }
}

function sliceOfChain(chain: Chain, wanted: readonly number[]): Slice {
  const { times, columns } = chain.columns(wanted);
  return sortedSlice(times, columns, runNumber(chain.run));
}

/** Keys have only its beginning, and so has a number. */
function runOf(key: Buffer): number {
  return runNumber(blockRunOf(key));
}

async function* inOrder(blocks: AsyncIterable<Slice>, waiting: Slice[]): AsyncGenerator<Slice> {
  for await (const block of blocks) {
    while (waiting.length > 0 && waiting[0]!.startMs <= block.startMs) yield waiting.shift()!;
    yield block;
  }
  yield* waiting;
}

/** Late ticks lie between others: slices that overlap are merged into one. What was looked at goes back to the room. */
export async function* joined(
  slices: AsyncIterable<Slice> | Iterable<Slice>,
  room?: Room,
): AsyncGenerator<Slice> {
  let cluster: Slice[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for await (const slice of slices) {
    if (cluster.length > 0 && slice.startMs > endMs) {
      yield merged(cluster);
      // One that was merged from several is not of the room: it has a length of its own.
      if (cluster.length === 1) giveBack(cluster[0]!, room);
      cluster = [];
    }
    cluster.push(slice);
    endMs = cluster.length === 1 ? slice.endMs : Math.max(endMs, slice.endMs);
  }
  if (cluster.length > 0) yield merged(cluster);
  if (cluster.length === 1) giveBack(cluster[0]!, room);
}

function giveBack({ times, columns }: Slice, room: Room | undefined): void {
  if (room === undefined) return;
  room.give(times);
  for (const column of columns) room.give(column);
}

function merged(cluster: readonly Slice[]): Slice {
  if (cluster.length === 1) return cluster[0]!;
  const length = cluster.reduce((sum, slice) => sum + slice.times.length, 0);
  const times = new Float64Array(length);
  const columns = cluster[0]!.columns.map(() => new Float64Array(length));
  const [{ runs: run }] = cluster as [Slice];
  const isOne = typeof run === 'number' && cluster.every(({ runs }) => runs === run);
  const runs = isOne ? null : new Uint32Array(length);
  let at = 0;
  for (const slice of cluster) {
    times.set(slice.times, at);
    for (const [index, column] of slice.columns.entries()) columns[index]!.set(column, at);
    if (typeof slice.runs !== 'number') runs?.set(slice.runs, at);
    else runs?.fill(slice.runs, at, at + slice.times.length);
    at += slice.times.length;
  }
  return sortedSlice(times, columns, runs ?? run);
}

/** In the order of time, each date once. */
export function sortedSlice(times: Float64Array, columns: Float64Array[], runs: Runs): Slice {
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
    runs:
      order === null || typeof runs === 'number' ? runs : Uint32Array.from(order, (index) => runs[index]!),
  };
}

/** Indexes by date, each date once. */
function orderOf(times: Float64Array): number[] {
  const order = [...times.keys()].sort((a, b) => times[a]! - times[b]!);
  return order.filter((index, at) => at === 0 || times[index] !== times[order[at - 1]!]);
}
