/** One cell of a counter in hand: what it is fed, and how it joins another one. */
import { grownBy, longestRateMs } from '../samples/rate.ts';
import type { CounterCells } from './counter-cells.ts';
import { isSameRun } from './runs.ts';

export class CounterPart {
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
  firstRun = 0;
  lastRun = 0;

  begin(value: number, tMs: number, run: number): void {
    this.count = 1;
    this.firstRun = this.lastRun = run;
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

  join(other: CounterPart): void {
    const isBefore = this.lastMs < other.firstMs;
    const isBehind = other.lastMs < this.firstMs;
    if (isBefore || isBehind || !this.#isOfOneRun(other)) {
      this.grown += other.grown;
      this.coveredMs += other.coveredMs;
      if (isBehind && isSameRun(other.lastRun, this.firstRun))
        this.step(other.last, other.lastMs, this.first, this.firstMs);
      if (isBefore && isSameRun(this.lastRun, other.firstRun))
        this.step(this.last, this.lastMs, other.first, other.firstMs);
    } else this.#weave(other);
    this.count += other.count;
    this.#bound(other.slowGrown, other.slowMs, other.fastGrown, other.fastMs);
    if (other.firstMs < this.firstMs) {
      this.first = other.first;
      this.firstMs = other.firstMs;
      this.firstRun = other.firstRun;
    }
    if (other.lastMs > this.lastMs) {
      this.last = other.last;
      this.lastMs = other.lastMs;
      this.lastRun = other.lastRun;
    }
  }

  #isOfOneRun({ firstRun, lastRun }: CounterPart): boolean {
    return [this.lastRun, firstRun, lastRun].every((run) => isSameRun(this.firstRun, run));
  }

  /** Interleaved: between values that never fell only the first and the last matter. */
  #weave(other: CounterPart): void {
    const steady = this.#steady() && other.#steady();
    const bridged = this.#bridges(other) || other.#bridges(this);
    const [first, firstMs] =
      other.firstMs < this.firstMs ? [other.first, other.firstMs] : [this.first, this.firstMs];
    const [last, lastMs] = other.lastMs > this.lastMs ? [other.last, other.lastMs] : [this.last, this.lastMs];
    const plain = (steady || bridged) && last >= first;
    this.grown = plain ? last - first : Math.max(this.grown, other.grown);
    this.coveredMs = plain ? lastMs - firstMs : Math.max(this.coveredMs, other.coveredMs);
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
    this.firstRun = from.firstRun[at]!;
    this.lastRun = from.lastRun[at]!;
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
    to.firstRun[at] = this.firstRun;
    to.lastRun[at] = this.lastRun;
  }

  #steady(): boolean {
    return this.grown === this.last - this.first && this.coveredMs === this.lastMs - this.firstMs;
  }

  /** It fits into a pause of the other so that no step is left that is too long; a cell of ten minutes has one pause at most. */
  #bridges(other: CounterPart): boolean {
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
