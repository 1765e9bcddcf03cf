/** When LevelDB writes what it holds in RAM as a table, and when it writes tables anew. */
import { rangeOf } from '../keys.ts';
import type { Database } from './database.ts';

/** LevelDB can, the type that browsers share does not say so. */
type Compacting = Database & {
  compactRange(first: Buffer, last: Buffer): Promise<void>;
  getProperty(name: string): string;
};

/** No key begins with it. */
const beyond = Buffer.from([0xff]);

/**
 * What is in RAM becomes a table, synced with the list of tables; the log that held it is deleted, most often before any
 * of it has reached the disk. An error shows with the next write only.
 */
export async function writeTable(database: Database): Promise<void> {
  await (database as Compacting).compactRange(beyond, beyond);
}

/** LevelDB gives room back only when it writes its tables anew: asked for where everything, or nearly, was deleted. */
export async function compact(database: Database, { gte, lt }: { gte: Buffer; lt: Buffer }): Promise<void> {
  await (database as Compacting).compactRange(gte, lt);
}

/** History sorts before it. */
const firstRecord = rangeOf('dictionary').gte;

type Table = { level: number; bytes: number; first: Buffer; last: Buffer };

/** Where tables of records are merged, and where they rest. */
const merging = 1;
const resting = 2;
const leastBytes = 65_536;
const leastPart = 1 / 8;

/**
 * Every fourth table of records is merged with all that the level of merging has of them: dictionaries and old entries of the
 * journal would be written anew each time. So when as much as an eighth of what rests is there, it goes to its rest. To be
 * called when the last table was one of records.
 */
export async function restRecords(database: Database): Promise<void> {
  const tables = tablesOf(database);
  const range = rangeOfRecords(tables.filter(({ level }) => level === merging));
  if (range === null) return;
  const upper = tables.filter((one) => one.level === merging && overlaps(one, range));
  const lower = tables.filter(({ level }) => level === resting);
  const below = lower.filter((one) => overlaps(one, range));
  if (bytesOf(upper) < Math.max(leastBytes, leastPart * bytesOf(below))) return;
  // LevelDB goes as deep as it finds tables: where no records rest yet, the newest history shows it the way.
  const before = lower.map(({ last }) => last).filter((last) => last.compare(range.first) < 0);
  const guide = before.sort(Buffer.compare).at(-1);
  if (below.length === 0 && guide === undefined) return;
  await compact(database, { gte: below.length > 0 ? range.first : guide!, lt: range.last });
}

function rangeOfRecords(tables: readonly Table[]): { first: Buffer; last: Buffer } | null {
  const ofRecords = tables.filter(({ last }) => last.compare(firstRecord) >= 0);
  const [first] = ofRecords.map((one) => one.first).sort(Buffer.compare);
  const last = ofRecords
    .map((one) => one.last)
    .sort(Buffer.compare)
    .at(-1);
  return first === undefined || last === undefined ? null : { first, last };
}

function overlaps(table: Table, { first, last }: { first: Buffer; last: Buffer }): boolean {
  return table.first.compare(last) <= 0 && table.last.compare(first) >= 0;
}

function bytesOf(tables: readonly Table[]): number {
  return tables.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** As LevelDB tells of them: ` 17:1097['q\x00…' @ 61 : 1 .. 'xwrite' @ 80 : 1]` under `--- level 0 ---`. */
function tablesOf(database: Database): Table[] {
  const tables: Table[] = [];
  let level = 0;
  for (const line of (database as Compacting).getProperty('leveldb.sstables').split('\n')) {
    const next = /^--- level (\d+) ---$/.exec(line);
    if (next !== null) level = Number(next[1]);
    const found = /^ \d+:(\d+)\['(.*)' @ \d+ : \d \.\. '(.*)' @ \d+ : \d\]$/.exec(line);
    if (found === null) continue;
    tables.push({ level, bytes: Number(found[1]), first: keyOf(found[2]!), last: keyOf(found[3]!) });
  }
  return tables;
}

/** Bytes that are no printable character stand there as \xNN. */
function keyOf(text: string): Buffer {
  const bytes = text.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}
