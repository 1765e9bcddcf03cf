/** A column as bytes without a long search for its prediction: for what is written at a busy time and read rarely. */
import { ColumnEncoder } from './column.ts';
import type { Prediction } from './predictor.ts';
import { driftPrice } from './price.ts';
import { type Column, scaledOf } from './scaled.ts';

const drifts = [0, 2, 4];
const nothing = { growth: false, level: 0, lag1: 0, lag2: 0, others: [] };

export class QuickEncoder {
  readonly #encoder = new ColumnEncoder();

  /** Bytes of its own. Leans on no other column, so that it is read alone. */
  encode(column: Column): Uint8Array {
    const scaled = scaledOf(column);
    if (scaled.constant) return this.#encoder.constant(column, scaled);
    if (!scaled.fits) return this.#encoder.plain(column, scaled);
    const prediction = quickest(scaled.numbers);
    const misses = this.#encoder.misses(column, scaled, prediction, noOther);
    return this.#encoder.predicted(scaled, prediction, misses);
  }
}

function quickest(numbers: Float64Array): Prediction {
  let best = { ...nothing, drift: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (const drift of drifts) {
    const bits = driftPrice(numbers, drift);
    if (bits < least) [best, least] = [{ ...nothing, drift }, bits];
  }
  return best;
}

function noOther(): never {
  throw new RangeError('a column leans on one that is not there');
}
