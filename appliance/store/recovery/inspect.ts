/** Reads a whole database and says what is wrong with it; to be done where an abort of LevelDB ends nobody else. */
import { crc32 } from 'node:zlib';
import { messageOf } from '../../runtime/errors.ts';
import { openBlock } from '../blocks/block.ts';
import { databaseAt, iterationOptions, openOptions } from '../database/database.ts';
import { aboutKeys, blockMachineOf, isBlockKey } from '../keys.ts';
import { anyJson, decodeChecked } from '../records/checked.ts';
import type { BlockIndex } from './block-index.ts';
import { isDerived, isSummed } from './kept-classes.ts';
import { readSpare } from './spare-state.ts';
import { isBehind, lastWriteOf } from './write-number.ts';

export type Inspection = {
  /** It opens, and everything in it could be read. */
  isReadable: boolean;
  why: string | null;
  /** Blocks that have to be there and are not, or not as they were written. */
  missing: number;
  /** Keys of blocks that nobody wrote, or that were removed; as latin1. */
  extra: string[];
  /** Values that do not match their checksum and that the copy has to give back. */
  damagedValues: number;
  keys: number;
  bytes: number;
  /** False when time was up before all was read. */
  isWhole: boolean;
};

export type InspectJob = { folder: string; spareFolder: string; mostMs: number };

const mostExtra = 10_000;

export async function inspect(job: InspectJob): Promise<Inspection> {
  const found: Inspection = {
    ...{ isReadable: false, why: null, missing: 0, extra: [], damagedValues: 0 },
    ...{ keys: 0, bytes: 0, isWhole: true },
  };
  const database = databaseAt(job.folder);
  try {
    await database.open(openOptions);
    await readAll(job, database, found);
    found.isReadable = true;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    found.why = messageOf(cause ?? error);
  }
  await database.close().catch((error: unknown) => {
    found.why ??= messageOf(error);
  });
  return found;
}

async function readAll(
  job: InspectJob,
  database: ReturnType<typeof databaseAt>,
  found: Inspection,
): Promise<void> {
  const write = await lastWriteOf(database);
  // The copy may be ahead of a database that was cloned a moment ago.
  const spare = await readSpare(job.spareFolder, write?.seq);
  // A copy that is further behind than one write has lost something itself: it says nothing of the database.
  const isKnown =
    spare !== null && !spare.state.isBroken && !(write !== null && isBehind(spare.state, write));
  const isAhead = write !== null && spare !== null && write.seq > spare.state.seq;
  const blocks = spare?.state.blocks;
  const touched = new Set(write?.touched ?? []);
  const untilMs = performance.now() + job.mostMs;
  let present = 0;
  /** Blocks of the last write, which the copy was not told of. */
  let unread = 0;
  let last: Buffer = Buffer.alloc(0);
  for await (const [key, value] of database.iterator(iterationOptions)) {
    if (last.compare(key) >= 0) throw new Error('keys are out of order');
    last = key;
    found.keys++;
    found.bytes += key.length + value.length;
    if (isDerived(key)) continue;
    if (!isSummed(key)) {
      if (!key.equals(aboutKeys.birth) && !isWhole(value)) found.damagedValues++;
    } else if (isKnown) {
      const expected = blocks?.get(key) ?? null;
      const name = key.toString('latin1');
      if (expected?.crc === crc32(value)) present++;
      else if (isAhead && touched.has(name)) {
        if (!isBlockWhole(key, value)) unread += expected === null ? 1 : 0;
        else if (expected !== null) present++;
      } else if (expected === null && found.extra.length < mostExtra) found.extra.push(name);
    } else if (!isBlockWhole(key, value)) found.missing++;
    if (found.keys % 256 === 0 && performance.now() > untilMs) {
      found.isWhole = false;
      return;
    }
  }
  if (!isKnown) return;
  // What the last write has deleted the copy still expects, when it was not told of that write any more.
  const deleted = isAhead && blocks ? await deletedBy(touched, blocks, database) : 0;
  found.missing = (blocks?.count ?? 0) - present - deleted + unread;
}

async function deletedBy(
  touched: ReadonlySet<string>,
  expected: Pick<BlockIndex, 'get'>,
  database: ReturnType<typeof databaseAt>,
): Promise<number> {
  let deleted = 0;
  for (const name of touched) {
    const key = Buffer.from(name, 'latin1');
    if (expected.get(key) !== null && (await database.get(key)) === undefined) deleted++;
  }
  return deleted;
}

function isWhole(value: Buffer): boolean {
  try {
    decodeChecked(value, 'a value', anyJson);
    return true;
  } catch {
    // That is the answer.
    return false;
  }
}

function isBlockWhole(key: Buffer, value: Buffer): boolean {
  if (!isBlockKey(key)) return true;
  try {
    return openBlock(value).header.machine === blockMachineOf(key);
  } catch {
    // That is the answer.
    return false;
  }
}

export function isUsable({ isReadable, missing }: Inspection): boolean {
  return isReadable && missing === 0;
}
