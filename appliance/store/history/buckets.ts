/** One series over the buckets of a range: mean, least and most of a gauge, or of the rate of a counter. */
import { type Series, type SeriesKind, unscaled } from '../../protocol/series.ts';
import { grownBy, rateOf } from '../samples/rate.ts';
import { type Cells, createCells, type Grid, takeCell } from '../tiers/cells.ts';
import type { CounterCells } from '../tiers/counter-cells.ts';
import { isSameRun, type Runs } from '../tiers/runs.ts';
import { type Coarse, tiers } from '../tiers/tiers.ts';

/** A value stands for the time since the one before it, if that is no longer ago than so many usual distances. */
const gapFactor = 2.5;
/** Decimals that a mean or a rate is given beyond those of its values. */
const extraDecimals = 3;

/** How far apart values are that came as samples, as minutes or as tens. */
const sources = 1 + Object.keys(tiers).length;

/** Of each bucket; NaN where nothing is known. */
type Band = { mean: Float64Array; least: Float64Array; most: Float64Array };

export type BucketColumn = {
  name: string;
  unit: string;
  kind: SeriesKind;
  /** Of its numbers but the last. */
  decimals: number;
  mean: Float64Array;
  min: Float64Array;
  max: Float64Array;
  last?: Float64Array;
};

export class Buckets {
  readonly cells: Cells;
  readonly #series: Series;
  readonly #grid: Grid;
  /** The coarsest source of each bucket: 0 samples, else the number of a tier. */
  readonly #source: Uint8Array;
  readonly #usualMs = new Float64Array(sources).fill(Number.POSITIVE_INFINITY);
  readonly #beforeMs = new Float64Array(sources).fill(Number.NaN);
  #beforeRun = 0;

  constructor(series: Series, grid: Grid) {
    this.#series = series;
    this.#grid = grid;
    this.cells = createCells(series.kind, grid);
    this.#source = new Uint8Array(grid.count);
  }

  /** In the order of time; scaled integers, NaN for absent ones. Values before the range give the first rate. */
  feed(times: Float64Array, values: Float64Array, runs: Runs): void {
    this.cells.feed(times, values, runs);
    // How far ticks of different runs are apart says nothing; one run is as good as another.
    const run = typeof runs === 'number' ? runs : runs[0]!;
    // Filling in matters only where buckets are short.
    let beforeMs = run === this.#beforeRun ? this.#beforeMs[0]! : Number.NaN;
    let usualMs = this.#usualMs[0]!;
    for (let at = 0; at < times.length; at++) {
      if (Number.isNaN(values[at]) || (typeof runs !== 'number' && runs[at] !== run)) continue;
      const elapsedMs = times[at]! - beforeMs;
      if (elapsedMs > 0 && elapsedMs < usualMs) usualMs = elapsedMs;
      beforeMs = times[at]!;
    }
    this.#beforeRun = run;
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

  column(o: { last?: boolean } = {}): BucketColumn {
    const { name, unit, kind, scale } = this.#series;
    const { cells } = this;
    const band = cells.kind === 'gauge' ? gaugeBand(cells) : counterBand(cells);
    const filled = this.#filled(band.mean);
    const shown = (column: Float64Array) => this.#shown(column, filled);
    const columns = { mean: shown(band.mean), min: shown(band.least), max: shown(band.most) };
    const about = { name, unit, kind, decimals: scale + extraDecimals };
    if (!o.last) return { ...about, ...columns };
    const last = cells.last.map((_, at) =>
      filled[at]! < 0 ? Number.NaN : unscaled(cells.last[filled[at]!]!, scale),
    );
    return { ...about, ...columns, last };
  }

  /** For each bucket the one whose values it shows, -1 for a gap: steps shorter than the usual distance are no gaps. */
  #filled(known: Float64Array): Int32Array {
    const { count, stepMs } = this.#grid;
    const filled = new Int32Array(count).fill(-1);
    let before = -1;
    for (let bucket = 0; bucket < count; bucket++) {
      if (Number.isNaN(known[bucket])) continue;
      filled[bucket] = bucket;
      const usualMs = this.#usualMs[this.#source[bucket]!]!;
      const longest = Number.isFinite(usualMs) ? (usualMs * gapFactor) / stepMs : 0;
      if (before >= 0 && bucket - before <= longest) filled.fill(bucket, before + 1, bucket);
      before = bucket;
    }
    return filled;
  }

  #shown(scaled: Float64Array, filled: Int32Array): Float64Array {
    const { scale } = this.#series;
    const unit = 10 ** scale;
    const precision = 10 ** (scale + extraDecimals);
    const shown = new Float64Array(scaled.length);
    for (let at = 0; at < shown.length; at++) {
      const from = filled[at]!;
      const value = from < 0 ? Number.NaN : scaled[from]! / unit;
      const rounded = Math.round(value * precision) / precision;
      shown[at] = Number.isFinite(rounded) ? rounded : value;
    }
    return shown;
  }
}

function bandOf(count: number): Band {
  const field = () => new Float64Array(count).fill(Number.NaN);
  return { mean: field(), least: field(), most: field() };
}

function gaugeBand({ count, last, over, least, most }: Exclude<Cells, CounterCells>): Band {
  const band = bandOf(count.length);
  for (let at = 0; at < count.length; at++) {
    if (count[at] === 0) continue;
    band.mean[at] = last[at]! + over[at]! / count[at]!;
    band.least[at] = least[at]!;
    band.most[at] = most[at]!;
  }
  return band;
}

/** Rates a second; the step into a bucket belongs to it. */
function counterBand(cells: CounterCells): Band {
  const { count, first, firstMs, last, lastMs, grown, coveredMs } = cells;
  const { slowGrown, slowMs, fastGrown, fastMs, firstRun, lastRun } = cells;
  const band = bandOf(count.length);
  let { value: before, tMs: beforeMs, run } = cells.before;
  for (let at = 0; at < count.length; at++) {
    if (count[at] === 0) continue;
    const stepMs = firstMs[at]! - beforeMs;
    const rate = rateOf(before, beforeMs, first[at]!, firstMs[at]!);
    const stepGrown = grownBy(before, first[at]!);
    before = last[at]!;
    beforeMs = lastMs[at]!;
    const isStep = !Number.isNaN(rate) && isSameRun(run, firstRun[at]!);
    run = lastRun[at]!;
    const ms = coveredMs[at]! + (isStep ? stepMs : 0);
    if (!(ms > 0)) continue;
    const slow = slowMs[at]! > 0 ? (slowGrown[at]! * 1000) / slowMs[at]! : Number.POSITIVE_INFINITY;
    const fast = fastMs[at]! > 0 ? (fastGrown[at]! * 1000) / fastMs[at]! : Number.NEGATIVE_INFINITY;
    band.mean[at] = ((grown[at]! + (isStep ? stepGrown : 0)) * 1000) / ms;
    band.least[at] = isStep ? Math.min(slow, rate) : slow;
    band.most[at] = isStep ? Math.max(fast, rate) : fast;
  }
  return band;
}
