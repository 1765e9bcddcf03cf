/** Swap space. A machine without swap has no such series: 0 of 0 would read as "never full". */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Reading } from './collector.ts';
import { meminfoBytes } from './meminfo.ts';

export type Swap = { total: number; free: number };

export function parseSwap(meminfo: string): Swap | undefined {
  const total = meminfoBytes(meminfo, 'SwapTotal');
  const free = meminfoBytes(meminfo, 'SwapFree');
  if (total === undefined || free === undefined || total === 0 || free > total) return undefined;
  return { total, free };
}

const USED = metricSeries('system.paging.usage', 'used');
const FREE = metricSeries('system.paging.usage', 'free');
const UTILIZATION = metricSeries('system.paging.utilization');

/** Takes the text from the memory collector: one read of /proc/meminfo serves both. */
export function putSwap(meminfo: string, out: Reading): void {
  const now = parseSwap(meminfo);
  if (now === undefined) return;
  out.put(USED, now.total - now.free);
  out.put(FREE, now.free);
  out.put(UTILIZATION, (now.total - now.free) / now.total);
}
