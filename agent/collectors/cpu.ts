/** CPU time that was not idle, of the whole machine and of each core, from the difference of two reads of /proc/stat. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import { PerDevice } from './per-device.ts';

/** Cumulative ticks of one line of /proc/stat: all of them, and those spent idle or waiting for a disk. */
export type CpuTimes = { total: number; idle: number };
export type CpuStat = { all: CpuTimes | undefined; cores: Map<string, CpuTimes> };

const CPU_LINE = /^cpu(\d*) +([\d ]+)$/gm;

/** Guest time is already part of user time, so the sum stops after the eighth column (steal). */
export function parseStat(text: string): CpuStat {
  const stat: CpuStat = { all: undefined, cores: new Map() };
  for (const [, core, columns] of text.matchAll(CPU_LINE)) {
    const ticks = columns!.trim().split(/ +/).map(Number);
    if (ticks.length < 4) continue;
    let total = 0;
    for (const tick of ticks.slice(0, 8)) total += tick;
    const times = { total, idle: ticks[3]! + (ticks[4] ?? 0) };
    if (core === '') stat.all = times;
    else stat.cores.set(core!, times);
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
    const text = proc.record('stat');
    if (text === undefined) return;
    // The interrupt counters behind the CPU lines can be many kilobytes; they are not ours to parse.
    const end = text.indexOf('\nintr');
    const now = parseStat(end < 0 ? text : text.slice(0, end));
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
