/**
 * Removing the oldest entries. First one synced write says where the chain begins from now on, together with the anchor
 * entry; from then on the older ones count for nothing, and they are deleted in small steps, also by a later process.
 */
import type { JournalCleanup } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { journalKey } from '../keys.ts';
import type { Operation, RecordWriter } from '../records/writer.ts';
import { type Columns, chunkOf, chunkSize } from './columns.ts';
import { forgetIndex } from './index-store.ts';

/** Columns of the chunks from one to another, the newest or the oldest first; from the entries where there is no index. */
export type ColumnSource = (o: { from: number; to: number; reverse: boolean }) => AsyncIterable<Columns>;

/** The newest entry that a trusted clock dated before this time: all up to it are older. */
export async function lastBefore(
  columns: ColumnSource,
  bounds: { first: number; last: number },
  beforeMs: number,
): Promise<number> {
  for await (const { first, rows } of columns({ from: bounds.first, to: bounds.last, reverse: true })) {
    for (let at = rows.length - 1; at >= 0; at--) {
      const row = rows[at]!;
      if (row.trusted && row.atMs < beforeMs && first + at >= bounds.first) return first + at;
    }
  }
  return bounds.first - 1;
}

/** What stands between two ids. */
export async function summarise(
  columns: ColumnSource,
  { first, last }: { first: number; last: number },
): Promise<JournalCleanup> {
  const kinds: Record<string, number> = {};
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let entries = 0;
  for await (const chunk of columns({ from: first, to: last, reverse: false })) {
    for (const [at, { kind, atMs }] of chunk.rows.entries()) {
      const id = chunk.first + at;
      if (id < first || id > last) continue;
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      fromMs = Math.min(fromMs, atMs);
      toMs = Math.max(toMs, atMs);
      entries++;
    }
  }
  if (entries === 0)
    return { entries, firstId: null, lastId: null, fromMs: null, toMs: null, kinds, anchor: null };
  return { entries, firstId: first, lastId: last, fromMs, toMs, kinds, anchor: null };
}

/** Each write is a sync, which wears the card. */
const entriesOfWrite = 8 * chunkSize;

/** Deletes what stands before the beginning of the chain, step by step; a cut leaves the rest to the next start. */
export async function sweep(
  { database, writer }: { database: Database; writer: RecordWriter },
  first: number,
  signal: AbortSignal,
): Promise<void> {
  // Never again from 0: LevelDB would read over everything that was just deleted.
  let from = 0;
  while (!signal.aborted) {
    const range = { gte: journalKey(from), lt: journalKey(first), limit: entriesOfWrite };
    const keys = await database.keys(range).all();
    const newest = keys.at(-1);
    if (newest === undefined) return;
    from = newest.readUIntBE(1, 6) + 1;
    const operations = keys.map((key): Operation => ({ type: 'del', key }));
    const chunks = new Set(keys.map((key) => chunkOf(key.readUIntBE(1, 6))));
    // The chunk in which the chain begins now keeps its index.
    for (const chunk of chunks) if (chunk < chunkOf(first)) operations.push(...forgetIndex(chunk));
    await writer.write(operations);
  }
}
