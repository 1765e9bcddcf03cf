/** What a prediction would cost, about: the sum of the logarithms of its misses. */
import { type Prediction, Predictor } from './predictor.ts';
import type { Column, Scaled } from './scaled.ts';

export type Priced = { prediction: Prediction; bits: number };

/** Logarithms are taken of products of many misses, long before they get too large. */
const mostProduct = 1e250;

export function priceOf(
  column: Column,
  scaled: Scaled,
  prediction: Prediction,
  others: readonly Float64Array[],
): number {
  const { numbers, gaps } = scaled;
  const predictor = new Predictor(prediction, others);
  let product = 1;
  let bits = 0;
  for (let at = 0; at < numbers.length; at++) {
    if (gaps && Number.isNaN(column[at])) continue;
    const number = numbers[at]!;
    product *= 1 + Math.abs(number - predictor.expect(at));
    predictor.see(number);
    if (product > mostProduct) {
      bits += Math.log2(product);
      product = 1;
    }
  }
  return bits + Math.log2(product);
}

/** The same for a level that drifts and nothing else. */
export function driftPrice(y: Float64Array, drift: number): number {
  const pull = 2 ** -drift;
  let level = 0;
  let product = 1;
  let bits = 0;
  for (let at = 0; at < y.length; at++) {
    const missed = y[at]! - level;
    level += missed * pull;
    product *= 1 + Math.abs(missed);
    if (product > mostProduct) {
      bits += Math.log2(product);
      product = 1;
    }
  }
  return bits + Math.log2(product);
}
