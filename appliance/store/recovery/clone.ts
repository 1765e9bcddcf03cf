/**
 * The files of a database under a second name: tables never change, so links will do; what is still written to is
 * copied. Whatever LevelDB makes of the copy, the files of the database stay.
 */
import { copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../runtime/errors.ts';

const table = /\.(ldb|sst)$/;
const other = /^(CURRENT|MANIFEST-\d+|\d+\.log)$/;
const attempts = 20;

/**
 * LevelDB gives a number that its manifest does not know a second time, and writes over what has it: with the older ending
 * of their names, which it reads too, linked tables are out of its way.
 */
function linkedName(name: string): string {
  return name.replace(/\.ldb$/, '.sst');
}

/** Of a database that nobody has open. */
export async function cloneDatabase(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { mode: 0o700 });
  for (const name of await readdir(from)) {
    if (table.test(name) || other.test(name)) await link(join(from, name), join(to, linkedName(name)));
  }
}

/** Of a database that is written to: its tables and its manifest have to be of one moment. */
export async function cloneLive(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rm(to, { recursive: true, force: true });
    await mkdir(to, { mode: 0o700 });
    if (await tryClone(from, to)) return;
    if (attempt === attempts) throw new Error(`the database ${from} changes faster than it can be copied`);
  }
}

async function tryClone(from: string, to: string): Promise<boolean> {
  try {
    const before = await manifestOf(from);
    for (const name of await readdir(from)) {
      if (table.test(name)) await link(join(from, name), join(to, linkedName(name)));
      else if (other.test(name)) await copyFile(join(from, name), join(to, name));
    }
    return before === (await manifestOf(from));
  } catch (error) {
    // A table has been compacted away in the middle.
    if (systemCodeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Changes with each table that comes or goes and with each new log. */
async function manifestOf(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter(
    (name) => name.startsWith('MANIFEST-') || name.endsWith('.log'),
  );
  const manifest = names.filter((name) => name.startsWith('MANIFEST-')).sort();
  const sizes = await Promise.all(manifest.map(async (name) => (await stat(join(folder, name))).size));
  return [...names.sort(), ...sizes].join(' ');
}
