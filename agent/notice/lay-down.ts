/** Two lines in a file that everybody on the machine may read: a session that watches it shows them. */
import { join } from 'node:path';
import { writeFileSafely } from '../../appliance/runtime/files.ts';
import type { Notice, Outside } from './notice.ts';

export async function layDown({ title, text }: Notice, { runDir }: Pick<Outside, 'runDir'>): Promise<void> {
  await writeFileSafely(join(runDir, 'notice'), Buffer.from(`${title}\n${text}\n`), { mode: 0o644 });
}
