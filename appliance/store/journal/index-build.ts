/** The index of entries that were written without one, made in the background; and columns, wherever they come from. */
import type { JournalEntry } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { journalKey } from '../keys.ts';
import type { Operation, RecordWriter } from '../records/writer.ts';
import type { ColumnSource } from './cleanup.ts';
import { type Columns, chunkOf, chunkSize, decodeColumns } from './columns.ts';
import { type IndexReader, OpenChunk, rowOf } from './index-store.ts';

/** Each write is a sync, which wears the card. */
const operationsOfWrite = 32;

type Decode = (id: number, value: Buffer) => JournalEntry | null;

/**
 * From the newest chunk to the oldest, one at a time with a pause behind it; the last one, which still grows, is left out.
 * A chunk with an entry that cannot be read gets none: a search reads its entries themselves.
 */
export async function buildIndex(o: {
  database: Database;
  writer: RecordWriter;
  index: IndexReader;
  decode: Decode;
  bounds: { first: number; last: number };
  pause(): Promise<void>;
  signal: AbortSignal;
}): Promise<void> {
  const present = await o.index.present();
  let made: Operation[] = [];
  for (let chunk = chunkOf(o.bounds.last) - 1; chunk >= chunkOf(o.bounds.first); chunk--) {
    if (o.signal.aborted) return;
    if (present.has(chunk)) continue;
    const filled = new OpenChunk();
    const entries = await entriesOf(o, Math.max(o.bounds.first, chunk * chunkSize), chunk);
    for (const entry of entries) filled.add(entry);
    if (entries.length > 0 && isWhole(entries, chunk)) made.push(...filled.close(chunk));
    if (made.length >= operationsOfWrite) {
      await o.writer.write(made);
      made = [];
    }
    await o.pause();
  }
  if (made.length > 0) await o.writer.write(made);
}

/** Each entry to the end of the chunk is there: the index counts from the first one. */
function isWhole(entries: readonly JournalEntry[], chunk: number): boolean {
  const first = entries[0]!.id;
  return (
    entries.every((entry, at) => entry.id === first + at) &&
    entries.at(-1)!.id === (chunk + 1) * chunkSize - 1
  );
}

async function entriesOf(
  { database, decode }: { database: Database; decode: Decode },
  from: number,
  chunk: number,
): Promise<JournalEntry[]> {
  const range = { gte: journalKey(from), lt: journalKey((chunk + 1) * chunkSize) };
  const found = await database.iterator(range).all();
  return found.flatMap(([key, value]) => decode(key.readUIntBE(1, 6), value) ?? []);
}

/** Columns of a span of ids: from the index, from RAM for what still grows, else from the entries. */
export function columnsOf(o: {
  database: Database;
  index: IndexReader;
  decode: Decode;
  open(): { columns: Columns; last: number };
}): ColumnSource {
  return async function* read({ from, to, reverse }) {
    const chunks = Array.from(
      { length: Math.max(0, chunkOf(to) - chunkOf(from) + 1) },
      (_, at) => chunkOf(from) + at,
    );
    if (reverse) chunks.reverse();
    for (let at = 0; at < chunks.length; at += 64) {
      const group = chunks.slice(at, at + 64);
      const known = await o.index.read('columns', Math.min(...group), Math.max(...group));
      for (const chunk of group) {
        const { columns, last } = o.open();
        const bytes = known.get(chunk);
        if (bytes !== undefined) yield decodeColumns(bytes);
        else if (chunk === chunkOf(last) && columns.rows.length > 0) yield columns;
        else yield* runs(await entriesOf(o, Math.max(from, chunk * chunkSize), chunk));
      }
    }
  };
}

/** Columns count without holes: behind one, others begin. */
function runs(entries: readonly JournalEntry[]): Columns[] {
  const result: Columns[] = [];
  for (const entry of entries) {
    const open = result.at(-1);
    if (open !== undefined && open.first + open.rows.length === entry.id) open.rows.push(rowOf(entry));
    else result.push({ first: entry.id, rows: [rowOf(entry)] });
  }
  return result;
}
