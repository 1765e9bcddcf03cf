/** From the last values of a machine to the row of the fleet. Pure. */
import { splitSeriesName } from '../../protocol/names.ts';
import { type Series, unscaled } from '../../protocol/series.ts';
import type { Summary } from '../client/types.ts';
import type { LatestValues } from './latest.ts';

/** A value that is older than the newest tick by more is of something that is gone, such as an unmounted disk. */
const freshMs = 300_000;

type Fold = (before: number | undefined, value: number) => number;
type Use = { index: number; field: keyof Summary; fold: Fold; series: Series };

/** Which series of a dictionary make up a summary; to be made anew when the dictionary grows. */
export type SummaryPlan = { width: number; uses: readonly Use[] };

const last: Fold = (_before, value) => value;
const most: Fold = (before, value) => Math.max(before ?? value, value);
const sum: Fold = (before, value) => (before ?? 0) + value;

export function planSummary(dictionary: readonly Series[]): SummaryPlan {
  const uses = dictionary.flatMap((series, index) => {
    const use = useOf(series.name);
    if (use === null) return [];
    return [{ ...use, index, series }];
  });
  return { width: dictionary.length, uses };
}

export function summarize(plan: SummaryPlan, latest: LatestValues): Summary {
  const summary: Summary = {};
  for (const { index, field, fold, series } of plan.uses) {
    if (!(latest.lastMs - latest.time(index) <= freshMs)) continue;
    const value = series.kind === 'counter' ? latest.rate(index, series) : latest.value(index);
    if (!Number.isNaN(value)) summary[field] = fold(summary[field], unscaled(value, series.scale));
  }
  return summary;
}

function useOf(name: string): { field: keyof Summary; fold: Fold } | null {
  const { metric, attributes } = splitSeriesName(name);
  switch (metric) {
    case 'system.cpu.utilization':
      return attributes.length === 0 ? { field: 'cpu', fold: last } : null;
    case 'system.memory.utilization':
      return { field: 'memory', fold: last };
    case 'system.filesystem.utilization':
      return { field: 'disk', fold: most };
    case 'system.network.io':
      return networkUse(attributes);
    case 'hw.temperature':
      return { field: 'temperature', fold: most };
    case 'system.cpu.load_average.1m':
      return { field: 'load1', fold: last };
    case 'system.uptime':
      return { field: 'uptimeS', fold: last };
    default:
      return null;
  }
}

function networkUse(attributes: readonly string[]): { field: keyof Summary; fold: Fold } | null {
  const [name, direction] = attributes;
  if (name === 'lo') return null;
  if (direction === 'receive') return { field: 'receiveBps', fold: sum };
  return direction === 'transmit' ? { field: 'transmitBps', fold: sum } : null;
}
