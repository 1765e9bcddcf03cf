/**
 * Blocks on their way into a table of their own. They are written before what names them, so that until then a key says
 * which they are: whatever of them a start finds is deleted, because the log still has every tick in it.
 */
import { list, object, text } from '../../protocol/check.ts';
import type { Database } from '../database/database.ts';
import { writeTable } from '../database/tables.ts';
import { aboutKeys } from '../keys.ts';
import { decodeChecked, encodeChecked } from '../records/checked.ts';
import type { Operation } from '../records/writer.ts';
import type { BlockIndex } from './block-index.ts';

const checkSealing = object({ keys: list(text({ max: 64 }), { max: 100_000 }) });

export function beginSealing(blocks: readonly Operation[]): Operation {
  const keys = blocks.map(({ key }) => key.toString('base64'));
  return { type: 'put', key: aboutKeys.sealing, value: encodeChecked({ keys }) };
}

/** To be written in the batch that makes them count. */
export const endSealing: Operation = { type: 'del', key: aboutKeys.sealing };

/**
 * Takes back what was begun and not ended. What the copy has was ended, and only the end is lost: the write-ahead log may
 * have been given up since.
 */
export async function undoSealing(database: Database, ended: Pick<BlockIndex, 'get'> | null): Promise<void> {
  const value = await database.get(aboutKeys.sealing);
  if (value === undefined) return;
  const { keys } = decodeChecked(value, 'The list of blocks that were being written', checkSealing);
  const begun = keys
    .map((key) => Buffer.from(key, 'base64'))
    .filter((key) => (ended?.get(key) ?? null) === null);
  await database.batch(
    begun.map((key): Operation => ({ type: 'del', key })),
    { sync: true },
  );
  // A table with blocks and records would lie across all blocks that come.
  await writeTable(database);
  await database.batch([endSealing], { sync: true });
}
