/** CPU time that was not idle, of the whole machine and of each core, from the difference of two reads of /proc/stat. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import { PerDevice } from './per-device.ts';
import type { Scan } from './scan.ts';

/** Cumulative ticks of one line of /proc/stat: all of them, and those spent idle or waiting for a disk. */
export type CpuTimes = { total: number; idle: number };
export type CpuStat = { all: CpuTimes | undefined; cores: Map<string, CpuTimes> };

/** Guest time is already part of user time, so the sum stops after the eighth column (steal). */
const COLUMNS = 8;

/** The interrupt counters behind the lines of the cores can be many kilobytes; they are not ours to parse. */
export function parseStat(scan: Scan): CpuStat {
  const stat: CpuStat = { all: undefined, cores: new Map() };
  const ticks: number[] = [];
  while (scan.line() && scan.take('cpu')) {
    const core = scan.take(' ') ? undefined : scan.integer();
    const count = scan.columns(ticks, COLUMNS);
    if (count < 4) continue;
    let total = 0;
    for (let column = 0; column < count; column++) total += ticks[column]!;
    const times = { total, idle: ticks[3]! + (count > 4 ? ticks[4]! : 0) };
    if (core === undefined) stat.all = times;
    else stat.cores.set(String(core), times);
  }
  return stat;
}

/** 0 to 1, or undefined where nothing can be said: no time passed, or a core came back with counters of its own. */
export function utilization(before: CpuTimes | undefined, now: CpuTimes | undefined): number | undefined {
  if (before === undefined || now === undefined) return undefined;
  const total = now.total - before.total;
  if (total <= 0) return undefined;
  // The kernel may take idle or iowait time back by a tick; that is no idle time, not a negative one.
  const idle = Math.max(0, now.idle - before.idle);
  return Math.min(1, Math.max(0, 1 - idle / total));
}

const TOTAL = metricSeries('system.cpu.utilization');
const COUNT = metricSeries('system.cpu.logical.count');

export const cpu: Collector = ({ proc }) => {
  const names = new PerDevice((core) => metricSeries('system.cpu.utilization', core));
  let before: CpuStat | undefined;
  return (out) => {
    const scan = proc.record('stat');
    if (scan === undefined) return;
    const now = parseStat(scan);
    const all = utilization(before?.all, now.all);
    if (all !== undefined) out.put(TOTAL, all);
    for (const [core, times] of now.cores) {
      const used = utilization(before?.cores.get(core), times);
      if (used !== undefined) out.put(names.of(core), used);
    }
    if (now.cores.size > 0) out.put(COUNT, now.cores.size);
    before = now;
  };
};
