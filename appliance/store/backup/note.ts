/** What the journal says of a restore, at the first start behind it. */

import type { Database } from '../database/database.ts';
import type { Journal } from '../journal/journal.ts';
import { aboutKeys } from '../keys.ts';
import { anyJson, decodeChecked } from '../records/checked.ts';
import type { RecordWriter } from '../records/writer.ts';

type Kept = { who: string; madeMs: number; leftOut: Record<string, number> };

export async function noteRestored(o: {
  database: Database;
  writer: RecordWriter;
  journal: Journal;
}): Promise<void> {
  const value = await o.database.get(aboutKeys.restored);
  if (value === undefined) return;
  const { who, madeMs, leftOut } = decodeChecked(value, 'The note of the last restore', anyJson) as Kept;
  const made = new Date(madeMs).toISOString();
  const without = Object.keys(leftOut).join(', ');
  const text = {
    en: `The backup of ${made} was restored${without === '' ? '' : `, without ${without}`}`,
    fr: `La sauvegarde du ${made} a été restaurée${without === '' ? '' : `, sans ${without}`}`,
  };
  const actor = { who, role: 'admin', from: 'console' };
  await o.journal.note({ ...actor, kind: 'store.restored', text, details: { madeMs, leftOut } });
  await o.writer.write([{ type: 'del', key: aboutKeys.restored }]);
}
