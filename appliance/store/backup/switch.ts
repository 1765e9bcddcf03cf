/**
 * A restored state takes the place of what was there. Each step is a rename, and the name of the folder says how far it
 * came, so that whoever comes next goes on where a cut has ended it:
 * `restoring-…` is unfinished and nobody's; `restored` is whole: what is there moves to `before-restore-…`;
 * `restored.moving`: all of that is away, and its own files move to their places, the marker last.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { syncPath } from '../database/creation.ts';
import { files } from '../keys.ts';
import { lockFolder } from './lock.ts';

/** What belongs to no store: it stays where it is. */
const staying: readonly string[] = [files.restoreLock, files.restored, files.restoredMoving];
const isStaying = (name: string) => staying.includes(name) || name.startsWith(files.beforeRestore);

export type Switched = { keptIn: string | null };

/** What a store does before it opens anything: goes on with a switch that was cut. */
export async function finishRestore(stateDir: string, wallMs: number): Promise<void> {
  const begun = [files.restoreLock, files.restored, files.restoredMoving].some((name) =>
    existsSync(join(stateDir, name)),
  );
  if (!begun) return;
  const lock = await lockFolder(stateDir);
  try {
    await switchOver(stateDir, wallMs);
    await removeUnfinishedRestores(stateDir);
  } finally {
    await lock.release();
  }
}

/** To be called under the lock of the folder. */
export async function switchOver(stateDir: string, wallMs: number): Promise<Switched> {
  const keptIn = await putAway(stateDir, wallMs);
  await moveIn(stateDir);
  return { keptIn };
}

export async function removeUnfinishedRestores(stateDir: string): Promise<void> {
  for (const name of await readdir(stateDir)) {
    if (name.startsWith(files.restoring)) await rm(join(stateDir, name), { recursive: true, force: true });
  }
}

async function putAway(stateDir: string, wallMs: number): Promise<string | null> {
  if (!existsSync(join(stateDir, files.restored))) return null;
  const old = (await readdir(stateDir)).filter(
    (name) => !isStaying(name) && !name.startsWith(files.restoring),
  );
  let keptIn: string | null = null;
  if (old.length > 0) {
    keptIn = await newFolder(stateDir, wallMs);
    // The marker first: without it nobody takes what is left for a store that has lost its database.
    old.sort((a, b) => Number(b === files.marker) - Number(a === files.marker));
    for (const name of old) await rename(join(stateDir, name), join(keptIn, name));
    await syncPath(keptIn);
  }
  await rename(join(stateDir, files.restored), join(stateDir, files.restoredMoving));
  await syncPath(stateDir);
  return keptIn;
}

async function moveIn(stateDir: string): Promise<void> {
  const from = join(stateDir, files.restoredMoving);
  if (!existsSync(from)) return;
  const names = await readdir(from);
  names.sort((a, b) => Number(a === files.marker) - Number(b === files.marker));
  for (const name of names) {
    // All that was there before is away. A file system that promises no more than POSIX may show a name in both places.
    if (existsSync(join(stateDir, name))) await rm(join(from, name), { recursive: true, force: true });
    else await rename(join(from, name), join(stateDir, name));
    await syncPath(stateDir);
  }
  await rmdir(from);
  await syncPath(stateDir);
}

async function newFolder(stateDir: string, wallMs: number): Promise<string> {
  const date = new Date(wallMs).toISOString().slice(0, 19).replace(/[-:]/g, '');
  for (let count = 1; ; count++) {
    const path = join(stateDir, `${files.beforeRestore}${date}${count === 1 ? '' : `-${count}`}`);
    if (existsSync(path)) continue;
    await mkdir(path, { mode: 0o700 });
    return path;
  }
}
