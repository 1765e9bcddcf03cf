/** Opening with recovery: README.md has the table of what is done when. */

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Lost } from '../client/types.ts';
import { markerState } from '../database/creation.ts';
import { type Database, iterationOptions } from '../database/database.ts';
import { assertMarkedFormat, otherFormat } from '../database/format.ts';
import { openDatabase, waitUntilUnlocked } from '../database/level.ts';
import { aboutKeys, files, rangeOf } from '../keys.ts';
import type { Operation } from '../records/writer.ts';
import type { Expected } from './block-index.ts';
import { type Stopped, type TableSums, wasStoppedCleanly } from './clean-stop.ts';
import { type Examined, examine } from './examine.ts';
import { dropLooks, dropSnapshots, sources } from './folders.ts';
import { heal } from './heal.ts';
import type { Jobs } from './jobs.ts';
import { spanOf } from './kept-classes.ts';
import { type LostTimes, loadLost, lossesOf } from './lost.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';
import { makeRoomForStart } from './room.ts';
import { undoSealing } from './sealing.ts';
import { openSpare, type Spare, spareFolder } from './spare.ts';
import { readSpare, type SpareState } from './spare-state.ts';
import { numbering } from './write-number.ts';

export type RecoverOptions = {
  stateDir: string;
  lockWaitMs: number;
  clock: Clock;
  jobs: Jobs;
  log: Log;
  signal: AbortSignal;
};

/** What the journal has to say of it. */
export type RecoveryNotes = {
  /** Where the database was put that could not be used, and why. */
  setAside: { folder: string | null; why: string } | null;
  /** Values that were given back, by the prefix of their keys. */
  healed: Record<string, number>;
  isCopyNew: boolean;
  /** Neither database nor copy could be read whole: some small values are those of older states. */
  hasOlder: boolean;
  lost: readonly Lost[];
  /** Numbers of journal entries that are gone. */
  lostEntries: { first: number; last: number }[];
};

export type Recovered = {
  database: Database;
  spare: Spare;
  lost: LostTimes;
  notes: RecoveryNotes;
  /** Everything that is there has been read since the last unclean stop. */
  isRead: boolean;
  /** Of tables that were read in this start or an earlier one. */
  sums: TableSums;
};

type SetAside = NonNullable<RecoveryNotes['setAside']> & Omit<Rebuilt, 'kept'>;

const notLooked: Examined = { unusable: null, extra: [], isWhole: true };

export async function openRecovered(o: RecoverOptions): Promise<Recovered> {
  assertMarkedFormat(o.stateDir);
  await makeRoomForStart(o.stateDir);
  const folder = join(o.stateDir, files.database);
  const birth = await knownBirth(o.stateDir);
  const hasRemains = existsSync(folder) || birth !== null || (await sources(o.stateDir)).length > 0;
  if (hasRemains) await settleMarker(o.stateDir);
  let setAside: SetAside | null = null;
  let examined = notLooked;
  let sums: TableSums = new Map();
  const replace = async (why: string) => {
    o.log.error('the database cannot be used; a new one is made of what can be read', { folder, why });
    const { marker } = markerState(o.stateDir);
    const options = { ...o, birth: birth ?? marker ?? randomBytes(16).toString('hex') };
    const { kept, ...rebuilt } = await rebuild({ ...options, wallMs: o.clock.wallMs() });
    setAside = { folder: kept, why, ...rebuilt };
    examined = notLooked;
    sums = new Map();
  };
  if (existsSync(folder)) {
    const stopped: Stopped = await wasStoppedCleanly(o.stateDir, o.clock);
    if (stopped.isClean) {
      sums = stopped.sums;
      examined = { ...notLooked, isWhole: stopped.isWhole };
    } else {
      await waitUntilUnlocked(folder, o);
      await dropLooks(o.stateDir);
      examined = await examine(o);
      if (examined.unusable !== null) await replace(examined.unusable);
    }
  } else if (hasRemains) await replace('it is missing');
  try {
    return { ...(await settle(o, birth, { setAside, examined })), sums };
  } catch (error) {
    if (setAside !== null || !isDamage(error)) throw error;
    await replace(messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error));
    return { ...(await settle(o, birth, { setAside, examined })), sums };
  }
}

/** Opens it, and brings database and copy to say the same. */
async function settle(
  o: RecoverOptions,
  birth: string | null,
  { setAside, examined }: { setAside: SetAside | null; examined: Examined },
): Promise<Omit<Recovered, 'sums'>> {
  const database = await openDatabase({ ...o, birth });
  try {
    const copy = await readSpare(spareFolder(o.stateDir));
    await undoSealing(database, copy?.state.blocks ?? null);
    const healing = await heal(o.stateDir, database, copy);
    const spare = await openSpare(o.stateDir, healing.found);
    const write = async (operations: readonly Operation[]) => {
      const seq = spare.seq + 1;
      await database.batch([...operations, numbering(seq, operations)], { sync: true });
      await spare.append(seq, operations);
    };
    if (healing.operations.length > 0) await write(healing.operations);
    // Whoever looked asked the copy of what the database knew of its writes, which may be less than the copy knows.
    const extra = examined.extra
      .map((key) => Buffer.from(key, 'latin1'))
      .filter((key) => (copy?.state.blocks.get(key) ?? null) === null);
    if (extra.length > 0) await write(extra.map((key) => ({ type: 'del', key })));
    const lost = await loadLost(database);
    const isListed = healing.found.state === copy?.state;
    const listed = isListed || setAside === null ? spare.blocks : believed(setAside, copy?.state);
    const gone = setAside === null ? [] : await missingBlocks(database, listed);
    const losses = lossesOf(gone, 'damage');
    const hasOlder = setAside?.isPartial === true && !isListed;
    if (hasOlder) losses.push({ machine: null, fromMs: 0, toMs: o.clock.wallMs(), why: 'damage' });
    if (losses.length > 0)
      await write([...gone.map(({ key }): Operation => ({ type: 'del', key })), ...lost.add(losses)]);
    const lostEntries = setAside === null ? [] : await missingEntries(database);
    if (examined.isWhole) await dropSnapshots(o.stateDir);
    const { healed, isCopyNew } = healing;
    const notes = { setAside, healed, isCopyNew, hasOlder, lost: losses, lostEntries };
    return { database, spare, lost, notes, isRead: examined.isWhole };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function knownBirth(stateDir: string): Promise<string | null> {
  const spare = await readSpare(spareFolder(stateDir));
  if (spare?.state.values.has(aboutKeys.formerBirth.toString('latin1')) === true)
    throw otherFormat(stateDir, 1);
  return spare?.state.values.get(aboutKeys.birth.toString('latin1'))?.toString('utf8') ?? null;
}

/** A marker that cannot be read is written anew by the open that follows. */
async function settleMarker(stateDir: string): Promise<void> {
  if (markerState(stateDir).isUnreadable) await rm(join(stateDir, files.marker), { force: true });
}

function isDamage(error: unknown): boolean {
  if (error instanceof Failure) return error.code === 'STORE_DAMAGED';
  const codes = [error, error instanceof Error ? error.cause : null].map((one) =>
    one instanceof Error && 'code' in one ? String(one.code) : '',
  );
  return codes.some((code) => code === 'LEVEL_CORRUPTION' || code === 'LEVEL_IO_ERROR');
}

/** Where the copy is no list of what there has to be: what is left of it, and what was found damaged. */
function believed({ damaged }: SetAside, copy: SpareState | undefined): Expected[] {
  const unread = [...damaged].map((name): Expected => {
    const key = Buffer.from(name, 'latin1');
    return { key, crc: 0, spanMs: spanOf(key, Buffer.alloc(0)) };
  });
  return [...(copy?.blocks ?? []), ...unread];
}

async function missingBlocks(database: Database, expected: Iterable<Expected>): Promise<Expected[]> {
  const present = new Set<string>();
  for (const prefix of ['block', 'rollup'] as const)
    for await (const key of database.keys({ ...iterationOptions, ...rangeOf(prefix) }))
      present.add(key.toString('latin1'));
  return [...expected].filter(({ key }) => !present.has(key.toString('latin1')));
}

async function missingEntries(database: Database): Promise<{ first: number; last: number }[]> {
  const gaps: { first: number; last: number }[] = [];
  let before = 0;
  for await (const key of database.keys({ ...iterationOptions, ...rangeOf('journal') })) {
    const id = key.readUIntBE(1, 6);
    // The oldest may have been cleaned away.
    if (before > 0 && id > before + 1) gaps.push({ first: before + 1, last: id - 1 });
    before = id;
  }
  return gaps;
}
