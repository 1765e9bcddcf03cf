/** Memory and CPU of processes from the kernel's own counters. */
import { readdirSync, readFileSync } from 'node:fs';
import { cpuSeconds } from '../helpers/cpu.ts';

/** MB in this table are 10^6 bytes, as in the goals. */
const bytesPerMb = 1e6;

/** The process and everything that it started and that still runs. */
export function tree(pid: number): number[] {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const children = tasks.flatMap((task) => read(`/proc/${pid}/task/${task}/children`).trim().split(' '));
  return [pid, ...children.filter((child) => child !== '').flatMap((child) => tree(Number(child)))];
}

export function memoryMb(pid: number): { rss: number; pss: number; private: number } {
  const rollup = read(`/proc/${pid}/smaps_rollup`);
  const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? 0);
  const mb = (kilobytes: number) => (kilobytes * 1024) / bytesPerMb;
  return {
    rss: mb(kb('Rss')),
    pss: mb(kb('Pss')),
    private: mb(kb('Private_Clean') + kb('Private_Dirty')),
  };
}

/** Milliseconds of CPU, from the scheduler's counters of all threads (nanoseconds, not ticks). */
export function schedulerMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ns = threads.map((thread) => Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]));
  return ns.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** With the children that have ended, which the scheduler's counters forget. */
export function cpuMsWithChildren(pid: number): number {
  return schedulerMs(pid) + cpuSeconds(pid).children * 1_000;
}

function read(path: string): string {
  return readFileSync(path, 'utf8');
}
