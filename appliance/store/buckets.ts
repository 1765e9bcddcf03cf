/** One series over the buckets of a range: mean, least and most of a gauge, or of the rate of a counter. */
import type { Series } from '../protocol/series.ts';
import type { Column } from './client/types.ts';
import { rateOf } from './rate.ts';

export type Grid = { startMs: number; stepMs: number; count: number };

/** A value stands for the time since the one before it, if that is no longer ago than so many usual distances. */
const gapFactor = 2.5;
/** Decimals that a mean or a rate is given beyond those of its values. */
const extraDecimals = 3;

export class Buckets {
  readonly #series: Series;
  readonly #grid: Grid;
  readonly #sums: Float64Array;
  readonly #counts: Uint32Array;
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  #before = Number.NaN;
  #beforeMs = Number.NaN;
  #usualMs = Number.POSITIVE_INFINITY;

  constructor(series: Series, grid: Grid) {
    this.#series = series;
    this.#grid = grid;
    this.#sums = new Float64Array(grid.count);
    this.#counts = new Uint32Array(grid.count);
    this.#least = new Float64Array(grid.count).fill(Number.POSITIVE_INFINITY);
    this.#most = new Float64Array(grid.count).fill(Number.NEGATIVE_INFINITY);
  }

  /** In the order of time; scaled integers, NaN for absent ones. Values before the range give the first rate. */
  feed(times: Float64Array, values: Float64Array): void {
    const counter = this.#series.kind === 'counter';
    const { startMs, stepMs, count } = this.#grid;
    for (let index = 0; index < times.length; index++) {
      const value = values[index]!;
      if (Number.isNaN(value)) continue;
      const tMs = times[index]!;
      const shown = counter ? rateOf(this.#before, this.#beforeMs, value, tMs) : value;
      const elapsedMs = tMs - this.#beforeMs;
      if (elapsedMs > 0 && elapsedMs < this.#usualMs) this.#usualMs = elapsedMs;
      this.#before = value;
      this.#beforeMs = tMs;
      const bucket = Math.floor((tMs - startMs) / stepMs);
      if (bucket < 0 || bucket >= count || Number.isNaN(shown)) continue;
      this.#sums[bucket] = this.#sums[bucket]! + shown;
      this.#counts[bucket] = this.#counts[bucket]! + 1;
      if (shown < this.#least[bucket]!) this.#least[bucket] = shown;
      if (shown > this.#most[bucket]!) this.#most[bucket] = shown;
    }
  }

  column(): Column {
    const { name, unit, kind } = this.#series;
    const source = this.#sources();
    const mean = source.map((at) => (at < 0 ? null : this.#shown(this.#sums[at]! / this.#counts[at]!)));
    const min = source.map((at) => (at < 0 ? null : this.#shown(this.#least[at]!)));
    const max = source.map((at) => (at < 0 ? null : this.#shown(this.#most[at]!)));
    return { name, unit, kind, mean, min, max };
  }

  /** For each bucket the one whose values it shows, -1 for a gap: steps shorter than the usual distance are no gaps. */
  #sources(): number[] {
    const { count, stepMs } = this.#grid;
    const source = new Array<number>(count).fill(-1);
    const longest = Number.isFinite(this.#usualMs) ? (this.#usualMs * gapFactor) / stepMs : 0;
    let filled = -1;
    for (let bucket = 0; bucket < count; bucket++) {
      if (this.#counts[bucket] === 0) continue;
      source[bucket] = bucket;
      if (filled >= 0 && bucket - filled <= longest) source.fill(bucket, filled + 1, bucket);
      filled = bucket;
    }
    return source;
  }

  #shown(scaled: number): number {
    const { scale } = this.#series;
    const precision = 10 ** (scale + extraDecimals);
    const value = scaled / 10 ** scale;
    const rounded = Math.round(value * precision) / precision;
    return Number.isFinite(rounded) ? rounded : value;
  }
}
