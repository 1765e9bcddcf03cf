/** The journal: what happened, who did it, from where. Each entry holds the hash of the one before. */
import { createHash } from 'node:crypto';
import type { Clock } from '../runtime/clock.ts';
import type { ChangeHub } from './changes.ts';
import { decodeChecked, encodeChecked } from './checked.ts';
import { checkEntry } from './checks.ts';
import type { JournalEntry, JournalQuery, Note } from './client/types.ts';
import type { Database } from './database.ts';
import { journalKey, rangeOf } from './keys.ts';
import type { RecordWriter } from './writer.ts';

const beginning = '0'.repeat(64);
const defaultLimit = 100;

export interface Journal {
  load(): Promise<void>;
  note(note: Note): Promise<JournalEntry>;
  /** Newest first. */
  find(query: JournalQuery, signal?: AbortSignal): Promise<JournalEntry[]>;
  /** Reads the whole chain; the first entry that does not follow from the one before, or null. */
  verify(signal?: AbortSignal): Promise<{ entries: number; broken: number | null }>;
}

export function createJournal(o: {
  database: Database;
  writer: RecordWriter;
  changes: ChangeHub;
  clock: Clock;
  clockTrusted(): boolean;
}): Journal {
  let last = { id: 0, hash: beginning };
  const decode = (key: Buffer, value: Buffer): JournalEntry =>
    decodeChecked(value, `Journal entry ${key.readUIntBE(1, 6)}`, checkEntry);
  return {
    async load() {
      for await (const [key, value] of o.database.iterator({
        ...rangeOf('journal'),
        reverse: true,
        limit: 1,
      })) {
        last = decode(key, value);
      }
    },
    async note(note) {
      const unsigned = {
        ...{ id: last.id + 1, atMs: o.clock.wallMs(), trusted: o.clockTrusted(), kind: note.kind },
        ...{
          who: note.who,
          role: note.role,
          from: note.from,
          machine: note.machine ?? null,
          text: note.text,
        },
        // As it will be read again, so that the hash is of what is kept.
        details: JSON.parse(JSON.stringify(note.details ?? {})) as Record<string, unknown>,
        before: last.hash,
      };
      const entry: JournalEntry = { ...unsigned, hash: hashOf(unsigned) };
      last = entry;
      await o.writer.write([{ type: 'put', key: journalKey(entry.id), value: encodeChecked(entry) }]);
      o.changes.journal(entry);
      return entry;
    },
    async find(query, signal) {
      const { before = last.id + 1, limit = defaultLimit } = query;
      const found: JournalEntry[] = [];
      const range = { gte: journalKey(0), lt: journalKey(before), reverse: true };
      for await (const [key, value] of o.database.iterator(range)) {
        signal?.throwIfAborted();
        const entry = decode(key, value);
        if (matches(entry, query)) found.push(entry);
        if (found.length >= limit) break;
      }
      return found;
    },
    async verify(signal) {
      let before = { id: 0, hash: beginning };
      for await (const [key, value] of o.database.iterator(rangeOf('journal'))) {
        signal?.throwIfAborted();
        const entry = decode(key, value);
        if (!follows(before, entry)) return { entries: before.id, broken: before.id + 1 };
        before = entry;
      }
      const whole = before.id === last.id && before.hash === last.hash;
      return { entries: before.id, broken: whole ? null : before.id + 1 };
    },
  };
}

export function hashOf(entry: Omit<JournalEntry, 'hash'>): string {
  const { id, atMs, trusted, kind, who, role, from, machine, text, details, before } = entry;
  const content = [before, id, atMs, trusted, kind, who, role, from, machine, text.en, text.fr, details];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

export function follows(before: { id: number; hash: string }, entry: JournalEntry): boolean {
  return entry.id === before.id + 1 && entry.before === before.hash && entry.hash === hashOf(entry);
}

function matches(entry: JournalEntry, { kind, machine, text }: JournalQuery): boolean {
  if (kind !== undefined && entry.kind !== kind && !entry.kind.startsWith(`${kind}.`)) return false;
  if (machine !== undefined && entry.machine !== machine) return false;
  if (text === undefined) return true;
  const { who, from, text: said } = entry;
  const wanted = text.toLowerCase();
  return [said.en, said.fr, who, from, entry.kind].some((where) => where.toLowerCase().includes(wanted));
}
