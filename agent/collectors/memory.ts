/** Memory and swap. What the kernel says is available to programs counts as free for use, not what is merely untouched. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { containerMemory } from './cgroup.ts';
import type { Collector, Reading } from './collector.ts';
import { type Meminfo, parseMeminfo } from './meminfo.ts';
import { putSwap } from './swap.ts';

export type Memory = { limit: number; free?: number; cached?: number; buffers?: number; available?: number };

export function memoryOf(meminfo: Meminfo): Memory | undefined {
  const { MemTotal: limit, MemFree: free, Buffers: buffers, Cached: cached } = meminfo;
  if (limit === undefined || limit === 0) return undefined;
  // Kernels before 3.14 have no MemAvailable; page cache and buffers are what could be given back.
  const estimate = free === undefined ? undefined : free + (buffers ?? 0) + (cached ?? 0);
  const available = meminfo.MemAvailable ?? estimate;
  return { limit, free, cached, buffers, available: available && Math.min(available, limit) };
}

const LIMIT = metricSeries('system.memory.limit');
const USED = metricSeries('system.memory.usage', 'used');
const FREE = metricSeries('system.memory.usage', 'free');
const CACHED = metricSeries('system.memory.usage', 'cached');
const BUFFERS = metricSeries('system.memory.usage', 'buffers');
const UTILIZATION = metricSeries('system.memory.utilization');

export const memory: Collector = ({ proc, sys }) => {
  const container = containerMemory(sys);
  return (out) => {
    const scan = proc.record('meminfo');
    if (scan === undefined) return;
    const meminfo = parseMeminfo(scan);
    const bounded = container?.(meminfo.MemTotal);
    // Swap is the machine's, not the container's.
    if (bounded !== undefined) return putMemory(bounded, out);
    putMemory(memoryOf(meminfo), out);
    putSwap(meminfo, out);
  };
};

function putMemory(now: Memory | undefined, out: Reading): void {
  if (now === undefined) return;
  out.put(LIMIT, now.limit);
  if (now.free !== undefined) out.put(FREE, now.free);
  if (now.cached !== undefined) out.put(CACHED, now.cached);
  if (now.buffers !== undefined) out.put(BUFFERS, now.buffers);
  if (now.available === undefined) return;
  out.put(USED, now.limit - now.available);
  out.put(UTILIZATION, (now.limit - now.available) / now.limit);
}
