/** LevelDB gives room back only when it writes its tables anew: asked for where everything, or nearly, was deleted. */
import type { Database } from '../database/database.ts';

/** LevelDB can, the type that browsers share does not say so. */
type Compacting = Database & { compactRange(first: Buffer, last: Buffer): Promise<void> };

export async function compact(database: Database, { gte, lt }: { gte: Buffer; lt: Buffer }): Promise<void> {
  await (database as Compacting).compactRange(gte, lt);
}
