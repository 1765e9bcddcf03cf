/** The busiest programs, from the last list of processes: it is as old as a minute. */
import { limits } from '../../appliance/protocol/limits.ts';
import type { Process, Processes } from '../../appliance/protocol/processes.ts';
import { plainLine } from '../../appliance/runtime/plain-text.ts';
import { amount, list, part } from './calls.ts';
import type { Here } from './here.ts';

export type Told = 'off' | 'names' | 'arguments';

/** Of each kind: by processor, by memory. */
const MOST = 10;
const KIB = 1024;

export type Listed = { pid: number; name: string; cpu: number; memRss: number; command: string };

/** In the process that asked: the whole list is large. */
export function busiestOf(all: readonly Listed[]): Listed[] {
  const byCpu = all.filter(({ cpu }) => cpu > 0).sort((a, b) => b.cpu - a.cpu);
  const first = byCpu.slice(0, MOST);
  const byMemory = [...all].sort((a, b) => b.memRss - a.memRss).slice(0, MOST);
  return [...first, ...byMemory.filter((one) => !first.includes(one))].map(
    ({ pid, name, cpu, memRss, command }) => ({ pid, name, cpu, memRss, command }),
  );
}

export function busiestElsewhere(here: Here, told: Told): Omit<Processes, 'id'> {
  if (told === 'off') return { off: true, processes: [] };
  // ps says how much of one core, systeminformation on Windows how much of all of them.
  const cores = here.system === 'win32' ? here.os.cpus().length : 1;
  const processes: Process[] = [];
  for (const one of list(part(here.last('processes')?.value).busiest)) {
    const pid = amount(one.pid);
    if (pid === undefined || !Number.isInteger(pid) || pid < 1) continue;
    const [percent, kibibytes] = [amount(one.cpu), amount(one.memRss)];
    processes.push({
      pid,
      name: plainLine(String(one.name ?? ''), 64) || '?',
      ...(percent === undefined ? {} : { cpu: Math.round(percent * cores * 10) / 1000 }),
      ...(kibibytes === undefined ? {} : { memoryBytes: Math.round(kibibytes * KIB) }),
      ...(told === 'arguments'
        ? { arguments: plainLine(String(one.command ?? ''), limits.argumentsLength) }
        : {}),
    });
  }
  return { processes };
}
