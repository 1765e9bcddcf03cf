/** What of an append is taken: a date that can be, and counters that count. The rest is left out, with a code and a path. */
import type { Series } from '../../protocol/series.ts';
import type { Row } from '../../protocol/ticks.ts';
import type { Arrival } from '../client/append.ts';

/** A tick that arrives before it was measured comes from a run whose clock is wrong; clocks differ by less. */
export const mostAheadMs = 10 * 60_000;

export type Bounds = { oldestMs: number; latestMs: number };
export type LeftOut = {
  code: 'TOO_OLD' | 'IN_FUTURE' | 'NEGATIVE_COUNTER';
  /** The first one. */
  path: string;
  count: number;
  /** Names of series, where it is about series. */
  names: string[];
};

const nothing: readonly LeftOut[] = [];

/** Nearly all are: looked at without anything being made. */
function isTaken({ ticks, wallAtZeroMs }: Arrival, { oldestMs, latestMs }: Bounds): boolean {
  for (let index = 0; index < ticks.length; index++) {
    const { runMs, values } = ticks[index]!;
    const tMs = wallAtZeroMs + runMs;
    if (tMs < oldestMs || tMs > latestMs) return false;
    for (let place = 0; place < values.length; place++) if (values[place]! < 0) return false;
  }
  return true;
}

/** The entry keeps what may be taken. `at`: its place in the batch. */
export function leaveOut(
  entry: Arrival,
  at: number,
  bounds: Bounds,
  series: readonly Series[],
): readonly LeftOut[] {
  return isTaken(entry, bounds) ? nothing : leftOut(entry, at, bounds, series);
}

function leftOut(
  entry: Arrival,
  at: number,
  { oldestMs, latestMs }: Bounds,
  series: readonly Series[],
): readonly LeftOut[] {
  let found: Map<LeftOut['code'], LeftOut> | null = null;
  const note = (code: LeftOut['code'], path: string, name?: string) => {
    found ??= new Map();
    const known = found.get(code) ?? { code, path: `[${at}].${path}`, count: 0, names: [] };
    found.set(code, known);
    known.count++;
    if (name !== undefined && known.names.length < 5 && !known.names.includes(name)) known.names.push(name);
  };
  let refused: Set<Row> | null = null;
  for (let index = 0; index < entry.ticks.length; index++) {
    const tick = entry.ticks[index]!;
    const tMs = entry.wallAtZeroMs + tick.runMs;
    if (tMs < oldestMs || tMs > latestMs) {
      note(tMs < oldestMs ? 'TOO_OLD' : 'IN_FUTURE', `ticks[${index}].runMs`);
      refused ??= new Set();
      refused.add(tick);
    } else {
      const { values } = tick;
      for (let place = 0; place < values.length; place++) {
        if (!(values[place]! < 0) || series[place]?.kind !== 'counter') continue;
        note('NEGATIVE_COUNTER', `ticks[${index}].values[${place}]`, series[place]!.name);
        values[place] = Number.NaN;
      }
    }
  }
  const out = refused;
  if (out !== null) entry.ticks = entry.ticks.filter((tick) => !out.has(tick));
  return found === null ? nothing : [...(found as Map<LeftOut['code'], LeftOut>).values()];
}
