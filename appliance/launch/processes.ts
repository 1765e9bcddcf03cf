/** Other processes as the kernel sees them, and how to end those that are certainly ours. */
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCodeOf } from '../runtime/errors.ts';

/** A process that has ended but was not yet waited for counts as gone: it holds nothing any more. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return systemCodeOf(error) === 'EPERM';
  }
  const stat = readProc(pid, 'stat');
  return stat === undefined || !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** Process numbers are used again, so before a signal: does its environment or command line still carry our mark? */
export function carries(pid: number, mark: string): boolean {
  if (process.platform !== 'linux') return isAlive(pid);
  return ['environ', 'cmdline'].some((file) => readProc(pid, file)?.includes(mark));
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (systemCodeOf(error) !== 'ESRCH') throw error;
  }
}

/** True when all have ended within the time. */
export async function allGone(pids: readonly number[], withinMs: number): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  while (pids.some(isAlive)) {
    if (performance.now() > endMs) return false;
    await sleep(50);
  }
  return true;
}

/** The numbers that pm2 noted in its folder of them, one file a program. */
export async function pidsIn(folder: string): Promise<number[]> {
  const files = await readdir(folder).catch(() => []);
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.map(Number).filter((pid) => Number.isInteger(pid) && pid > 0);
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // Gone meanwhile, not ours to read, or a system without /proc.
    return undefined;
  }
}
