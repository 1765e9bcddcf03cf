/** The logs of one start: a fresh file for each process, and what a process said last. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../runtime/errors.ts';

/** The log of this run begins empty; that of the run before is kept beside it. */
export async function freshLog(logsDir: string, name: string): Promise<string> {
  const file = join(logsDir, `${name}.log`);
  await rename(file, `${file}.1`).catch((error: unknown) => {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
  });
  await writeFile(file, '', { mode: 0o600 });
  return file;
}

/** The line in which a daemon said why it gave up, without the log's own fields. */
export async function lastWords(log: string): Promise<string> {
  const lines = (await readFile(log, 'utf8')).trim().split('\n');
  const line = lines.findLast((text) => text.includes('level=error')) ?? lines.at(-1) ?? '';
  const quoted = /msg=("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  return quoted ? String(JSON.parse(quoted)) : line;
}
