/** Whether something that ought to be in the database is really gone. */
import type { Database } from '../database/database.ts';
import type { BlockIndex } from '../recovery/block-index.ts';

/**
 * What a snapshot does not have may have been written or deleted since, and the index of what is expected follows the
 * database a moment later: asked again when the writes that were under way have come to their end.
 */
export async function isMissing(
  database: Database,
  expected: Pick<BlockIndex, 'get' | 'settled'>,
  key: Buffer,
): Promise<boolean> {
  if (expected.get(key) === null || (await database.get(key)) !== undefined) return false;
  await expected.settled();
  return expected.get(key) !== null;
}
