/** LevelDB as this store uses it: binary keys and values, small caches. */
import { Level } from 'level';

export type Database = Level<Buffer, Buffer>;
export type Snapshot = ReturnType<Database['snapshot']>;

/** Small, because a Pi has 1 GB for everything (README.md). */
const sizes = { cacheSize: 2 << 20, writeBufferSize: 1 << 20, maxOpenFiles: 160, compression: true };

export const openOptions = { ...sizes, createIfMissing: false };
export const creationOptions = { ...sizes, createIfMissing: true, errorIfExists: true };
export const iterationOptions = { highWaterMarkBytes: 65_536 };

/** To be opened in the same turn of the loop with one of the options above: left alone it would open by itself. */
export function databaseAt(folder: string): Database {
  return new Level<Buffer, Buffer>(folder, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    createIfMissing: false,
  });
}

/** Puts together what LevelDB can still read of a folder; whatever it cannot read is left out. */
export async function repairDatabase(folder: string): Promise<void> {
  await (Level as unknown as { repair(folder: string): Promise<void> }).repair(folder);
}
