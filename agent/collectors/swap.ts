/** Swap space. A machine without swap has no such series: 0 of 0 would read as "never full". */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Reading } from './collector.ts';
import type { Meminfo } from './meminfo.ts';

export type Swap = { total: number; free: number };

export function swapOf({ SwapTotal: total, SwapFree: free }: Meminfo): Swap | undefined {
  if (total === undefined || free === undefined || total === 0 || free > total) return undefined;
  return { total, free };
}

const USED = metricSeries('system.paging.usage', 'used');
const FREE = metricSeries('system.paging.usage', 'free');
const UTILIZATION = metricSeries('system.paging.utilization');

/** Called by the memory collector: one read of /proc/meminfo serves both. */
export function putSwap(meminfo: Meminfo, out: Reading): void {
  const now = swapOf(meminfo);
  if (now === undefined) return;
  out.put(USED, now.total - now.free);
  out.put(FREE, now.free);
  out.put(UTILIZATION, (now.total - now.free) / now.total);
}
