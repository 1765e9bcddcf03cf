/** The journal: what happened, who did it, from where. Each entry holds the hash of the one before. */
import { createHash } from 'node:crypto';
import { hex, integer, nullable, object } from '../../protocol/check.ts';
import type { Clock } from '../../runtime/clock.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { ChangeHub } from '../changes.ts';
import { checkEntry } from '../checks.ts';
import type {
  CleanupQuery,
  JournalCheck,
  JournalCleanup,
  JournalEntry,
  JournalPage,
  JournalQuery,
  Note,
} from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { aboutKeys, journalKey, rangeOf } from '../keys.ts';
import { decodeChecked, encodeChecked } from '../records/checked.ts';
import type { Operation, RecordWriter } from '../records/writer.ts';
import { anchorKind, beginning, hashOf, type Link, type Removed, type Start, wholeStart } from './chain.ts';
import { lastBefore, summarise, sweep } from './cleanup.ts';
import { chunkOf, chunkSize } from './columns.ts';
import { buildIndex, columnsOf } from './index-build.ts';
import { createIndexReader, OpenChunk } from './index-store.ts';
import { search } from './search.ts';
import { verify } from './verify.ts';

export { follows, hashOf } from './chain.ts';

const checkStart = object({
  first: integer({ min: 1 }),
  before: hex(32),
  anchor: nullable(integer({ min: 1 })),
});

export interface Journal {
  /** The newest entry. */
  readonly last: Link;
  load(): Promise<void>;
  note(note: Note): Promise<JournalEntry>;
  /** In one write with other operations: all of it is on disk, or nothing. */
  noteWith(notes: readonly Note[], operations: readonly Operation[]): Promise<JournalEntry[]>;
  /** Newest first. */
  find(query: JournalQuery, signal?: AbortSignal): Promise<JournalPage>;
  /** Reads a part of the chain, from the entry `next` of the step before. */
  verify(next?: number, signal?: AbortSignal): Promise<JournalCheck>;
  /** Removes what is older, or shows what it would remove. CONFLICT while nobody knows what time it is. */
  cleanUp(query: CleanupQuery): Promise<JournalCleanup>;
  /** Removes the oldest entries: those before a time, if it is given, and those beyond a number. */
  keep(o: { beforeMs: number | null; entries: number }): Promise<JournalCleanup | null>;
  /** What is done in the background: the index of old entries and what a cleanup left to delete. */
  readonly busy: Promise<void>;
  close(): Promise<void>;
}

export type JournalOptions = {
  database: Database;
  writer: RecordWriter;
  changes: ChangeHub;
  clock: Clock;
  log: Log;
  clockTrusted(): boolean;
  /** Between two chunks of the background's work. */
  pauseMs?: number;
};

export function createJournal(o: JournalOptions): Journal {
  const { database } = o;
  const index = createIndexReader(database);
  const open = new OpenChunk();
  const closing = new AbortController();
  let start: Start = wholeStart;
  let last: Link = { id: 0, hash: beginning };
  let busy: Promise<void> = Promise.resolve();
  let cleaning: Promise<unknown> = Promise.resolve();

  const what = (id: number) => `Journal entry ${id}`;
  /** A damaged entry must not hide the others. */
  const decode = (id: number, value: Buffer): JournalEntry | null => {
    try {
      return decodeChecked(value, what(id), checkEntry);
    } catch (error) {
      o.log.error('an entry of the journal cannot be read', { entry: id, error: messageOf(error) });
      return null;
    }
  };
  const bounds = () => ({ first: start.first, last: last.id });
  const columns = columnsOf({
    database,
    index,
    decode,
    open: () => ({ columns: open.columns, last: last.id }),
  });
  const inBackground = (work: () => Promise<void>): void => {
    busy = busy.then(work).catch((error: unknown) => {
      if (!closing.signal.aborted) o.log.error('work on the journal failed', { error: messageOf(error) });
    });
  };

  const append = (
    note: Note,
    more: (entry: JournalEntry) => Operation[] = () => [],
  ): Promise<JournalEntry> => {
    const entry = entryOf(note, last, o.clock.wallMs(), o.clockTrusted());
    const full = chunkOf(entry.id) > chunkOf(last.id) ? open.close(chunkOf(last.id)) : [];
    last = entry;
    open.add(entry);
    const put: Operation = { type: 'put', key: journalKey(entry.id), value: encodeChecked(entry) };
    return o.writer.write([put, ...full, ...more(entry)]).then(() => {
      o.changes.journal(entry);
      return entry;
    });
  };

  /** The anchor and the new beginning in one write; the deletion follows. */
  const remove = async (
    lastId: number,
    who: Omit<CleanupQuery, 'beforeMs' | 'preview'>,
  ): Promise<JournalCleanup> => {
    const removed = await summarise(columns, { first: start.first, last: lastId });
    const value = await database.get(journalKey(lastId));
    const newest = value === undefined ? null : decode(lastId, value);
    if (newest === null) {
      throw new Failure(
        'CONFLICT',
        `entry ${lastId} of the journal cannot be read, so nothing can be removed up to it`,
      );
    }
    const next = { first: lastId + 1, before: newest.hash };
    const anchor = await append(anchorNote(removed, newest, start, who), ({ id }) => {
      start = { ...next, anchor: id };
      return [{ type: 'put', key: aboutKeys.journalStart, value: encodeChecked(start) }];
    });
    inBackground(() => sweep(o, start.first, closing.signal));
    return { ...removed, anchor };
  };
  /** One after the other: each starts from where the one before has ended. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = cleaning.then(work);
    cleaning = mine.catch(() => undefined);
    return mine;
  };

  return {
    get last() {
      return { id: last.id, hash: last.hash };
    },
    get busy() {
      return busy;
    },
    async load() {
      const kept = await database.get(aboutKeys.journalStart);
      if (kept !== undefined) start = decodeChecked(kept, 'The beginning of the journal', checkStart);
      last = { id: start.first - 1, hash: start.before };
      for await (const [key, value] of database.iterator({
        ...rangeOf('journal'),
        reverse: true,
        limit: 1,
      })) {
        const id = key.readUIntBE(1, 6);
        // Behind an entry that cannot be read the chain goes on from the hash of its bytes.
        last = { id, hash: decode(id, value)?.hash ?? createHash('sha256').update(value).digest('hex') };
      }
      const begin = Math.max(start.first, chunkOf(last.id) * chunkSize);
      for await (const [key, value] of database.iterator({
        gte: journalKey(begin),
        lt: rangeOf('journal').lt,
      })) {
        const entry = decode(key.readUIntBE(1, 6), value);
        if (entry === null) open.spoil();
        else open.add(entry);
      }
      // What comes later is indexed as it is written.
      const found = bounds();
      const pause = () => o.clock.sleep(o.pauseMs ?? 40, closing.signal);
      inBackground(() => sweep(o, start.first, closing.signal));
      inBackground(() => buildIndex({ ...o, index, decode, bounds: found, pause, signal: closing.signal }));
    },
    note: (note) => append(note),
    // What is asked for in one turn goes to the disk together.
    noteWith: (notes, operations) =>
      Promise.all(notes.map((note, at) => append(note, () => (at === 0 ? [...operations] : [])))),
    find: (query, signal) =>
      search({ database, index, ...bounds(), open: open.columns, decode }, query, signal),
    async verify(next, signal) {
      const at = { start, last };
      await o.writer.settled();
      return verify({ database, ...at, decode }, next, signal);
    },
    cleanUp: ({ beforeMs, preview, ...who }) =>
      inTurn(async () => {
        if (!o.clockTrusted()) {
          throw new Failure(
            'CONFLICT',
            'the box does not know what time it is: nothing is removed by its age until it does',
          );
        }
        const lastId = await lastBefore(columns, bounds(), beforeMs);
        if (preview || lastId < start.first) return summarise(columns, { first: start.first, last: lastId });
        return remove(lastId, who);
      }),
    keep: ({ beforeMs, entries }) =>
      inTurn(async () => {
        const old = beforeMs === null ? 0 : await lastBefore(columns, bounds(), beforeMs);
        const lastId = Math.max(old, last.id - entries);
        // In lots, so that it does not write an anchor for each entry that grows old.
        if (lastId - start.first + 1 < chunkSize) return null;
        return remove(lastId, { who: 'store', role: 'system', from: 'box' });
      }),
    async close() {
      closing.abort();
      await Promise.allSettled([busy, cleaning]);
    },
  };
}

function entryOf(note: Note, before: Link, atMs: number, trusted: boolean): JournalEntry {
  const { kind, who, role, from, machine = null, text } = note;
  const unsigned = {
    ...{ id: before.id + 1, atMs, trusted, kind, who, role, from, machine, text },
    // As it will be read again, so that the hash is of what is kept.
    details: JSON.parse(JSON.stringify(note.details ?? {})) as Record<string, unknown>,
    before: before.hash,
  };
  return { ...unsigned, hash: hashOf(unsigned) };
}

function anchorNote(
  removed: JournalCleanup,
  newest: JournalEntry,
  start: Start,
  who: Omit<CleanupQuery, 'beforeMs' | 'preview'>,
): Note {
  const details: Removed & Record<string, unknown> = {
    ...{ firstId: start.first, lastId: newest.id, count: removed.entries, lastHash: newest.hash },
    ...{ fromMs: removed.fromMs, toMs: removed.toMs },
  };
  const [first, last] = [start.first, newest.id];
  const text = {
    en: `${removed.entries} old entries of the journal were removed (${first} to ${last})`,
    fr: `${removed.entries} anciennes entrées du journal ont été supprimées (${first} à ${last})`,
  };
  return { ...who, kind: anchorKind, text, details };
}
