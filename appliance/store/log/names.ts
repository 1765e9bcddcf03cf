/**
 * LevelDB syncs a new log, but not the folder that holds its name until a table follows, so that a power cut may take
 * the name and with it every synced write. Here the folder is synced once for each new log.
 */
import { readdir } from 'node:fs/promises';
import { syncPath } from '../database/creation.ts';

const logName = /^(\d+)\.log$/;

export interface LogNames {
  /** Resolves when the log that took the last batch is there for good. */
  settle(): Promise<void>;
}

export function createLogNames(folder: string, sync: (folder: string) => Promise<void> = syncPath): LogNames {
  let settled = 0;
  return {
    async settle() {
      const numbers = (await readdir(folder)).map((name) => Number(logName.exec(name)?.[1] ?? 0));
      const newest = Math.max(...numbers);
      if (newest === settled) return;
      await sync(folder);
      settled = newest;
    },
  };
}
