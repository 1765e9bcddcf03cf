/**
 * Blocks on their way into a table of their own. They are written before what names them, so that until then a key says
 * which they are: whatever of them a start finds is deleted, because the log still has every tick in it.
 */
import { list, object, text } from '../../protocol/check.ts';
import type { Database } from '../database/database.ts';
import { aboutKeys } from '../keys.ts';
import { decodeChecked, encodeChecked } from '../records/checked.ts';
import type { Operation } from '../records/writer.ts';

const checkSealing = object({ keys: list(text({ max: 64 }), { max: 100_000 }) });

export function beginSealing(blocks: readonly Operation[]): Operation {
  const keys = blocks.map(({ key }) => key.toString('base64'));
  return { type: 'put', key: aboutKeys.sealing, value: encodeChecked({ keys }) };
}

/** To be written in the batch that makes them count. */
export const endSealing: Operation = { type: 'del', key: aboutKeys.sealing };

/** Takes back what was begun and not ended. */
export async function undoSealing(database: Database): Promise<void> {
  const value = await database.get(aboutKeys.sealing);
  if (value === undefined) return;
  const { keys } = decodeChecked(value, 'The list of blocks that were being written', checkSealing);
  const deletes = keys.map((key): Operation => ({ type: 'del', key: Buffer.from(key, 'base64') }));
  await database.batch([...deletes, endSealing], { sync: true });
}
