/** One series over the buckets of a range: mean, least and most of a gauge, or of the rate of a counter. */
import { type Series, unscaled } from '../../protocol/series.ts';
import type { Column } from '../client/types.ts';
import { grownBy, rateOf } from '../samples/rate.ts';
import { type Cells, createCells, type Grid, takeCell } from '../tiers/cells.ts';
import type { CounterCells } from '../tiers/counter-cells.ts';
import { type Coarse, tiers } from '../tiers/tiers.ts';

/** A value stands for the time since the one before it, if that is no longer ago than so many usual distances. */
const gapFactor = 2.5;
/** Decimals that a mean or a rate is given beyond those of its values. */
const extraDecimals = 3;

/** How far apart values are that came as samples, as minutes or as tens. */
const sources = 1 + Object.keys(tiers).length;

type Band = { mean: number; least: number; most: number };

export class Buckets {
  readonly cells: Cells;
  readonly #series: Series;
  readonly #grid: Grid;
  /** The coarsest source of each bucket: 0 samples, else the number of a tier. */
  readonly #source: Uint8Array;
  readonly #usualMs = new Float64Array(sources).fill(Number.POSITIVE_INFINITY);
  readonly #beforeMs = new Float64Array(sources).fill(Number.NaN);

  constructor(series: Series, grid: Grid) {
    this.#series = series;
    this.#grid = grid;
    this.cells = createCells(series.kind, grid);
    this.#source = new Uint8Array(grid.count);
  }

  /** In the order of time; scaled integers, NaN for absent ones. Values before the range give the first rate. */
  feed(times: Float64Array, values: Float64Array): void {
    this.cells.feed(times, values);
    // Filling in matters only where buckets are short.
    let beforeMs = this.#beforeMs[0]!;
    let usualMs = this.#usualMs[0]!;
    for (let at = 0; at < times.length; at++) {
      if (Number.isNaN(values[at])) continue;
      const elapsedMs = times[at]! - beforeMs;
      if (elapsedMs > 0 && elapsedMs < usualMs) usualMs = elapsedMs;
      beforeMs = times[at]!;
    }
    this.#beforeMs[0] = beforeMs;
    this.#usualMs[0] = usualMs;
  }

  /** Cells of a tier, in the order of time and before any samples. */
  take(cells: Cells, tier: Coarse): void {
    const { number, cellMs } = tiers[tier];
    const { startMs, stepMs, count } = this.#grid;
    for (let at = 0; at < cells.count.length; at++) {
      if (cells.count[at] === 0) continue;
      takeCell(this.cells, cells, at);
      const lastMs = cells.lastMs[at]!;
      const bucket = Math.floor((lastMs - startMs) / stepMs);
      if (bucket >= 0 && bucket < count) this.#source[bucket] = Math.max(this.#source[bucket]!, number);
      const elapsedMs = lastMs - this.#beforeMs[number]!;
      if (elapsedMs > 0)
        this.#usualMs[number] = Math.min(this.#usualMs[number]!, Math.max(elapsedMs, cellMs));
      this.#beforeMs[number] = lastMs;
    }
  }

  column(o: { last?: boolean } = {}): Column {
    const { name, unit, kind, scale } = this.#series;
    const { cells } = this;
    const bands = cells.kind === 'gauge' ? gaugeBands(cells) : counterBands(cells);
    const filled = this.#filled(bands);
    const shown = (value: (band: Band) => number) =>
      filled.map((at) => (at < 0 ? null : this.#shown(value(bands[at]!))));
    const mean = shown((band) => band.mean);
    const min = shown((band) => band.least);
    const max = shown((band) => band.most);
    if (!o.last) return { name, unit, kind, mean, min, max };
    const last = filled.map((at) => (at < 0 ? null : unscaled(cells.last[at]!, scale)));
    return { name, unit, kind, mean, min, max, last };
  }

  /** For each bucket the one whose values it shows, -1 for a gap: steps shorter than the usual distance are no gaps. */
  #filled(bands: readonly (Band | undefined)[]): number[] {
    const { count, stepMs } = this.#grid;
    const filled = new Array<number>(count).fill(-1);
    let before = -1;
    for (let bucket = 0; bucket < count; bucket++) {
      if (bands[bucket] === undefined) continue;
      filled[bucket] = bucket;
      const usualMs = this.#usualMs[this.#source[bucket]!]!;
      const longest = Number.isFinite(usualMs) ? (usualMs * gapFactor) / stepMs : 0;
      if (before >= 0 && bucket - before <= longest) filled.fill(bucket, before + 1, bucket);
      before = bucket;
    }
    return filled;
  }

  #shown(scaled: number): number {
    const { scale } = this.#series;
    const precision = 10 ** (scale + extraDecimals);
    const value = scaled / 10 ** scale;
    const rounded = Math.round(value * precision) / precision;
    return Number.isFinite(rounded) ? rounded : value;
  }
}

function gaugeBands({ count, last, over, least, most }: Exclude<Cells, CounterCells>): (Band | undefined)[] {
  return Array.from(count, (known, at) => {
    if (known === 0) return undefined;
    return { mean: last[at]! + over[at]! / known, least: least[at]!, most: most[at]! };
  });
}

/** Rates a second; the step into a bucket belongs to it. */
function counterBands(cells: CounterCells): (Band | undefined)[] {
  const { count, first, firstMs, last, lastMs, grown, coveredMs } = cells;
  const { slowGrown, slowMs, fastGrown, fastMs } = cells;
  let { value: before, tMs: beforeMs } = cells.before;
  return Array.from(count, (known, at) => {
    if (known === 0) return undefined;
    const stepMs = firstMs[at]! - beforeMs;
    const rate = rateOf(before, beforeMs, first[at]!, firstMs[at]!);
    const stepGrown = grownBy(before, first[at]!);
    before = last[at]!;
    beforeMs = lastMs[at]!;
    const isStep = !Number.isNaN(rate);
    const ms = coveredMs[at]! + (isStep ? stepMs : 0);
    if (!(ms > 0)) return undefined;
    const slow = slowMs[at]! > 0 ? (slowGrown[at]! * 1000) / slowMs[at]! : Number.POSITIVE_INFINITY;
    const fast = fastMs[at]! > 0 ? (fastGrown[at]! * 1000) / fastMs[at]! : Number.NEGATIVE_INFINITY;
    return {
      mean: ((grown[at]! + (isStep ? stepGrown : 0)) * 1000) / ms,
      least: isStep ? Math.min(slow, rate) : slow,
      most: isStep ? Math.max(fast, rate) : fast,
    };
  });
}
