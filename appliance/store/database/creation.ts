/**
 * The first creation of the database, safe against a cut at any point: LevelDB of 2017 does not sync its first
 * manifest, so the database is made aside, synced file by file, and gets its name only when it is complete.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, systemCodeOf } from '../../runtime/errors.ts';
import { aboutKeys, files } from '../keys.ts';
import { damaged } from '../records/checked.ts';
import { creationOptions, databaseAt } from './database.ts';
import { databaseFormat } from './format.ts';

type Making = { stateDir: string; aside: string; birth: string };
type Step = (making: Making) => Promise<void>;

const markerForm = new RegExp(`^netmonitor-store ${databaseFormat} ([0-9a-f]{32})\n$`);

/** A cut between any two of them leaves either nothing of that name or a whole database. */
export const creationSteps: readonly Step[] = [makeAside, syncAside, giveName, markCreated];

export async function createDatabase(stateDir: string, steps = creationSteps): Promise<void> {
  const birth = randomBytes(16).toString('hex');
  const making = { stateDir, aside: join(stateDir, files.making + birth), birth };
  for (const step of steps) await step(making);
}

export async function makeAside({ aside, birth }: Making): Promise<void> {
  const database = databaseAt(aside);
  await database.open(creationOptions);
  await database.put(aboutKeys.birth, Buffer.from(birth, 'utf8'), { sync: true });
  await database.close();
}

async function syncAside({ stateDir, aside }: Making): Promise<void> {
  for (const name of await readdir(aside)) await syncPath(join(aside, name));
  await syncPath(aside);
  await syncPath(stateDir);
}

/** Fails when another process has been faster: a folder is never renamed over one that has files. */
async function giveName({ stateDir, aside }: Making): Promise<void> {
  const folder = join(stateDir, files.database);
  try {
    await rename(aside, folder);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
  await syncPath(stateDir);
}

/** The marker is written by the open that follows as well, so that a cut before this step needs nobody. */
async function markCreated({ stateDir, birth }: Making): Promise<void> {
  if (!existsSync(join(stateDir, files.making + birth))) await writeMarker(stateDir, birth);
}

export async function writeMarker(stateDir: string, birth: string): Promise<void> {
  const path = join(stateDir, files.marker);
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`netmonitor-store ${databaseFormat} ${birth}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
  await syncPath(stateDir);
}

/** The birth number that the marker holds, or null when there is no marker. */
export function readMarker(stateDir: string): string | null {
  const path = join(stateDir, files.marker);
  if (!existsSync(path)) return null;
  const birth = markerForm.exec(readFileSync(path, 'utf8'))?.[1];
  if (birth === undefined) throw damaged(`The marker ${path}`, 'cannot be read');
  return birth;
}

/** The same without a failure. */
export function markerState(stateDir: string): { marker: string | null; isUnreadable: boolean } {
  try {
    return { marker: readMarker(stateDir), isUnreadable: false };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { marker: null, isUnreadable: true };
  }
}

/** Only to be called by whoever holds the lock of the database. */
export async function removeUnfinished(stateDir: string): Promise<void> {
  for (const name of await readdir(stateDir)) {
    if (name.startsWith(files.making)) await rm(join(stateDir, name), { recursive: true, force: true });
  }
}

export async function makeFolder(path: string, parent: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  await syncPath(parent);
}

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
