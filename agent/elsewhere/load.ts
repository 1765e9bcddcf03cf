/** Load averages. Windows has none: Node says 0 there, which is not put. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { CollectHere } from './here.ts';

const AVERAGES = [
  metricSeries('system.cpu.load_average.1m'),
  metricSeries('system.cpu.load_average.5m'),
  metricSeries('system.cpu.load_average.15m'),
];

export const load: CollectHere = ({ os, system }) => {
  return (out) => {
    if (system === 'win32') return;
    const now = os.loadavg();
    for (const [at, series] of AVERAGES.entries()) {
      const value = now[at];
      if (value !== undefined) out.put(series, value);
    }
  };
};
