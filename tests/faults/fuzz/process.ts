/** Starts the process that fuzzes one parser, and tells how it ended. */
import { fork } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../../appliance/runtime/errors.ts';
import type { Result, Task, Told } from './worker.ts';

/** The input is written in hexadecimal digits. */
export type Outcome = Result | { inputs: number; stuckOn: string } | { inputs: number; died: string };

export async function fuzzInProcess(
  o: Omit<Task, 'corpus' | 'stuckFile'> & { cache: string },
  progress: (text: string) => void,
): Promise<Outcome> {
  const { cache, ...rest } = o;
  const stuckFile = join(cache, `${o.parser}.stuck`);
  await mkdir(cache, { recursive: true });
  await rm(stuckFile, { force: true });
  const task: Task = { ...rest, corpus: join(cache, 'corpora', o.parser), stuckFile };
  let inputs = 0;
  let result: Result | null = null;
  const ended = await run(task, (told) => {
    inputs = told.inputs;
    if ('crashes' in told) result = told;
    else progress(`${o.parser}: ${told.inputs} of ${o.count}`);
  });
  if (result !== null) return result;
  const stuck = await readFile(stuckFile).catch(noFile);
  return stuck === null ? { inputs, died: ended } : { inputs, stuckOn: stuck.toString('hex') };
}

function run(task: Task, onTold: (told: Told) => void): Promise<string> {
  const child = fork(new URL('./worker.ts', import.meta.url), [JSON.stringify(task)], {
    // As little room for what dies young as the shipped processes have: else what waits for the collector looks like growth.
    execArgv: ['--expose-gc', '--max-semi-space-size=2'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.on('message', (told) => onTold(told as Told));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? `code ${code}`));
  });
}

function noFile(error: unknown): null {
  if (systemCodeOf(error) === 'ENOENT') return null;
  throw error;
}
