/** Load averages over 1, 5 and 15 minutes. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import type { Scan } from './scan.ts';

export function parseLoadavg(scan: Scan): [number, number, number] | undefined {
  if (!scan.line()) return undefined;
  const one = scan.decimal();
  const five = scan.decimal();
  const fifteen = scan.decimal();
  if (one === undefined || five === undefined || fifteen === undefined) return undefined;
  return [one, five, fifteen];
}

const ONE = metricSeries('system.cpu.load_average.1m');
const FIVE = metricSeries('system.cpu.load_average.5m');
const FIFTEEN = metricSeries('system.cpu.load_average.15m');

export const load: Collector = ({ proc }) => {
  return (out) => {
    const scan = proc.record('loadavg');
    const averages = scan && parseLoadavg(scan);
    if (averages === undefined) return;
    out.put(ONE, averages[0]);
    out.put(FIVE, averages[1]);
    out.put(FIFTEEN, averages[2]);
  };
};
