/** The prediction that costs least when a column may look at its own past only. */
import { type Fit, fitted } from './least-squares.ts';
import { rounded } from './prediction.ts';
import { type Prediction, stillDrift } from './predictor.ts';
import { driftPrice, type Priced, priceOf } from './price.ts';
import type { Column, Scaled } from './scaled.ts';

const drifts = { value: [0, 1, 2, 3, 5], growth: [0, 2, 4, 6] };
const nothing = { level: 0, lag1: 0, lag2: 0, others: [] };
/** About what level and lags cost in bits. */
const lagBits = 32;
/** Below, looking further is not worth the time. */
const cheap = 64;
const leastTicks = 24;
/** So many ticks show which drift is best, and so many what the past explains. */
const lookedAt = 240;
const fittedOn = 360;
const slowDrift = 5;

export function bestAlone(column: Column, scaled: Scaled, growth: Float64Array): Priced {
  const y = { value: scaled.numbers, growth };
  let best: Priced = { prediction: { ...nothing, growth: false, drift: 0 }, bits: Number.POSITIVE_INFINITY };
  const count = column.length;
  const part = Math.min(count, lookedAt);
  for (const kind of ['value', 'growth'] as const) {
    const some = y[kind].subarray(0, part);
    for (const drift of drifts[kind]) {
      const bits = driftPrice(some, drift);
      if (bits < best.bits) best = { prediction: { ...nothing, growth: kind === 'growth', drift }, bits };
    }
  }
  const { growth: grows, drift } = best.prediction;
  if (part < count) best.bits = driftPrice(grows ? growth : y.value, drift);
  if (best.bits < cheap || y.value.length < leastTicks) return best;
  for (const prediction of pasts(y)) {
    const bits = priceOf(column, scaled, prediction, []) + lagBits;
    if (bits < best.bits) best = { prediction, bits };
  }
  return best;
}

/** Of value and growth the one that its own past explains better, with a level that drifts and with one that does not. */
function pasts({ value, growth }: { value: Float64Array; growth: Float64Array }): Prediction[] {
  const fits = [lagFit(value), lagFit(growth)];
  const left = fits.map((fit) => fit?.left ?? Number.POSITIVE_INFINITY);
  const grown = left[1]! < left[0]!;
  const fit = fits[grown ? 1 : 0];
  if (fit == null) return [];
  const [lag1 = 0, lag2 = 0] = fit.weights;
  const past = rounded({ growth: grown, drift: stillDrift, level: fit.level, lag1, lag2, others: [] });
  return past === null ? [] : [past, { ...past, drift: slowDrift }];
}

function lagFit(whole: Float64Array): Fit | null {
  const y = whole.subarray(0, fittedOn);
  return fitted(y.subarray(2), [y.subarray(1, -1), y.subarray(0, -2)]);
}
