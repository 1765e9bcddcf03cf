/** CPU time that was not idle, from the difference of two looks at what Node counts of each core: no process is needed. */
import type { CpuInfo } from 'node:os';
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { type CpuTimes, utilization } from '../collectors/cpu.ts';
import { PerDevice } from '../collectors/per-device.ts';
import type { CollectHere } from './here.ts';

/** The time of interrupts is part of `sys` on Windows, and not told on macOS. */
export function timesOf({ times }: Pick<CpuInfo, 'times'>): CpuTimes {
  return { total: times.user + times.nice + times.sys + times.idle, idle: times.idle };
}

const TOTAL = metricSeries('system.cpu.utilization');
const COUNT = metricSeries('system.cpu.logical.count');

export const cpu: CollectHere = ({ os }) => {
  const names = new PerDevice((core) => metricSeries('system.cpu.utilization', core));
  let before: { all: CpuTimes; cores: CpuTimes[] } | undefined;
  return (out) => {
    const cores = os.cpus().map(timesOf);
    if (cores.length === 0) return;
    const sum = (part: keyof CpuTimes) => cores.reduce((all, times) => all + times[part], 0);
    const now = { all: { total: sum('total'), idle: sum('idle') }, cores };
    const all = utilization(before?.all, now.all);
    if (all !== undefined) out.put(TOTAL, all);
    for (const [core, times] of cores.entries()) {
      const used = utilization(before?.cores[core], times);
      if (used !== undefined) out.put(names.of(String(core)), used);
    }
    out.put(COUNT, cores.length);
    before = now;
  };
};
