/** The index of the journal in the database: two values for each 256 entries, behind a checksum. */
import { crc32 } from 'node:zlib';
import { searchedText } from '../client/journal-match.ts';
import type { JournalEntry } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { journalIndexKey, journalIndexRange } from '../keys.ts';
import type { Operation } from '../records/writer.ts';
import { type Columns, encodeColumns, type Row } from './columns.ts';
import { Signature } from './signature.ts';

export const rowOf = ({ atMs, trusted, kind, machine }: JournalEntry): Row => ({
  ...{ atMs, trusted, kind, machine },
});

/** The entries of the chunk that is not full yet; their index is kept in RAM. */
export class OpenChunk {
  columns: Columns = { first: 0, rows: [] };
  readonly #signature = new Signature();
  #spoiled = false;

  /** An entry that cannot be read is there: this chunk gets no index, and a search reads its entries themselves. */
  spoil(): void {
    this.#spoiled = true;
    this.#clear();
  }

  add(entry: JournalEntry): void {
    if (this.#spoiled) return;
    if (this.columns.rows.length === 0) this.columns.first = entry.id;
    this.columns.rows.push(rowOf(entry));
    this.#signature.add(searchedText(entry));
  }

  /** What keeps the index of these entries; the chunk is empty then. */
  close(chunk: number): Operation[] {
    const operations: Operation[] = this.#spoiled
      ? []
      : [
          put('columns', chunk, encodeColumns(this.columns)),
          put('signature', chunk, this.#signature.bytes()),
        ];
    this.#spoiled = false;
    this.#clear();
    return operations;
  }

  #clear(): void {
    this.columns = { first: 0, rows: [] };
    this.#signature.clear();
  }
}

type Part = 'columns' | 'signature';

export interface IndexReader {
  /** By chunk; a chunk without a readable value is absent, and its entries have to be read themselves. */
  read(part: Part, from: number, to: number): Promise<Map<number, Uint8Array>>;
  /** The chunks that have both. */
  present(): Promise<Set<number>>;
}

export function createIndexReader(database: Database): IndexReader {
  const chunks = async (part: Part): Promise<number[]> => {
    const keys = await database.keys(journalIndexRange(part)).all();
    return keys.map((key) => key.readUInt32BE(3));
  };
  return {
    async read(part, from, to) {
      const range = { gte: journalIndexKey(part, from), lte: journalIndexKey(part, to) };
      const found = new Map<number, Uint8Array>();
      for (const [key, value] of await database.iterator(range).all()) {
        const body = value.subarray(4);
        if (value.length > 4 && crc32(body) === value.readUInt32BE(0)) found.set(key.readUInt32BE(3), body);
      }
      return found;
    },
    async present() {
      const signatures = new Set(await chunks('signature'));
      return new Set((await chunks('columns')).filter((chunk) => signatures.has(chunk)));
    },
  };
}

/** The least that forgets a chunk. */
export function forgetIndex(chunk: number): Operation[] {
  return [
    { type: 'del', key: journalIndexKey('columns', chunk) },
    { type: 'del', key: journalIndexKey('signature', chunk) },
  ];
}

function put(part: Part, chunk: number, body: Uint8Array): Operation {
  const value = Buffer.allocUnsafe(4 + body.length);
  value.writeUInt32BE(crc32(body));
  value.set(body, 4);
  return { type: 'put', key: journalIndexKey(part, chunk), value };
}
