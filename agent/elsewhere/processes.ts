/** How many processes there are. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { amount, part } from './calls.ts';
import type { CollectHere } from './here.ts';

const COUNT = metricSeries('system.processes.count');

export const processes: CollectHere = ({ last }) => {
  return (out) => {
    const count = amount(part(last('processes')?.value).all);
    // A machine without a process measures nothing.
    if (count) out.put(COUNT, count);
  };
};
