/** Seconds since the machine booted. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import type { Scan } from './scan.ts';

export function parseUptime(scan: Scan): number | undefined {
  if (!scan.line()) return undefined;
  const seconds = scan.decimal();
  // The second number is the idle time of all cores.
  return scan.decimal() === undefined ? undefined : seconds;
}

const UPTIME = metricSeries('system.uptime');

export const uptime: Collector = ({ proc }) => {
  return (out) => {
    const scan = proc.record('uptime');
    const seconds = scan && parseUptime(scan);
    if (seconds !== undefined) out.put(UPTIME, seconds);
  };
};
