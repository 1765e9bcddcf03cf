/** Opening the database: the lock of another process, damage and a missing folder become one clear failure each. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../runtime/clock.ts';
import { Failure, messageOf, systemCodeOf } from '../../runtime/errors.ts';
import { aboutKeys, files } from '../keys.ts';
import { damaged } from '../records/checked.ts';
import { createDatabase, readMarker, removeUnfinished, writeMarker } from './creation.ts';
import { type Database, databaseAt, openOptions } from './database.ts';
import { assertMarkedFormat, otherFormat } from './format.ts';

const lockRetryMs = 250;

export type OpenOptions = {
  stateDir: string;
  lockWaitMs: number;
  clock: Clock;
  signal?: AbortSignal;
  /** The number that the copy beside the database has, which settles what the marker and the database disagree about. */
  birth?: string | null;
};

/** Opens the database of the state folder, and makes it when there has never been one. */
export async function openDatabase(o: OpenOptions): Promise<Database> {
  const folder = join(o.stateDir, files.database);
  assertMarkedFormat(o.stateDir);
  if (!existsSync(folder)) {
    if (readMarker(o.stateDir) !== null) {
      throw damaged(`The database ${folder}`, `is missing, although ${files.marker} says that it was made`);
    }
    await createDatabase(o.stateDir);
  }
  const marker = readMarker(o.stateDir);
  const database = databaseAt(folder);
  await openUnlocked(database, o);
  try {
    const birth = (await database.get(aboutKeys.birth))?.toString('utf8') ?? o.birth;
    if ((await database.get(aboutKeys.formerBirth)) !== undefined) throw otherFormat(o.stateDir, 1);
    if (birth === undefined || birth === null)
      throw damaged(`The database ${folder}`, 'has lost its first record');
    if (marker === null || (marker !== birth && birth === o.birth)) await writeMarker(o.stateDir, birth);
    else if (marker !== birth) throw damaged(`The database ${folder}`, 'belongs to another state folder');
    await removeUnfinished(o.stateDir);
    // What LevelDB told of its last process, in text: a hundredth of a day's history, and nobody reads it.
    await rm(join(folder, 'LOG.old'), { force: true });
  } catch (error) {
    await database.close();
    throw error instanceof Failure ? error : damaged(`The database ${folder}`, 'cannot be read', error);
  }
  return database;
}

/** Asks without changing anything: LevelDB takes the lock before it looks at what it was told not to open. */
export async function waitUntilUnlocked(folder: string, o: Omit<OpenOptions, 'stateDir'>): Promise<void> {
  const deadlineMs = o.clock.monotonicMs() + o.lockWaitMs;
  for (;;) {
    const database = databaseAt(folder);
    try {
      await database.open({ ...openOptions, errorIfExists: true });
      await database.close();
      return;
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (systemCodeOf(cause) !== 'LEVEL_LOCKED') return;
      if (o.clock.monotonicMs() >= deadlineMs) throw lockFailure(folder, error);
    }
    await o.clock.sleep(lockRetryMs, o.signal);
  }
}

async function openUnlocked(database: Database, o: OpenOptions): Promise<void> {
  const deadlineMs = o.clock.monotonicMs() + o.lockWaitMs;
  for (;;) {
    try {
      await database.open(openOptions);
      return;
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (systemCodeOf(cause) !== 'LEVEL_LOCKED') throw openFailure(database.location, error, cause);
      if (o.clock.monotonicMs() >= deadlineMs) throw lockFailure(database.location, error);
    }
    await o.clock.sleep(lockRetryMs, o.signal);
  }
}

function lockFailure(folder: string, cause: unknown): Failure {
  return new Failure(
    'STORE_LOCKED',
    `The database ${folder} is in use by another process. Stop the other NetMonitor that has this state folder ` +
      `(\`fuser ${folder}/LOCK\` shows it), then start again.`,
    { cause },
  );
}

function openFailure(folder: string, error: unknown, cause: unknown): Failure {
  const text = messageOf(cause ?? error);
  if (/permission denied|read-only file system/i.test(text)) {
    return new Failure('STATE_UNWRITABLE', `The database ${folder} cannot be written: ${text}`, {
      cause: error,
    });
  }
  return damaged(`The database ${folder}`, `does not open (${text})`, error);
}
