/** What a full disk does: the oldest history goes first, whatever its age, until the rest fits. */
import type { Database } from '../database/database.ts';
import { compact } from '../database/tables.ts';
import { blockKeyFrom, blockMachineOf, blockStartOf, rangeOf, rollupKey, rollupPlace } from '../keys.ts';
import type { RecordWriter } from '../records/writer.ts';
import type { CoarseHistory } from './coarse.ts';
import type { HistoryCounts } from './retention.ts';
import { type Coarse, tiers, windowStart } from './tiers.ts';

export type Room = { totalBytes: number; freeBytes: number };

/** What was lost to the budget in one go. */
export type Shortened = { fromMs: number; toMs: number; bytes: number; machines: number[] };

export type BudgetOptions = {
  database: Database;
  writer: RecordWriter;
  history: CoarseHistory;
  counts: HistoryCounts;
  /** What history may take; 0 for a share of the file system, whoever fills it. */
  budgetBytes: number;
  ownBytes(): Promise<number>;
  room(): Promise<Room>;
  nowMs(): number;
  onShortened(shortened: Shortened): Promise<void>;
};

/** Of the file system, when no budget is set. */
const share = 0.85;
/** Freed beyond what is needed, so that the next step is not due at once. */
const spare = 0.01;
/** When others fill the disk, so much stays: less would not help them. */
const leastBytes = 64 * 2 ** 20;
/** Samples younger than this stay in any case. */
const leastMs = 6 * 3_600_000;
const recordsAtOnce = 64;
const mostMachinesNamed = 1000;

type Oldest = { kind: 'raw' | Coarse; startMs: number; endMs: number };

/** How many bytes are too many. */
async function excess(o: BudgetOptions): Promise<number> {
  const own = await o.ownBytes();
  if (o.budgetBytes > 0) return own - o.budgetBytes;
  const { totalBytes, freeBytes } = await o.room();
  return Math.min(totalBytes - freeBytes - share * totalBytes, own - leastBytes);
}

export async function* byBudget(o: BudgetOptions): AsyncGenerator<void> {
  const over = await excess(o);
  if (over <= 0) return;
  const wanted = over + spare * (await o.ownBytes());
  const lost = { fromMs: Number.POSITIVE_INFINITY, toMs: 0, bytes: 0 };
  const machines = new Set<number>();
  const ranges: { gte: Buffer; lt: Buffer }[] = [];
  while (lost.bytes < wanted) {
    const oldest = await oldestOf(o);
    if (oldest === null || oldest.startMs >= o.nowMs() - leastMs) break;
    const range = rangeUpTo(oldest);
    for await (const { bytes, machine } of deleteRange(o, range, oldest.kind)) {
      lost.bytes += bytes;
      if (machines.size < mostMachinesNamed) machines.add(machine);
      yield;
    }
    ranges.push(range);
    lost.fromMs = Math.min(lost.fromMs, oldest.startMs);
    lost.toMs = Math.max(lost.toMs, oldest.endMs);
    if (oldest.kind !== 'raw') await o.history.look(oldest.kind);
  }
  for (const range of ranges) {
    await compact(o.database, range);
    o.counts.compactions++;
    yield;
  }
  if (lost.bytes > 0) {
    await o.onShortened({ ...lost, machines: [...machines].sort((a, b) => a - b) });
  }
}

/**
 * The oldest window of all. Dates of blocks that are not certain yet go on from the newest date that was known, so that
 * their order is that of their arrival.
 */
async function oldestOf(o: BudgetOptions): Promise<Oldest | null> {
  const [first] = await o.database.keys({ ...rangeOf('block'), limit: 1 }).all();
  let found: Oldest | null = null;
  if (first !== undefined) {
    const startMs = windowStart(blockStartOf(first), tiers.minute);
    found = { kind: 'raw', startMs, endMs: startMs + tiers.minute.windowMs };
  }
  for (const kind of ['minute', 'ten'] as const) {
    const startMs = o.history.extent(kind)?.firstMs ?? Number.POSITIVE_INFINITY;
    if (startMs <= (found?.startMs ?? Number.MAX_VALUE)) {
      found = { kind, startMs, endMs: startMs + tiers[kind].windowMs };
    }
  }
  return found;
}

function rangeUpTo({ kind, endMs }: Oldest): { gte: Buffer; lt: Buffer } {
  if (kind === 'raw') return { gte: rangeOf('block').gte, lt: blockKeyFrom(endMs) };
  const { number } = tiers[kind];
  return { gte: rollupKey(number, 0, 0, 0), lt: rollupKey(number, endMs, 0, 0) };
}

async function* deleteRange(
  o: BudgetOptions,
  range: { gte: Buffer; lt: Buffer },
  kind: Oldest['kind'],
): AsyncGenerator<{ bytes: number; machine: number }> {
  for (;;) {
    const some = await o.database.iterator({ ...range, limit: recordsAtOnce }).all();
    if (some.length === 0) return;
    await o.writer.writeHistory(some.map(([key]) => ({ type: 'del', key })));
    const total = some.reduce((sum, [, value]) => sum + value.length, 0);
    o.counts[kind === 'raw' ? 'deletedBlocks' : 'deletedRecords'] += some.length;
    o.counts.deletedByBudget += some.length;
    o.counts.deletedBytes += total;
    for (const [key, value] of some) {
      yield { bytes: value.length, machine: kind === 'raw' ? blockMachineOf(key) : rollupPlace(key).machine };
    }
  }
}
