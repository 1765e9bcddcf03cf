/** The prediction that costs least when a column may look at others of the same tick: sums, shares, copies, likenesses. */
import { type Fit, fitted } from './least-squares.ts';
import { rounded } from './prediction.ts';
import { type Prediction, stillDrift } from './predictor.ts';
import { type Priced, priceOf } from './price.ts';
import type { Column, Scaled } from './scaled.ts';
import type { Likeness, Support, Supports } from './supports.ts';

/** About what a weight and the level cost in bits. */
const weightBits = 40;
const levelBits = 32;
const slowDrift = 5;
const leastTicks = 24;

export function bestLeaning(o: {
  column: Column;
  scaled: Scaled;
  growth: Float64Array;
  alone: Priced;
  supports: Supports;
  likeness: Likeness;
}): Priced {
  const { column, scaled, growth, alone } = o;
  if (alone.bits < 2 * weightBits || column.length < leastTicks) return alone;
  const chosen = o.supports.explaining(o.likeness, column.length, weightBits);
  if (chosen.length === 0) return alone;
  const extra = levelBits + chosen.length * weightBits;
  const numbers = chosen.map((one) => one.numbers);
  let best = alone;
  for (const prediction of candidates(scaled.numbers, growth, chosen)) {
    const bits = priceOf(column, scaled, prediction, numbers) + extra;
    if (bits < best.bits) best = { prediction, bits };
  }
  return best;
}

/** Of value and growth, with the value before and without, the one that leaves least. */
function candidates(numbers: Float64Array, growth: Float64Array, chosen: readonly Support[]): Prediction[] {
  let least: Fit | null = null;
  let best: Prediction | null = null;
  for (const lag of [false, true]) {
    for (const grown of [false, true]) {
      const y = grown ? growth : numbers;
      const fit = leaning(y, chosen, { growth: grown, lag });
      if (fit === null || (least !== null && fit.left >= least.left * 0.99)) continue;
      const others = chosen.map(({ series }, at) => ({ series, weight: fit.weights[at]! }));
      const lag1 = lag ? fit.weights[chosen.length]! : 0;
      least = fit;
      best = { growth: grown, drift: stillDrift, level: fit.level, lag1, lag2: 0, others };
    }
  }
  const prediction = best === null ? null : rounded(best);
  return prediction === null ? [] : [prediction, { ...prediction, drift: slowDrift }];
}

function leaning(
  y: Float64Array,
  chosen: readonly Support[],
  o: { growth: boolean; lag: boolean },
): Fit | null {
  const regressors = chosen.map((one) => (o.growth ? one.growth : one.numbers).subarray(1));
  if (o.lag) regressors.push(y.subarray(0, -1));
  return fitted(y.subarray(1), regressors);
}
