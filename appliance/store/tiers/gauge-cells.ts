/** A gauge over the cells of a grid: how many values, their least, greatest, last and exact sum. */
import type { Grid } from './cells.ts';
import type { Runs } from './runs.ts';

export class GaugeCells {
  readonly kind = 'gauge';
  readonly grid: Grid;
  readonly count: Float64Array;
  readonly last: Float64Array;
  readonly lastMs: Float64Array;
  readonly least: Float64Array;
  readonly most: Float64Array;
  /** The sum of value − last: exact where a plain sum of large values would not be. */
  readonly over: Float64Array;

  constructor(grid: Grid) {
    this.grid = grid;
    const field = () => new Float64Array(grid.count);
    this.count = field();
    this.last = field();
    this.lastMs = field();
    this.least = field();
    this.most = field();
    this.over = field();
  }

  /** In the order of time; NaN where there is none. */
  feed(times: Float64Array, values: Float64Array, _runs: Runs = 0, from = 0, to = times.length): void {
    const { startMs, stepMs } = this.grid;
    let beginMs = Number.NaN;
    let endMs = Number.NaN;
    let count = 0;
    let last = 0;
    let lastMs = 0;
    let least = 0;
    let most = 0;
    let over = 0;
    for (let at = from; at < to; at++) {
      const value = values[at]!;
      if (Number.isNaN(value)) continue;
      const tMs = times[at]!;
      if (!(tMs >= beginMs && tMs < endMs)) {
        if (count > 0) this.#add((beginMs - startMs) / stepMs, count, last, lastMs, least, most, over);
        beginMs = startMs + Math.floor((tMs - startMs) / stepMs) * stepMs;
        endMs = beginMs + stepMs;
        count = over = 0;
        least = most = value;
      }
      over += count * (last - value);
      count++;
      last = value;
      lastMs = tMs;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (count > 0) this.#add((beginMs - startMs) / stepMs, count, last, lastMs, least, most, over);
  }

  /** A cell of others joins the one in which its last value lies. */
  take(others: GaugeCells, at: number): void {
    const { startMs, stepMs } = this.grid;
    const lastMs = others.lastMs[at]!;
    const cell = Math.floor((lastMs - startMs) / stepMs);
    const { count, last, least, most, over } = others;
    this.#add(cell, count[at]!, last[at]!, lastMs, least[at]!, most[at]!, over[at]!);
  }

  #add(
    cell: number,
    count: number,
    last: number,
    lastMs: number,
    least: number,
    most: number,
    over: number,
  ): void {
    if (cell < 0 || cell >= this.grid.count) return;
    const known = this.count[cell]!;
    if (known === 0) {
      this.last[cell] = last;
      this.lastMs[cell] = lastMs;
      this.least[cell] = least;
      this.most[cell] = most;
      this.over[cell] = over;
    } else {
      const later = lastMs >= this.lastMs[cell]!;
      const moved = this.last[cell]! - last;
      this.over[cell]! += over + (later ? known * moved : -count * moved);
      if (later) {
        this.last[cell] = last;
        this.lastMs[cell] = lastMs;
      }
      if (least < this.least[cell]!) this.least[cell] = least;
      if (most > this.most[cell]!) this.most[cell] = most;
    }
    this.count[cell] = known + count;
  }
}
