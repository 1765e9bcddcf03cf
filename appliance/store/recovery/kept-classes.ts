/** How the copy keeps what is written: small things by value, blocks by checksum. */
import { crc32 } from 'node:zlib';
import { ByteReader } from '../../protocol/bytes.ts';
import { readHeader } from '../blocks/header.ts';
import { aboutKeys, blockMachineOf, blockStartOf, isBlockKey, isHistoryKey, rollupPlace } from '../keys.ts';
import type { Operation } from '../records/writer.ts';
import { tiers } from '../tiers/tiers.ts';
import type { SpareChange } from './spare-form.ts';

const copied = new Set([...'dmqrsux'].map((prefix) => prefix.charCodeAt(0)));
const journalPrefix = 'j'.charCodeAt(0);
const longestMs = 2 * 3_600_000;

/** About the writes themselves: what is true of the database alone. */
export function isOfWrites(key: Buffer): boolean {
  return [aboutKeys.write, aboutKeys.historyWrite, aboutKeys.sealing].some((one) => one.equals(key));
}

/** Registry, dictionaries, settings, records, what was received, single values. */
export function isCopied(key: Buffer): boolean {
  return copied.has(key[0]!) && !isOfWrites(key);
}

/** The copy has the newest entries, the chain of hashes tells of the others. */
export function isJournal(key: Buffer): boolean {
  return key[0] === journalPrefix;
}

/** Blocks and coarse history. What is left, the journal's index, follows from the entries and is made again. */
export function isSummed(key: Buffer): boolean {
  return isHistoryKey(key);
}

export function isDerived(key: Buffer): boolean {
  return !isJournal(key) && !copied.has(key[0]!) && !isSummed(key);
}

/** Whose samples are lost with it, and which. */
export function placeOf({ key, spanMs }: { key: Buffer; spanMs: number }): {
  machine: number;
  fromMs: number;
  toMs: number;
} {
  if (isBlockKey(key)) {
    const fromMs = blockStartOf(key);
    return { machine: blockMachineOf(key), fromMs, toMs: fromMs + spanMs + 1 };
  }
  const { machine, windowMs } = rollupPlace(key);
  return { machine, fromMs: windowMs, toMs: windowMs + spanMs };
}

export function changesOf(operations: readonly Operation[]): SpareChange[] {
  return operations.flatMap((operation): SpareChange[] => {
    const { key } = operation;
    if (isOfWrites(key) || isDerived(key)) return [];
    if (operation.type === 'del') return [{ kind: 'del', key }];
    const { value } = operation;
    if (!isSummed(key)) return [{ kind: 'value', key, value }];
    return [{ kind: 'sum', key, crc: crc32(value), spanMs: spanOf(key, value) }];
  });
}

/** From the date in the key to the last tick; of a block that cannot be read, the longest that there can be. */
export function spanOf(key: Buffer, value: Buffer): number {
  if (!isBlockKey(key)) {
    const { tier } = rollupPlace(key);
    return Object.values(tiers).find(({ number }) => number === tier)?.windowMs ?? 0;
  }
  try {
    const { wallAtZeroMs, firstRunMs, lastRunMs } = readHeader(new ByteReader(value.subarray(1)));
    return Math.max(0, Math.ceil(wallAtZeroMs + Math.max(firstRunMs, lastRunMs) - blockStartOf(key)));
  } catch {
    // Its damage is found by whoever reads it.
    return longestMs;
  }
}
