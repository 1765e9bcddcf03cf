/**
 * A counter over the cells of a grid: its first and last value, what it grew by between the values inside, and the
 * slowest and fastest of these steps. The step from one cell to the next follows from their last and first value, so that
 * what comes late changes no other cell. A step is one between values of the same run.
 */
import type { Grid } from './cells.ts';
import { CounterPart } from './counter-part.ts';
import type { Runs } from './runs.ts';

export class CounterCells {
  readonly kind = 'counter';
  readonly grid: Grid;
  readonly count: Float64Array;
  readonly first: Float64Array;
  readonly firstMs: Float64Array;
  readonly last: Float64Array;
  readonly lastMs: Float64Array;
  /** Together over all steps inside that tell a rate, and how long they took. */
  readonly grown: Float64Array;
  readonly coveredMs: Float64Array;
  /** What the slowest and the fastest of these steps grew by and how long it took; 0 ms without a step. */
  readonly slowGrown: Float64Array;
  readonly slowMs: Float64Array;
  readonly fastGrown: Float64Array;
  readonly fastMs: Float64Array;
  /** Whose the first and the last value are; 0 where nobody knows. */
  readonly firstRun: Uint32Array;
  readonly lastRun: Uint32Array;
  /** The last value before the grid, for the step into its first cell. */
  before = { value: Number.NaN, tMs: Number.NEGATIVE_INFINITY, run: 0 };

  constructor(grid: Grid) {
    this.grid = grid;
    const field = () => new Float64Array(grid.count);
    this.count = field();
    this.first = field();
    this.firstMs = field();
    this.last = field();
    this.lastMs = field();
    this.grown = field();
    this.coveredMs = field();
    this.slowGrown = field();
    this.slowMs = field();
    this.fastGrown = field();
    this.fastMs = field();
    this.firstRun = new Uint32Array(grid.count);
    this.lastRun = new Uint32Array(grid.count);
  }

  /** In the order of time; NaN where there is none. */
  feed(times: Float64Array, values: Float64Array, runs: Runs = 0, from = 0, to = times.length): void {
    if (typeof runs !== 'number') {
      this.#feedMixed(times, values, runs, from, to);
      return;
    }
    const { startMs, stepMs } = this.grid;
    const part = this.#part;
    let beginMs = Number.NaN;
    let endMs = Number.NaN;
    part.count = 0;
    for (let at = from; at < to; at++) {
      const value = values[at]!;
      if (Number.isNaN(value)) continue;
      const tMs = times[at]!;
      if (!(tMs >= beginMs && tMs < endMs)) {
        if (part.count > 0) this.#add((beginMs - startMs) / stepMs, part);
        beginMs = startMs + Math.floor((tMs - startMs) / stepMs) * stepMs;
        endMs = beginMs + stepMs;
        part.begin(value, tMs, runs);
        this.#stepOver(runs, value, tMs);
      } else {
        part.step(part.last, part.lastMs, value, tMs);
        part.count++;
        part.last = value;
        part.lastMs = tMs;
      }
    }
    if (part.count === 0) return;
    this.#note(runs, part.last, part.lastMs);
    this.#add((beginMs - startMs) / stepMs, part);
  }

  /** What this one is fed goes on where the other has ended. */
  follow(other: CounterCells): void {
    this.#newestRun = other.#newestRun;
    for (const [run, { value, tMs }] of other.#newest) this.#newest.set(run, { value, tMs });
  }

  /** Apart from `feed`, which for a single run has nothing to look up for each value. */
  #feedMixed(times: Float64Array, values: Float64Array, runs: Uint32Array, from: number, to: number): void {
    const { startMs, stepMs } = this.grid;
    const part = this.#part;
    let beginMs = Number.NaN;
    let endMs = Number.NaN;
    part.count = 0;
    for (let at = from; at < to; at++) {
      const value = values[at]!;
      if (Number.isNaN(value)) continue;
      const tMs = times[at]!;
      const run = runs[at]!;
      if (!(tMs >= beginMs && tMs < endMs)) {
        if (part.count > 0) this.#add((beginMs - startMs) / stepMs, part);
        beginMs = startMs + Math.floor((tMs - startMs) / stepMs) * stepMs;
        endMs = beginMs + stepMs;
        part.begin(value, tMs, run);
        this.#stepOver(run, value, tMs);
      } else {
        const before = this.#newest.get(run);
        if (before !== undefined) part.step(before.value, before.tMs, value, tMs);
        part.count++;
        part.last = value;
        part.lastMs = tMs;
        part.lastRun = run;
      }
      this.#note(run, value, tMs);
    }
    if (part.count > 0) this.#add((beginMs - startMs) / stepMs, part);
  }

  /** With values of another run between, the step from the run's own value before belongs to the cell in which it ends. */
  #stepOver(run: number, value: number, tMs: number): void {
    if (this.#newestRun === run) return;
    const own = this.#newest.get(run);
    if (own !== undefined) this.#part.step(own.value, own.tMs, value, tMs);
  }

  #note(run: number, value: number, tMs: number): void {
    this.#newestRun = run;
    const newest = this.#newest.get(run);
    if (newest === undefined) this.#newest.set(run, { value, tMs });
    else {
      newest.value = value;
      newest.tMs = tMs;
    }
  }

  /** A cell of others joins the one in which its last value lies. */
  take(others: CounterCells, at: number): void {
    const { startMs, stepMs } = this.grid;
    this.#part.load(others, at);
    this.#add(Math.floor((others.lastMs[at]! - startMs) / stepMs), this.#part);
  }

  readonly #part = new CounterPart();
  readonly #known = new CounterPart();
  /** What each run was last fed with, and the run of the last value of all. */
  readonly #newest = new Map<number, { value: number; tMs: number }>();
  #newestRun = 0;

  #add(cell: number, part: CounterPart): void {
    if (cell < 0 && part.lastMs > this.before.tMs) {
      this.before = { value: part.last, tMs: part.lastMs, run: part.lastRun };
    }
    if (cell < 0 || cell >= this.grid.count) return;
    if (this.count[cell]! > 0) {
      this.#known.load(this, cell);
      part.join(this.#known);
    }
    part.store(this, cell);
  }
}
