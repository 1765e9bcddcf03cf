/** The buckets behind the charts: filled from a range answer, continued by live samples, gaps kept as null. */
import type { Column, Latest, RangeAnswer } from '../api/types.ts';
import type { ChartPlan, LinePlan } from './plan.ts';

export type Value = number | null;
export type Line = { mean: Value[]; min: Value[]; max: Value[]; band: boolean };
export type Grid = {
  startMs: number;
  stepMs: number;
  lines: Map<string, Line>;
  /** Samples in the newest bucket so far, for its running mean. */
  weight: number;
};

/** How often a machine is measured unless told otherwise: only weighs the bucket that was open when the range was read. */
const usualIntervalMs = 5_000;

export function gridOf(answer: RangeAnswer, plans: readonly ChartPlan[], nowMs: number): Grid {
  const lines = new Map<string, Line>();
  for (const plan of plans.flatMap((chart) => chart.lines)) {
    const columns = plan.names.flatMap((name) => answer.columns.find((column) => column.name === name) ?? []);
    lines.set(plan.id, sumOf(columns, answer.count));
  }
  const openMs = nowMs - (answer.startMs + (answer.count - 1) * answer.stepMs);
  const weight = Math.max(1, Math.round(Math.min(openMs, answer.stepMs) / usualIntervalMs));
  return { startMs: answer.startMs, stepMs: answer.stepMs, lines, weight };
}

/** Of a sum only the mean is known: the extremes of its parts need not have met. So it has no band. */
export function sumOf(columns: readonly Column[], count: number): Line {
  const empty = (): Value[] => new Array<Value>(count).fill(null);
  const busy = columns.filter((column) => column.max.some((value) => value !== null && value !== 0));
  const one = busy.length <= 1 ? (busy[0] ?? columns[0]) : undefined;
  if (one !== undefined) return { mean: [...one.mean], min: [...one.min], max: [...one.max], band: true };
  const mean = empty().map((_, index) => {
    const known = busy.flatMap((column) => column.mean[index] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
  });
  return { mean, min: empty(), max: empty(), band: false };
}

/** What a live sample says of a line: the value of a gauge, the rate of a counter, the sum over its series. */
export function lineValue(plan: LinePlan, values: readonly Latest[]): Value {
  const parts = values.filter((value) => plan.names.includes(value.name));
  const numbers = parts.flatMap((part) => (part.kind === 'counter' ? (part.rate ?? []) : part.value));
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0);
}

/** Adds one sample; buckets that nothing came for stay gaps, buckets older than the span go. */
export function addSample(grid: Grid, tMs: number, values: ReadonlyMap<string, Value>, spanMs: number): void {
  const length = lengthOf(grid);
  const index = Math.floor((tMs - grid.startMs) / grid.stepMs);
  if (index < length - 1) return;
  if (index - length > Math.ceil(spanMs / grid.stepMs)) {
    restart(grid, tMs, values);
    return;
  }
  const fresh = index >= length;
  if (fresh) grid.weight = 0;
  grid.weight += 1;
  for (const [id, line] of grid.lines) {
    while (line.mean.length <= index) for (const list of [line.mean, line.min, line.max]) list.push(null);
    merge(line, index, values.get(id) ?? null, grid.weight);
  }
  trim(grid, tMs - spanMs);
}

function merge(line: Line, index: number, value: Value, weight: number): void {
  if (value === null) return;
  const mean = line.mean[index] ?? null;
  line.mean[index] = mean === null ? value : mean + (value - mean) / weight;
  if (!line.band) return;
  line.min[index] = Math.min(line.min[index] ?? value, value);
  line.max[index] = Math.max(line.max[index] ?? value, value);
}

function restart(grid: Grid, tMs: number, values: ReadonlyMap<string, Value>): void {
  grid.startMs = Math.floor(tMs / grid.stepMs) * grid.stepMs;
  grid.weight = 1;
  for (const [id, line] of grid.lines) {
    for (const list of [line.mean, line.min, line.max]) list.length = 0;
    const value = values.get(id) ?? null;
    line.mean.push(value);
    line.min.push(line.band ? value : null);
    line.max.push(line.band ? value : null);
  }
}

function trim(grid: Grid, fromMs: number): void {
  const drop = Math.floor((fromMs - grid.startMs) / grid.stepMs) - 1;
  if (drop <= 0) return;
  for (const line of grid.lines.values())
    for (const list of [line.mean, line.min, line.max]) list.splice(0, drop);
  grid.startMs += drop * grid.stepMs;
}

export function lengthOf(grid: Grid): number {
  return grid.lines.values().next().value?.mean.length ?? 0;
}

/** Middles of the buckets, in seconds. */
export function timesOf(grid: Grid): number[] {
  return Array.from(
    { length: lengthOf(grid) },
    (_, index) => (grid.startMs + (index + 0.5) * grid.stepMs) / 1000,
  );
}

/** Points between two gaps: a line alone would not show them. */
export function isolated(values: readonly (number | null | undefined)[]): number[] {
  const found: number[] = [];
  values.forEach((value, index) => {
    const alone = (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
    if ((value ?? null) !== null && alone) found.push(index);
  });
  return found;
}

export function extremesOf(values: readonly Value[]): { last: Value; max: Value } {
  let max: Value = null;
  let last: Value = null;
  for (const value of values) {
    if (value === null) continue;
    last = value;
    max = max === null ? value : Math.max(max, value);
  }
  return { last, max };
}
