/**
 * Does the machine wait for a restart? Debian's package scripts ask for it by a file; anywhere else it shows by the
 * kernels that are installed: the running one has been removed, or a newer one of its kind stands beside it.
 */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector, Machine } from './collector.ts';
import { Pace } from './pace.ts';

const LOOK_EVERY_MS = 300_000;
const MODULES = 'lib/modules';

const PENDING = metricSeries('system.reboot.pending');

export const reboot: Collector = (machine) => {
  const pace = new Pace(machine.clock, LOOK_EVERY_MS);
  let pending: boolean | undefined;
  return (out) => {
    if (pace.due) {
      pace.looked(true);
      pending = isPending(machine);
    }
    if (pending !== undefined) out.put(PENDING, pending ? 1 : 0);
  };
};

function isPending({ proc, root }: Machine): boolean | undefined {
  if (root.list('run').includes('reboot-required')) return true;
  const running = proc.value('sys/kernel/osrelease');
  const installed = root.list(MODULES);
  // A container, or a kernel without modules: nothing can be said.
  if (running === undefined || installed.length === 0) return undefined;
  if (!installed.includes(running)) return true;
  return installed.some((other) => isNewer(other, running));
}

/** 6.1.0-21-amd64 is newer than 6.1.0-18-amd64; 6.1.0-21-rt-amd64 is another kind of kernel. */
export function isNewer(other: string, running: string): boolean {
  const kind = (release: string) => release.replace(/^[\d.-]+/, '').replace(/\d+/g, '0');
  if (kind(other) !== kind(running)) return false;
  const [a, b] = [numbersOf(other), numbersOf(running)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

const numbersOf = (release: string) => (release.match(/\d+/g) ?? []).map(Number);
