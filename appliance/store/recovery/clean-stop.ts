/** What an orderly stop leaves behind: the files of the database, so that the next start knows that nothing has changed. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { systemCodeOf } from '../../runtime/errors.ts';
import { writeFileSafely } from '../../runtime/files.ts';
import { files } from '../keys.ts';

const unread = /^(LOCK|LOG|LOG\.old)$/;
/** Large, and never changed: their length has to do until they are read. */
const table = /\.(ldb|sst)$/;

/** To be called when the database is closed. */
export async function markClean(stateDir: string): Promise<void> {
  await writeFileSafely(join(stateDir, files.clean), await describe(stateDir));
}

/** The mark holds for one start: it is taken away. */
export async function wasStoppedCleanly(stateDir: string): Promise<boolean> {
  const path = join(stateDir, files.clean);
  try {
    const said = await readFile(path, 'utf8');
    const isSame = said === (await describe(stateDir));
    await rm(path, { force: true });
    return isSame;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function describe(stateDir: string): Promise<string> {
  const folder = join(stateDir, files.database);
  const names = (await readdir(folder)).filter((name) => !unread.test(name)).sort();
  const lines = names.map(async (name) => {
    const path = join(folder, name);
    if (table.test(name)) return `${name} ${(await stat(path)).size}\n`;
    const bytes = await readFile(path);
    return `${name} ${bytes.length} ${crc32(bytes).toString(16)}\n`;
  });
  return `netmonitor-store stopped 1\n${(await Promise.all(lines)).join('')}`;
}
