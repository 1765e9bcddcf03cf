/** Which form of keys and files this version reads and writes; another one is refused by name and left as it is. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../runtime/errors.ts';
import { files } from '../keys.ts';

export const databaseFormat = 2;

const anyMarker = /^netmonitor-store (\d+) /;

export function assertMarkedFormat(stateDir: string): void {
  const path = join(stateDir, files.marker);
  const format = existsSync(path) ? anyMarker.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
  if (format !== undefined && Number(format) !== databaseFormat) throw otherFormat(stateDir, Number(format));
}

export function otherFormat(stateDir: string, format: number): Failure {
  // Nothing is damaged, and nothing must be mended.
  return new Failure(
    'CONFIG_INVALID',
    `The state folder ${stateDir} is of format ${format}, and this version reads format ${databaseFormat}. Nothing in it ` +
      'was changed: start the version that wrote it, or move the folder away to begin anew.',
  );
}
