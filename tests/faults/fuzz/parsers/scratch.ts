/** A folder for files that are written for each input: in memory where there is such a place, since a disk would take hours. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const inMemory = '/dev/shm';

export function scratchFolder(name: string): string {
  const folder = mkdtempSync(join(existsSync(inMemory) ? inMemory : tmpdir(), `nm-${name}-`));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
