/** The cells of one series as columns of whole numbers, without those that follow from the others, and back. */
import type { Column } from '../codec/scaled.ts';
import { type Cells, createCells, type Grid } from './cells.ts';
import type { CounterCells } from './counter-cells.ts';
import type { GaugeCells } from './gauge-cells.ts';

/** What most series of a group have in common: which cells there are, how many ticks each has, when it begins and ends, and whose. */
export type Shared = {
  cells: Float64Array;
  counts: Float64Array;
  firstMs: Float64Array;
  lastMs: Float64Array;
  /** Of the first value, and that of the last less that of the first. */
  run: Float64Array;
  change: Float64Array;
};

/** The bits of a series' form: which columns it has. */
export const forms = {
  counter: 1,
  /** Not in every cell, or not at every tick: own counts and times. */
  own: 2,
  /** Gauge: not the same value all through each cell. Counter: it grew inside cells. */
  moves: 4,
  /** Counter: it fell inside a cell. */
  restarts: 8,
  /** Counter: steps inside a cell that were too long to tell a rate. */
  pauses: 16,
  /** Gauge: sums are divided by a power of two. */
  rounded: 32,
  /** Gauge: least and greatest as they are, because they are too far from the last. */
  wide: 64,
  /** Counter: other runs than the group. */
  runs: 128,
};
export const knownForms = 255;

export type SeriesColumns = { form: number; shift: number; base: number; columns: Column[] };

/** Beyond this a number is not exact, with room for the zigzag. */
const mostExact = 2 ** 51;

/** How many columns a series of this form has. */
export function columnsOf(form: number): number {
  const own = form & forms.own ? ((form & forms.counter) !== 0 ? 3 : 2) : 0;
  if ((form & forms.counter) === 0) return own + (form & forms.moves ? 4 : 1);
  const runs = form & forms.runs ? 2 : 0;
  const steps =
    (form & forms.moves ? 5 : 0) + (form & forms.restarts ? 1 : 0) + (form & forms.pauses ? 1 : 0);
  return own + runs + 1 + steps;
}

export function sharedOf(all: readonly Cells[], cellCount: number): Shared {
  const counts = new Float64Array(cellCount);
  const firstMs = new Float64Array(cellCount).fill(Number.POSITIVE_INFINITY);
  const lastMs = new Float64Array(cellCount).fill(Number.NEGATIVE_INFINITY);
  const run = new Float64Array(cellCount);
  const change = new Float64Array(cellCount);
  for (const cells of all) {
    for (let at = 0; at < cellCount; at++) {
      const count = cells.count[at]!;
      if (count === 0) continue;
      if (count > counts[at]!) counts[at] = count;
      if (cells.kind === 'counter' && cells.firstMs[at]! < firstMs[at]!) {
        firstMs[at] = cells.firstMs[at]!;
        run[at] = cells.firstRun[at]!;
        change[at] = changeOf(cells, at);
      }
      if (cells.lastMs[at]! > lastMs[at]!) lastMs[at] = cells.lastMs[at]!;
    }
  }
  const present = [...counts.keys()].filter((at) => counts[at]! > 0);
  const pick = (from: Float64Array) => Float64Array.from(present, (at) => from[at]!);
  // Without a counter nobody asks for the first.
  for (const at of present) if (firstMs[at] === Number.POSITIVE_INFINITY) firstMs[at] = lastMs[at]!;
  return {
    cells: Float64Array.from(present),
    counts: pick(counts),
    firstMs: pick(firstMs),
    lastMs: pick(lastMs),
    run: pick(run),
    change: pick(change),
  };
}

function changeOf({ firstRun, lastRun }: CounterCells, at: number): number {
  return lastRun[at]! - firstRun[at]!;
}

export function encodeSeries(cells: Cells, shared: Shared): SeriesColumns {
  return cells.kind === 'gauge' ? encodeGauge(cells, shared) : encodeCounter(cells, shared);
}

export function decodeSeries(encoded: SeriesColumns, shared: Shared, grid: Grid): Cells {
  const cells = createCells((encoded.form & forms.counter) !== 0 ? 'counter' : 'gauge', grid);
  if (cells.kind === 'gauge') decodeGauge(encoded, shared, cells);
  else decodeCounter(encoded, shared, cells);
  return cells;
}

/** A column over the cells that the group has; NaN in those that the series does not have. */
function columnOf(cells: Cells, shared: Shared, value: (at: number, index: number) => number): Column {
  const places = shared.cells;
  const column = new Float64Array(places.length);
  for (let index = 0; index < places.length; index++) {
    const at = places[index]!;
    column[index] = cells.count[at] === 0 ? Number.NaN : value(at, index);
  }
  return column;
}

function encodeGauge(cells: GaugeCells, shared: Shared): SeriesColumns {
  const { count, last, lastMs, least, most, over } = cells;
  let form = 0;
  let widest = 0;
  for (const [index, at] of shared.cells.entries()) {
    if (count[at] !== shared.counts[index] || lastMs[at] !== shared.lastMs[index]) form |= forms.own;
    if (count[at] === 0) continue;
    if (least[at] !== most[at]) form |= forms.moves;
    const half = halfway(count[at]!, last[at]! - least[at]!, most[at]! - last[at]!);
    widest = Math.max(widest, Math.abs(over[at]! - half));
    if (most[at]! - least[at]! > mostExact) form |= forms.wide;
  }
  const columns: Column[] = [];
  if (form & forms.own) {
    columns.push(columnOf(cells, shared, (at) => count[at]!));
    columns.push(columnOf(cells, shared, (at, index) => shared.lastMs[index]! - lastMs[at]!));
  }
  let shift = 0;
  while (widest / 2 ** shift > mostExact) shift++;
  if (shift > 0) form |= forms.rounded;
  columns.push(columnOf(cells, shared, (at) => last[at]!));
  if (form & forms.moves) {
    const isWide = (form & forms.wide) !== 0;
    columns.push(columnOf(cells, shared, (at) => (isWide ? least[at]! : last[at]! - least[at]!)));
    columns.push(columnOf(cells, shared, (at) => (isWide ? most[at]! : most[at]! - last[at]!)));
    columns.push(
      columnOf(cells, shared, (at) => {
        const beyond = over[at]! - halfway(count[at]!, last[at]! - least[at]!, most[at]! - last[at]!);
        return Math.round(beyond / 2 ** shift);
      }),
    );
  }
  return { form, shift, base: 0, columns };
}

/** About what values between least and greatest sum up to, from the last on. */
function halfway(count: number, down: number, up: number): number {
  return Math.floor(count / 2) * (up - down);
}

function decodeGauge({ form, shift, columns }: SeriesColumns, shared: Shared, cells: GaugeCells): void {
  const next = columns.values();
  const take = () => next.next().value!;
  const own = form & forms.own ? { counts: take(), early: take() } : null;
  const last = take();
  const moves = form & forms.moves ? { down: take(), up: take(), over: take() } : null;
  for (const [index, at] of shared.cells.entries()) {
    const value = last[index]!;
    if (Number.isNaN(value)) continue;
    cells.count[at] = own === null ? shared.counts[index]! : own.counts[index]!;
    cells.lastMs[at] = shared.lastMs[index]! - (own === null ? 0 : own.early[index]!);
    cells.last[at] = value;
    const isWide = (form & forms.wide) !== 0;
    const least = moves === null ? value : isWide ? moves.down[index]! : value - moves.down[index]!;
    const most = moves === null ? value : isWide ? moves.up[index]! : value + moves.up[index]!;
    const beyond = moves === null ? 0 : moves.over[index]! * 2 ** shift;
    cells.least[at] = least;
    cells.most[at] = most;
    cells.over[at] = beyond + halfway(cells.count[at]!, value - least, most - value);
  }
}

function encodeCounter(cells: CounterCells, shared: Shared): SeriesColumns {
  const { count, first, firstMs, last, lastMs, grown, coveredMs } = cells;
  let form = forms.counter;
  let base = Number.NaN;
  for (const [index, at] of shared.cells.entries()) {
    if (count[at] !== shared.counts[index]) form |= forms.own;
    if (count[at] === 0) continue;
    if (firstMs[at] !== shared.firstMs[index] || lastMs[at] !== shared.lastMs[index]) form |= forms.own;
    if (cells.firstRun[at] !== shared.run[index] || changeOf(cells, at) !== shared.change[index])
      form |= forms.runs;
    if (Number.isNaN(base)) base = first[at]!;
    if (first[at] !== last[at] || grown[at] !== 0) form |= forms.moves;
    if (grown[at] !== last[at]! - first[at]!) form |= forms.restarts;
    if (coveredMs[at] !== lastMs[at]! - firstMs[at]!) form |= forms.pauses;
  }
  const columns: Column[] = [];
  if (form & forms.own) {
    columns.push(columnOf(cells, shared, (at) => count[at]!));
    columns.push(columnOf(cells, shared, (at, index) => firstMs[at]! - shared.firstMs[index]!));
    columns.push(columnOf(cells, shared, (at, index) => shared.lastMs[index]! - lastMs[at]!));
  }
  if (form & forms.runs) {
    columns.push(columnOf(cells, shared, (at) => cells.firstRun[at]!));
    columns.push(columnOf(cells, shared, (at) => changeOf(cells, at)));
  }
  let before = base;
  columns.push(
    columnOf(cells, shared, (at) => {
      const step = first[at]! - before;
      before = last[at]!;
      return step;
    }),
  );
  if (form & forms.moves) {
    columns.push(columnOf(cells, shared, (at) => last[at]! - first[at]!));
    columns.push(columnOf(cells, shared, (at) => cells.slowGrown[at]!));
    columns.push(columnOf(cells, shared, (at) => cells.slowMs[at]!));
    columns.push(columnOf(cells, shared, (at) => cells.fastGrown[at]!));
    columns.push(columnOf(cells, shared, (at) => cells.fastMs[at]!));
  }
  if (form & forms.restarts) {
    const regained = (at: number) => grown[at]! - (last[at]! - first[at]!);
    columns.push(columnOf(cells, shared, (at) => Math.min(regained(at), mostExact)));
  }
  if (form & forms.pauses) {
    columns.push(columnOf(cells, shared, (at) => lastMs[at]! - firstMs[at]! - coveredMs[at]!));
  }
  return { form, shift: 0, base, columns };
}

function decodeCounter({ form, base, columns }: SeriesColumns, shared: Shared, cells: CounterCells): void {
  const next = columns.values();
  const take = () => next.next().value!;
  const own = form & forms.own ? { counts: take(), late: take(), early: take() } : null;
  const runs = form & forms.runs ? { first: take(), change: take() } : null;
  const steps = take();
  const moves =
    form & forms.moves
      ? { inside: take(), slowGrown: take(), slowMs: take(), fastGrown: take(), fastMs: take() }
      : null;
  const restarts = form & forms.restarts ? take() : null;
  const pauses = form & forms.pauses ? take() : null;
  let before = base;
  for (const [index, at] of shared.cells.entries()) {
    const step = steps[index]!;
    if (Number.isNaN(step)) continue;
    const first = before + step;
    const inside = moves?.inside[index] ?? 0;
    before = first + inside;
    const firstMs = shared.firstMs[index]! + (own?.late[index] ?? 0);
    const lastMs = shared.lastMs[index]! - (own?.early[index] ?? 0);
    const coveredMs = lastMs - firstMs - (pauses?.[index] ?? 0);
    cells.count[at] = own?.counts[index] ?? shared.counts[index]!;
    cells.first[at] = first;
    cells.firstMs[at] = firstMs;
    cells.last[at] = before;
    cells.lastMs[at] = lastMs;
    cells.grown[at] = inside + (restarts?.[index] ?? 0);
    cells.coveredMs[at] = coveredMs;
    cells.slowGrown[at] = moves?.slowGrown[index] ?? 0;
    cells.slowMs[at] = moves?.slowMs[index] ?? coveredMs;
    cells.fastGrown[at] = moves?.fastGrown[index] ?? 0;
    cells.fastMs[at] = moves?.fastMs[index] ?? coveredMs;
    cells.firstRun[at] = runs?.first[index] ?? shared.run[index]!;
    cells.lastRun[at] = cells.firstRun[at]! + (runs?.change[index] ?? shared.change[index]!);
  }
}
