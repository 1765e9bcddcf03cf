/** What a prediction would cost, about: the sum of the logarithms of its misses. */
import { missesOf, type Prediction } from './predictor.ts';
import type { Column, Scaled } from './scaled.ts';

export type Priced = { prediction: Prediction; bits: number };

/** Logarithms are taken of products of many misses, long before they get too large. */
const mostProduct = 1e250;

export function priceOf(
  column: Column,
  { numbers, gaps }: Scaled,
  prediction: Prediction,
  others: readonly Float64Array[],
): number {
  const misses = gaps ? column.slice() : new Float64Array(column.length);
  missesOf(prediction, others, { numbers, misses, gaps });
  return bitsOf(misses);
}

/** NaN costs nothing. */
export function bitsOf(misses: Float64Array): number {
  let product = 1;
  let bits = 0;
  for (let at = 0; at < misses.length; at++) {
    const size = Math.abs(misses[at]!);
    if (size > 0) product *= 1 + size;
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

/** What plain differences would cost: what every other price is compared with. */
export function plainPrice(numbers: Float64Array): number {
  let product = 1;
  let bits = 0;
  let before = 0;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at]!;
    const size = Math.abs(number - before);
    before = number;
    if (size > 0) product *= 1 + size;
    if (product > mostProduct) {
      bits += Math.log2(product);
      product = 1;
    }
  }
  return bits + Math.log2(product);
}
