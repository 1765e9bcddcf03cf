/** What age does: samples become minutes, minutes become tens, tens go. In small steps, and only by a date that is believed. */

import { longestBlockMs } from '../blocks/seal.ts';
import type { Database } from '../database/database.ts';
import { rollupKey } from '../keys.ts';
import type { RecordWriter } from '../records/writer.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { CoarseHistory } from './coarse.ts';
import type { Rolled, Roller } from './roll.ts';
import { tiers, windowStart } from './tiers.ts';

export type Ages = { rawMs: number; minutesMs: number; tensMs: number };

/** Since the start. */
export type HistoryCounts = {
  /** Blocks that became minutes, and how many samples were in them. */
  rolledUp: number;
  rolledSamples: number;
  /** Records of minutes that became tens. */
  rolledRecords: number;
  /** Deleted of blocks and of records, for whatever reason. */
  deletedBlocks: number;
  deletedRecords: number;
  deletedBytes: number;
  /** Of these by the budget of the disk. */
  deletedByBudget: number;
  compactions: number;
};

export function noCounts(): HistoryCounts {
  const rolled = { rolledUp: 0, rolledSamples: 0, rolledRecords: 0 };
  const deleted = { deletedBlocks: 0, deletedRecords: 0, deletedBytes: 0, deletedByBudget: 0 };
  return { ...rolled, ...deleted, compactions: 0 };
}

export type RetentionOptions = {
  database: Database;
  /** Which blocks there are. */
  expected: Pick<BlockIndex, 'machines'>;
  writer: RecordWriter;
  history: CoarseHistory;
  roller: Roller;
  ages: Ages;
  counts: HistoryCounts;
};

const keysAtOnce = 256;

/** Goes on by a step each time: nothing waits for longer than a step. */
export async function* byAge(o: RetentionOptions, nowMs: number): AsyncGenerator<void> {
  yield* rollBlocks(o, windowStart(nowMs - o.ages.rawMs - longestBlockMs, tiers.minute));
  yield* rollMinutes(o, windowStart(nowMs - o.ages.minutesMs, tiers.ten));
  yield* dropTens(o, windowStart(nowMs - o.ages.tensMs, tiers.ten));
}

async function* rollBlocks(o: RetentionOptions, beforeMs: number): AsyncGenerator<void> {
  // Also of machines that were removed: their history ages like any other.
  for (const { machine, firstMs } of o.expected.machines()) {
    if (firstMs >= beforeMs) continue;
    for (;;) {
      const rolled = await o.roller.rollBlocks(machine, beforeMs);
      if (rolled === null) break;
      o.counts.rolledUp += rolled.deleted;
      o.counts.rolledSamples += rolled.samples;
      o.counts.deletedBlocks += rolled.deleted;
      o.counts.deletedBytes += rolled.deletedBytes;
      yield;
    }
  }
}

async function* rollMinutes(o: RetentionOptions, beforeMs: number): AsyncGenerator<void> {
  for (
    let extent = o.history.extent('minute');
    extent !== null && extent.firstMs < beforeMs;
    extent = o.history.extent('minute')
  ) {
    const tenMs = windowStart(extent.firstMs, tiers.ten);
    for (const { machine, group } of await o.roller.minutesIn(tenMs)) {
      countRecords(o.counts, await o.roller.rollMinutes(tenMs, machine, group));
      yield;
    }
    await o.history.look('minute');
  }
}

function countRecords(counts: HistoryCounts, { deleted, deletedBytes }: Rolled): void {
  counts.rolledRecords += deleted;
  counts.deletedRecords += deleted;
  counts.deletedBytes += deletedBytes;
}

async function* dropTens(o: RetentionOptions, beforeMs: number): AsyncGenerator<void> {
  for (
    let extent = o.history.extent('ten');
    extent !== null && extent.firstMs < beforeMs;
    extent = o.history.extent('ten')
  ) {
    const { number } = tiers.ten;
    const range = { gte: rollupKey(number, 0, 0, 0), lt: rollupKey(number, beforeMs, 0, 0) };
    const some = await o.database.iterator({ ...range, limit: keysAtOnce }).all();
    await o.writer.writeHistory(some.map(([key]) => ({ type: 'del', key })));
    o.counts.deletedRecords += some.length;
    o.counts.deletedBytes += some.reduce((sum, [, value]) => sum + value.length, 0);
    await o.history.look('ten');
    yield;
  }
}
