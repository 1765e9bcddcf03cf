/**
 * How many processes there are: the numbered folders of /proc. The count in /proc/loadavg is of threads, and reading a
 * file for each process costs fifty times as much (60 µs for 80 processes as it is).
 */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';

export function countProcesses(entries: readonly string[]): number {
  let count = 0;
  for (const entry of entries) {
    const first = entry.charCodeAt(0);
    if (first >= 0x31 && first <= 0x39) count += 1;
  }
  return count;
}

const COUNT = metricSeries('system.processes.count');

export const processes: Collector = ({ proc }) => {
  return (out) => {
    const count = countProcesses(proc.list(''));
    if (count > 0) out.put(COUNT, count);
  };
};
