/** Every write of the database carries its number and the keys that it touches, so that a lost end of its log shows. */
import { integer, list, object, text } from '../../protocol/check.ts';
import type { Database } from '../database/database.ts';
import { aboutKeys, isHistoryKey } from '../keys.ts';
import { decodeChecked, encodeChecked } from '../records/checked.ts';
import type { Operation } from '../records/writer.ts';

export type WriteNumber = {
  seq: number;
  /** As latin1. */
  touched: string[];
};

const checkWriteNumber = object({
  seq: integer({ min: 0 }),
  touched: list(text({ max: 4096 }), { max: 100_000 }),
});

/** Of a write to history alone it stands beside what it touches. */
export function numbering(seq: number, operations: readonly Operation[]): Operation {
  const touched = operations.map(({ key }) => key.toString('base64'));
  const isHistory = operations.length > 0 && operations.every(({ key }) => isHistoryKey(key));
  const key = isHistory ? aboutKeys.historyWrite : aboutKeys.write;
  return { type: 'put', key, value: encodeChecked({ seq, touched }) };
}

/** The last one; null when there is none, or when it cannot be believed. */
export async function lastWriteOf(database: Database): Promise<WriteNumber | null> {
  const found = await database.getMany([aboutKeys.write, aboutKeys.historyWrite]);
  const numbers = found.map(writeNumberOf).filter((one) => one !== null);
  return numbers.reduce<WriteNumber | null>(
    (last, one) => (last === null || one.seq > last.seq ? one : last),
    null,
  );
}

/** Further than the one write that may have been cut off before it was copied: the copy has lost something itself. */
export function isBehind(copy: { seq: number }, write: { seq: number }): boolean {
  return write.seq > copy.seq + 1;
}

export function writeNumberOf(value: Buffer | undefined): WriteNumber | null {
  if (value === undefined) return null;
  try {
    const { seq, touched } = decodeChecked(value, 'The number of the last write', checkWriteNumber);
    return { seq, touched: touched.map((key) => Buffer.from(key, 'base64').toString('latin1')) };
  } catch {
    // The copy knows it too.
    return null;
  }
}
