/** Removes everything in a folder. What is small, as keys are, is overwritten first; links are removed, never followed. */
import { constants } from 'node:fs';
import { lstat, open, readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

const overwrittenBytes = 1024 * 1024;

export async function eraseAllBut(folder: string, but?: string): Promise<void> {
  for (const name of await readdir(folder)) if (name !== but) await erase(join(folder, name));
}

async function erase(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isDirectory()) {
    await eraseAllBut(path);
    return rmdir(path);
  }
  // A file of several names may belong to somebody else under another one; then only this name goes.
  if (found.isFile() && found.nlink === 1 && found.size <= overwrittenBytes)
    await overwrite(path, found.size);
  await unlink(path);
}

async function overwrite(path: string, bytes: number): Promise<void> {
  const file = await open(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    await file.write(new Uint8Array(bytes), 0, bytes, 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}
