/** Seconds since the machine booted. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';

export function parseUptime(text: string): number | undefined {
  const found = /^(\d+\.\d+) \d+\.\d+/.exec(text);
  return found === null ? undefined : Number(found[1]);
}

const UPTIME = metricSeries('system.uptime');

export const uptime: Collector = ({ proc }) => {
  return (out) => {
    const text = proc.record('uptime');
    const seconds = text === undefined ? undefined : parseUptime(text);
    if (seconds !== undefined) out.put(UPTIME, seconds);
  };
};
