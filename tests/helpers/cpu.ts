/** CPU time from the kernel's own counters, for benches and summaries. */
import { readFileSync } from 'node:fs';

/** Clock ticks a second of /proc/PID/stat; Linux fixes USER_HZ at 100 for every architecture that we run on. */
const ticksPerSecond = 100;

/** CPU seconds of a process itself and of its children that have ended and been waited for. */
export function cpuSeconds(pid: number | 'self'): { own: number; children: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command name may hold spaces and brackets: the numbered fields begin after its last bracket (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (field: number) => Number(fields[field - 3]);
  return {
    own: (ticks(14) + ticks(15)) / ticksPerSecond,
    children: (ticks(16) + ticks(17)) / ticksPerSecond,
  };
}

/** 0 where there is no /proc. */
export function childrenCpuSeconds(): number {
  try {
    return cpuSeconds('self').children;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}
