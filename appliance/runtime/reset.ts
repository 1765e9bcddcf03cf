/**
 * Putting a process back to as it was new. A file in its state folder says that it has begun, and with which id; from then
 * on it will be finished, here or at the next start, before anything else is opened in that folder.
 */
import { join } from 'node:path';
import { unlink } from './disk.ts';
import { readText, syncFolder, writeFileSafely } from './files.ts';

const begunFile = 'reset-begun';
const doneFile = 'reset-done';
const maxBytes = 64;

/** Once this has returned, everything in the folder will be forgotten, whatever happens. */
export async function beginReset(stateDir: string, id: string): Promise<void> {
  await writeFileSafely(join(stateDir, begunFile), id);
}

/** The last reset that was finished in this folder. */
export async function lastReset(stateDir: string): Promise<string | null> {
  return (await readText(join(stateDir, doneFile), maxBytes)) ?? null;
}

/** Finishes what was begun; the id of that, null if there was nothing. A cut in the middle lets it happen once more. */
export async function finishReset(stateDir: string): Promise<string | null> {
  const begun = join(stateDir, begunFile);
  const id = await readText(begun, maxBytes);
  if (id === undefined) return null;
  // Loaded for this alone: no process has need of it at any other start.
  const { eraseAllBut } = await import('./erase.ts');
  await eraseAllBut(stateDir, begunFile);
  await syncFolder(stateDir);
  await writeFileSafely(join(stateDir, doneFile), id);
  await unlink(begun);
  await syncFolder(stateDir);
  return id;
}
