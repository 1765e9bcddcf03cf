/** Memory and swap. What systeminformation calls available can be had by programs; the rest is used. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Reading } from '../collectors/collector.ts';
import { putSwap } from '../collectors/swap.ts';
import { amount, part } from './calls.ts';
import type { CollectHere } from './here.ts';

const LIMIT = metricSeries('system.memory.limit');
const USED = metricSeries('system.memory.usage', 'used');
const FREE = metricSeries('system.memory.usage', 'free');
const CACHED = metricSeries('system.memory.usage', 'cached');
const UTILIZATION = metricSeries('system.memory.utilization');

export const memory: CollectHere = ({ last }) => {
  return (out) => {
    const answer = last('mem');
    if (answer === undefined) return;
    const told = part(answer.value);
    putMemory(told, out);
    const [total, free] = [amount(told.swaptotal), amount(told.swapfree)];
    if (total !== undefined && free !== undefined) putSwap({ SwapTotal: total, SwapFree: free }, out);
  };
};

function putMemory(told: Record<string, unknown>, out: Reading): void {
  const [limit, available, free] = [amount(told.total), amount(told.available), amount(told.free)];
  if (limit === undefined || limit === 0 || available === undefined || available > limit) return;
  out.put(LIMIT, limit);
  out.put(USED, limit - available);
  out.put(UTILIZATION, (limit - available) / limit);
  if (free !== undefined) out.put(FREE, free);
  // On Windows nothing is known of it, and 0 stands for that.
  const cached = amount(told.buffcache);
  if (cached !== undefined && cached > 0) out.put(CACHED, cached);
}
