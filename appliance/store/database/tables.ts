/** When LevelDB writes what it holds in RAM as a table, and when it writes tables anew. */
import type { Database } from './database.ts';

/** LevelDB can, the type that browsers share does not say so. */
type Compacting = Database & { compactRange(first: Buffer, last: Buffer): Promise<void> };

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
