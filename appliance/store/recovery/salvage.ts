/** Carries what is whole from a damaged database into a new one; to be done where an abort of LevelDB ends nobody else. */
import { crc32 } from 'node:zlib';
import { messageOf } from '../../runtime/errors.ts';
import { openBlock } from '../blocks/block.ts';
import { checkEntry } from '../checks.ts';
import {
  type Database,
  databaseAt,
  iterationOptions,
  openOptions,
  repairDatabase,
} from '../database/database.ts';
import { aboutKeys, blockMachineOf, isBlockKey, rollupPlace } from '../keys.ts';
import { anyJson, decodeChecked } from '../records/checked.ts';
import type { Operation } from '../records/writer.ts';
import { openRollup } from '../tiers/rollup.ts';
import { tiers } from '../tiers/tiers.ts';
import { isDerived, isJournal, isOfWrites, isSummed } from './kept-classes.ts';
import { readSpare, type SpareState } from './spare-state.ts';
import { isBehind, lastWriteOf } from './write-number.ts';

export type SalvageJob = {
  source: string;
  repair: boolean;
  target: string;
  spareFolder: string;
  /**
   * What a better source had and could not give, as latin1. All else that an older one has was deleted since, and must not
   * come back, when no copy says what there has to be.
   */
  sought?: readonly string[] | undefined;
};
export type Salvaged = {
  copied: number;
  /** Of what the copy expects, so much the target does not have. */
  remaining: number;
  why: string | null;
  /** The number of the last write that the source knows. */
  seq: number;
  /**
   * Keys of what stands there and cannot be read, while no copy says what there has to be; of what was sought, what the
   * target does not have yet. As latin1.
   */
  damaged: string[];
};

const batchBytes = 1 << 20;
const mostDamaged = 10_000;

export async function salvage(job: SalvageJob): Promise<Salvaged> {
  const result: Salvaged = { copied: 0, remaining: 0, why: null, seq: 0, damaged: [] };
  const spare = await readSpare(job.spareFolder);
  const state = spare === null || spare.state.isBroken ? null : spare.state;
  const target = databaseAt(job.target);
  await target.open(openOptions);
  try {
    // Before there is a handle: left alone it opens the folder, and LevelDB repairs only what nobody has open.
    if (job.repair) await repairDatabase(job.source);
    const isSought = soughtBy(job, spare?.state);
    await carryFrom(job.source, target, { state, isSought }, result);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    result.why = messageOf(cause ?? error);
  }
  if (state !== null) result.remaining = await countMissing(target, state);
  if (job.sought !== undefined) result.damaged = await missingOf(job.sought, target);
  await target.close();
  return result;
}

type IsSought = (key: Buffer, value: Buffer) => boolean;

/** A copy that is damaged still knows blocks by their checksum. */
function soughtBy({ sought }: SalvageJob, remains: SpareState | undefined): IsSought {
  if (sought === undefined) return () => true;
  const names = new Set(sought);
  return (key, value) => names.has(key.toString('latin1')) || remains?.blocks.get(key)?.crc === crc32(value);
}

async function missingOf(sought: readonly string[], target: Database): Promise<string[]> {
  const found = await target.getMany(sought.map((name) => Buffer.from(name, 'latin1')));
  return sought.filter((_, at) => found[at] === undefined);
}

type Guide = { state: SpareState | null; isSought: IsSought };

async function carryFrom(folder: string, target: Database, guide: Guide, result: Salvaged): Promise<void> {
  const source = databaseAt(folder);
  try {
    await source.open(openOptions);
    result.seq = (await lastWriteOf(source))?.seq ?? 0;
    const { state } = guide;
    const isBelieved = state !== null && !isBehind(state, result);
    await carry(source, target, { ...guide, state: isBelieved ? state : null }, result);
  } finally {
    await source.close();
  }
}

async function carry(
  source: Database,
  target: Database,
  { state, isSought }: Guide,
  result: Salvaged,
): Promise<void> {
  let operations: Operation[] = [];
  let bytes = 0;
  const write = async () => {
    await target.batch(operations, { sync: true });
    result.copied += operations.length;
    operations = [];
    bytes = 0;
  };
  try {
    for await (const [key, value] of source.iterator(iterationOptions)) {
      if (isOfItself(key) || (state === null && !isSought(key, value))) continue;
      if (!isWanted(key, value, state)) {
        if (state === null && result.damaged.length < mostDamaged)
          result.damaged.push(key.toString('latin1'));
        continue;
      }
      if ((await target.get(key)) !== undefined) continue;
      operations.push({ type: 'put', key, value });
      bytes += value.length;
      if (bytes >= batchBytes) await write();
    }
  } finally {
    await write();
  }
}

/** The new one has its own. */
function isOfItself(key: Buffer): boolean {
  return key.equals(aboutKeys.birth) || isOfWrites(key) || isDerived(key);
}

/** With the copy at hand, small values come from it. */
function isWanted(key: Buffer, value: Buffer, state: SpareState | null): boolean {
  if (isJournal(key)) return isEntry(key, value);
  if (!isSummed(key)) return state === null && isValue(value);
  return state === null ? isBlock(key, value) : state.blocks.get(key)?.crc === crc32(value);
}

function isEntry(key: Buffer, value: Buffer): boolean {
  try {
    return decodeChecked(value, 'an entry', checkEntry).id === key.readUIntBE(1, 6);
  } catch {
    // That is the answer.
    return false;
  }
}

function isValue(value: Buffer): boolean {
  try {
    decodeChecked(value, 'a value', anyJson);
    return true;
  } catch {
    // That is the answer.
    return false;
  }
}

function isBlock(key: Buffer, value: Buffer): boolean {
  if (!isBlockKey(key)) return isRollup(key, value);
  try {
    return openBlock(value).header.machine === blockMachineOf(key);
  } catch {
    // That is the answer.
    return false;
  }
}

function isRollup(key: Buffer, value: Buffer): boolean {
  try {
    const { tier, windowMs, machine, group } = rollupPlace(key);
    const name = (['minute', 'ten'] as const).find((one) => tiers[one].number === tier);
    if (name === undefined) return false;
    openRollup(value, { tier: name, startMs: windowMs, machine, group });
    return true;
  } catch {
    // That is the answer.
    return false;
  }
}

async function countMissing(target: Database, { blocks }: SpareState): Promise<number> {
  let present = 0;
  for await (const key of target.keys(iterationOptions)) if (blocks.get(key) !== null) present++;
  return blocks.count - present;
}
