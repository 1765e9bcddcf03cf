/**
 * How many processes there are: the numbered folders of /proc. (The count in /proc/loadavg is of threads.)
 *
 * Listing them costs up to a millisecond on a busy server. But procfs counts processes among the links of its root folder
 * (fs/proc/root.c, proc_root_getattr), beside a number of fixed folders: so the folders are listed now and then, and in
 * between the difference of the link count is enough.
 */

import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Files } from '../files.ts';
import type { Collector } from './collector.ts';
import { Pace } from './pace.ts';

const LIST_EVERY_MS = 300_000;
const COUNT_EVERY_MS = 15_000;

export function countProcesses(entries: readonly string[]): number {
  let count = 0;
  for (const entry of entries) {
    const first = entry.charCodeAt(0);
    if (first >= 0x31 && first <= 0x39) count += 1;
  }
  return count;
}

const COUNT = metricSeries('system.processes.count');

export const processes: Collector = ({ proc, clock }) => {
  let fixed: number | undefined;
  let listedMs = 0;
  let count = 0;
  const pace = new Pace(clock, COUNT_EVERY_MS);

  function listed(files: Files, links: number | undefined): number {
    const found = countProcesses(files.list(''));
    // A process that came or went meanwhile would falsify the difference until the next listing.
    fixed = links === undefined || files.links('') !== links ? undefined : links - found;
    listedMs = clock.monotonicMs();
    return found;
  }

  return (out) => {
    const links = proc.isProcfs() && pace.due ? proc.links('') : undefined;
    if (links !== undefined || !proc.isProcfs()) {
      const due = fixed === undefined || clock.monotonicMs() - listedMs >= LIST_EVERY_MS;
      count = due || links === undefined ? listed(proc, links) : links - fixed!;
      pace.looked(true);
    }
    if (count > 0) out.put(COUNT, count);
  };
};
