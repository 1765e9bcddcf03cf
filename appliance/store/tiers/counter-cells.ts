/**
 * A counter over the cells of a grid: its first and last value, what it grew by between the values inside, and the
 * slowest and fastest of these steps. The step from one cell to the next follows from their last and first value, so that
 * what comes late changes no other cell.
 */
import { grownBy, longestRateMs } from '../samples/rate.ts';
import type { Grid } from './cells.ts';

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
  /** The last value before the grid, for the step into its first cell. */
  before = { value: Number.NaN, tMs: Number.NEGATIVE_INFINITY };

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
  }

  /** In the order of time; NaN where there is none. */
  feed(times: Float64Array, values: Float64Array, from = 0, to = times.length): void {
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
        part.begin(value, tMs);
      } else {
        part.step(part.last, part.lastMs, value, tMs);
        part.count++;
        part.last = value;
        part.lastMs = tMs;
      }
    }
    if (part.count > 0) this.#add((beginMs - startMs) / stepMs, part);
  }

  /** A cell of others joins the one in which its last value lies. */
  take(others: CounterCells, at: number): void {
    const { startMs, stepMs } = this.grid;
    this.#part.load(others, at);
    this.#add(Math.floor((others.lastMs[at]! - startMs) / stepMs), this.#part);
  }

  readonly #part = new Part();
  readonly #known = new Part();

  #add(cell: number, part: Part): void {
    if (cell < 0 && part.lastMs > this.before.tMs) this.before = { value: part.last, tMs: part.lastMs };
    if (cell < 0 || cell >= this.grid.count) return;
    if (this.count[cell]! > 0) {
      this.#known.load(this, cell);
      part.join(this.#known);
    }
    part.store(this, cell);
  }
}

/** One cell in hand. */
class Part {
  count = 0;
  first = 0;
  firstMs = 0;
  last = 0;
  lastMs = 0;
  grown = 0;
  coveredMs = 0;
  slowGrown = 0;
  slowMs = 0;
  fastGrown = 0;
  fastMs = 0;

  begin(value: number, tMs: number): void {
    this.count = 1;
    this.first = this.last = value;
    this.firstMs = this.lastMs = tMs;
    this.grown = this.coveredMs = 0;
    this.slowGrown = this.slowMs = this.fastGrown = this.fastMs = 0;
  }

  step(before: number, beforeMs: number, value: number, tMs: number): void {
    const elapsedMs = tMs - beforeMs;
    if (!(elapsedMs > 0 && elapsedMs <= longestRateMs)) return;
    const grown = grownBy(before, value);
    this.grown += grown;
    this.coveredMs += elapsedMs;
    this.#bound(grown, elapsedMs, grown, elapsedMs);
  }

  join(other: Part): void {
    const { count, grown, coveredMs } = this;
    if (other.lastMs < this.firstMs) {
      this.grown += other.grown;
      this.coveredMs += other.coveredMs;
      this.step(other.last, other.lastMs, this.first, this.firstMs);
    } else if (other.firstMs > this.lastMs) {
      this.grown += other.grown;
      this.coveredMs += other.coveredMs;
      this.step(this.last, this.lastMs, other.first, other.firstMs);
    } else {
      // Interleaved: between values that never fell only the first and the last matter.
      const steady = this.#steady() && other.#steady();
      const bridged = this.#bridges(other) || other.#bridges(this);
      const [first, firstMs] =
        other.firstMs < this.firstMs ? [other.first, other.firstMs] : [this.first, this.firstMs];
      const [last, lastMs] =
        other.lastMs > this.lastMs ? [other.last, other.lastMs] : [this.last, this.lastMs];
      const plain = (steady || bridged) && last >= first;
      this.grown = plain ? last - first : Math.max(grown, other.grown);
      this.coveredMs = plain ? lastMs - firstMs : Math.max(coveredMs, other.coveredMs);
    }
    this.count = count + other.count;
    this.#bound(other.slowGrown, other.slowMs, other.fastGrown, other.fastMs);
    if (other.firstMs < this.firstMs) {
      this.first = other.first;
      this.firstMs = other.firstMs;
    }
    if (other.lastMs > this.lastMs) {
      this.last = other.last;
      this.lastMs = other.lastMs;
    }
  }

  load(from: CounterCells, at: number): void {
    this.count = from.count[at]!;
    this.first = from.first[at]!;
    this.firstMs = from.firstMs[at]!;
    this.last = from.last[at]!;
    this.lastMs = from.lastMs[at]!;
    this.grown = from.grown[at]!;
    this.coveredMs = from.coveredMs[at]!;
    this.slowGrown = from.slowGrown[at]!;
    this.slowMs = from.slowMs[at]!;
    this.fastGrown = from.fastGrown[at]!;
    this.fastMs = from.fastMs[at]!;
  }

  store(to: CounterCells, at: number): void {
    to.count[at] = this.count;
    to.first[at] = this.first;
    to.firstMs[at] = this.firstMs;
    to.last[at] = this.last;
    to.lastMs[at] = this.lastMs;
    to.grown[at] = this.grown;
    to.coveredMs[at] = this.coveredMs;
    to.slowGrown[at] = this.slowGrown;
    to.slowMs[at] = this.slowMs;
    to.fastGrown[at] = this.fastGrown;
    to.fastMs[at] = this.fastMs;
  }

  #steady(): boolean {
    return this.grown === this.last - this.first && this.coveredMs === this.lastMs - this.firstMs;
  }

  /** It fits into a pause of the other so that no step is left that is too long; a cell of ten minutes has one pause at most. */
  #bridges(other: Part): boolean {
    const pausedMs = other.lastMs - other.firstMs - other.coveredMs;
    const leftMs = pausedMs - (this.lastMs - this.firstMs);
    const isInside = this.firstMs > other.firstMs && this.lastMs < other.lastMs;
    const isRising = other.grown <= other.last - other.first;
    return (
      isInside &&
      isRising &&
      pausedMs > longestRateMs &&
      leftMs >= 0 &&
      leftMs <= longestRateMs &&
      this.#steady()
    );
  }

  #bound(slowGrown: number, slowMs: number, fastGrown: number, fastMs: number): void {
    if (slowMs === 0) return;
    if (this.slowMs === 0 || slowGrown / slowMs < this.slowGrown / this.slowMs) {
      this.slowGrown = slowGrown;
      this.slowMs = slowMs;
    }
    if (this.fastMs === 0 || fastGrown / fastMs > this.fastGrown / this.fastMs) {
      this.fastGrown = fastGrown;
      this.fastMs = fastMs;
    }
  }
}
