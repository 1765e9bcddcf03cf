/**
 * Searching the journal from its newest entry on: the index says which entries to read. A question that it does not narrow
 * is answered in pages, each of which reads a bounded number of entries.
 */
import { journalMatcher, kindMatcher, wordsOf } from '../client/journal-match.ts';
import type { JournalEntry, JournalPage, JournalQuery } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { journalKey } from '../keys.ts';
import { type Columns, chunkOf, chunkSize, type Wanted, wantedIds, wantedRows } from './columns.ts';
import type { IndexReader } from './index-store.ts';
import { hashesOf, mayHold } from './signature.ts';

/** 4,096 entries are about 60 ms of a Pi's time; what a page costs more is the index of 4 million entries at most. */
const mostRead = 4096;
const mostChunks = 16_384;
const chunksAtOnce = 64;
const defaultLimit = 100;

export type Searched = {
  database: Database;
  index: IndexReader;
  /** The ids that there are. */
  first: number;
  last: number;
  /** What is not full yet, from RAM. */
  open: Columns;
  decode(id: number, value: Buffer): JournalEntry | null;
};

export async function search(
  from: Searched,
  query: JournalQuery,
  signal?: AbortSignal,
): Promise<JournalPage> {
  const { kind, machine, text, limit = defaultLimit, fromMs, toMs } = query;
  const wanted: Wanted = {
    ...{ isKind: kind === undefined ? null : kindMatcher(kind), machine },
    ...{ fromMs: fromMs ?? Number.NEGATIVE_INFINITY, toMs: toMs ?? Number.POSITIVE_INFINITY },
  };
  const hashes = text === undefined ? [] : hashesOf(wordsOf(text));
  const matches = journalMatcher(query);
  const entries: JournalEntry[] = [];
  const damaged: number[] = [];
  const top = Math.min(query.before ?? from.last + 1, from.last + 1);
  const page = (more: number | null): JournalPage => ({
    ...{ entries, more: more !== null && more <= from.first ? null : more },
    ...(damaged.length > 0 ? { damaged } : {}),
  });
  let read = 0;
  let chunks = 0;
  for await (const { begin, ids } of candidates(from, { below: top, wanted, hashes })) {
    signal?.throwIfAborted();
    const here = ids.filter((id) => id < top && id >= from.first);
    for (const group of inReadingOrder(here)) {
      if (read >= mostRead) return page(group[0]! + 1);
      for (const [id, value] of await readEntries(from.database, group)) {
        read++;
        const entry = from.decode(id, value);
        if (entry === null) damaged.push(id);
        else if (matches(entry)) entries.push(entry);
        if (entries.length >= limit) return page(id);
      }
    }
    if (++chunks >= mostChunks) return page(begin);
  }
  return page(null);
}

type Candidates = { begin: number; ids: number[] };

/** Chunk by chunk from the newest, the ids that the index does not rule out, all those of a chunk without an index. */
async function* candidates(
  { index, first, last, open }: Searched,
  { below, wanted, hashes }: { below: number; wanted: Wanted; hashes: number[] },
): AsyncGenerator<Candidates> {
  const newest = chunkOf(below - 1);
  const oldest = chunkOf(first);
  for (let to = newest; to >= oldest; to -= chunksAtOnce) {
    const from = Math.max(oldest, to - chunksAtOnce + 1);
    const columns = await index.read('columns', from, to);
    const signatures = hashes.length > 0 ? await index.read('signature', from, to) : null;
    for (let chunk = to; chunk >= from; chunk--) {
      const begin = Math.max(first, chunk * chunkSize);
      const signature = signatures?.get(chunk);
      if (signature !== undefined && !mayHold(signature, hashes)) continue;
      const known = columns.get(chunk);
      if (known !== undefined) yield { begin, ids: wantedIds(known, wanted) };
      else if (chunk === chunkOf(last) && open.rows.length > 0)
        yield { begin, ids: wantedRows(open, wanted) };
      else yield { begin, ids: idsFrom(begin, Math.min(last, chunk * chunkSize + chunkSize - 1)) };
    }
  }
}

const idsFrom = (begin: number, end: number) =>
  Array.from({ length: Math.max(0, end - begin + 1) }, (_, at) => begin + at);

/** Newest first, in groups that are read at once: no more than a page usually wants. */
function inReadingOrder(ids: number[]): number[][] {
  const groups: number[][] = [];
  for (let end = ids.length; end > 0; end -= 64) groups.push(ids.slice(Math.max(0, end - 64), end).reverse());
  return groups;
}

/** Neighbours are read by one pass, scattered ones each by its key. */
async function readEntries(database: Database, ids: number[]): Promise<[number, Buffer][]> {
  const [newest, oldest] = [ids[0]!, ids.at(-1)!];
  if (newest - oldest > 4 * ids.length) {
    const values = await database.getMany(ids.map(journalKey));
    return ids.flatMap((id, at): [number, Buffer][] => (values[at] === undefined ? [] : [[id, values[at]]]));
  }
  const range = { gte: journalKey(oldest), lte: journalKey(newest) };
  const asked = new Set(ids);
  const found = await database.iterator(range).all();
  return found
    .map(([key, value]): [number, Buffer] => [key.readUIntBE(1, 6), value])
    .filter(([id]) => asked.has(id))
    .reverse();
}
