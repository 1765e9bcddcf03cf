/**
 * Who may change the files of a state folder as a whole. LevelDB's lock belongs to the file, not to its name, so a second
 * name for the LOCK of `db/` asks for the very lock that a running store holds, without touching the database.
 */
import { existsSync } from 'node:fs';
import { link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, systemCodeOf } from '../../runtime/errors.ts';
import { type Database, databaseAt } from '../database/database.ts';
import { files } from '../keys.ts';

export type Lock = { release(): Promise<void> };

/** STORE_LOCKED when another process is restoring here, or finishing what a restore began. */
export async function lockFolder(stateDir: string): Promise<Lock> {
  const folder = join(stateDir, files.restoreLock);
  const database = await openLock(
    folder,
    `Another process is restoring a backup into ${stateDir}. Wait until it has ended.`,
  );
  return {
    async release() {
      await rm(folder, { recursive: true, force: true });
      await database.close();
    },
  };
}

/** STORE_LOCKED when a store is running on this folder; while it is held none can start. Only under `lockFolder`. */
export async function lockDatabase(stateDir: string): Promise<Lock> {
  const lock = join(stateDir, files.database, 'LOCK');
  if (!existsSync(lock)) return { release: async () => undefined };
  const folder = join(stateDir, files.restoreLock, 'database');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  await link(lock, join(folder, 'LOCK'));
  const database = await openLock(
    folder,
    `A NetMonitor is running on ${stateDir}. Stop it first (Ctrl-C where npm start runs, or systemctl stop netmonitor-store), then restore again.`,
  );
  return {
    async release() {
      await database.close();
    },
  };
}

async function openLock(folder: string, message: string, isLastTry = false): Promise<Database> {
  const database = databaseAt(folder);
  try {
    await database.open({ createIfMissing: true });
    return database;
  } catch (error) {
    await database.close();
    const cause = error instanceof Error ? error.cause : undefined;
    if (systemCodeOf(cause) === 'LEVEL_LOCKED') throw new Failure('STORE_LOCKED', message, { cause: error });
    if (isLastTry) throw error;
    // LevelDB asks for the lock before it reads: nobody holds it, and a cut has left the rest unreadable.
    await rm(folder, { recursive: true, force: true });
    return openLock(folder, message, true);
  }
}
