/** A state folder that is put back to as it was new: once that was promised, nothing of before comes back, and nothing of after goes. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readText, syncFolder, writeFileSafely } from '../../../appliance/runtime/files.ts';
import { beginReset, finishReset } from '../../../appliance/runtime/reset.ts';
import type { SmallFile } from './small-file.ts';

const mostBytes = 64;
const kept = (folder: string) => join(folder, 'deep', 'kept');

async function keep(folder: string, value: string): Promise<void> {
  await mkdir(join(folder, 'deep'), { recursive: true, mode: 0o700 });
  await syncFolder(folder);
  await writeFileSafely(kept(folder), value);
}

export const resetFiles = {
  'reset of a daemon': {
    sort: 'kept',
    async write(folder, promised) {
      for (const id of ['first', 'second']) {
        await keep(folder, id);
        promised(id);
        await beginReset(folder, id);
        promised(null);
        await finishReset(folder);
      }
      await keep(folder, 'third');
      promised('third');
    },
    async read(folder) {
      await finishReset(folder);
      return (await readText(kept(folder), mostBytes)) ?? null;
    },
  },
} as const satisfies Record<string, SmallFile>;
