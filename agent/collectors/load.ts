/** Load averages over 1, 5 and 15 minutes. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';

export function parseLoadavg(text: string): [number, number, number] | undefined {
  const found = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) \d+\/\d+ \d+/.exec(text);
  if (found === null) return undefined;
  return [Number(found[1]), Number(found[2]), Number(found[3])];
}

const ONE = metricSeries('system.cpu.load_average.1m');
const FIVE = metricSeries('system.cpu.load_average.5m');
const FIFTEEN = metricSeries('system.cpu.load_average.15m');

export const load: Collector = ({ proc }) => {
  return (out) => {
    const text = proc.record('loadavg');
    const averages = text === undefined ? undefined : parseLoadavg(text);
    if (averages === undefined) return;
    out.put(ONE, averages[0]);
    out.put(FIVE, averages[1]);
    out.put(FIFTEEN, averages[2]);
  };
};
