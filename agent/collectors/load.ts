/** Load averages over 1, 5 and 15 minutes. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import { Pace } from './pace.ts';
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

/** Of every second usual cycle: the shortest of these averages is over a minute. */
const READ_EVERY_MS = 9_000;

export const load: Collector = ({ proc, clock }) => {
  const pace = new Pace(clock, READ_EVERY_MS);
  let averages: [number, number, number] | undefined;
  return (out) => {
    // Those of a recorded machine may change at any time.
    if (pace.due || !proc.isProcfs()) {
      const scan = proc.record('loadavg');
      averages = scan && parseLoadavg(scan);
      pace.looked(true);
    }
    if (averages === undefined) return;
    out.put(ONE, averages[0]);
    out.put(FIVE, averages[1]);
    out.put(FIFTEEN, averages[2]);
  };
};
