/** A column in its own unit: every present value is first + unit × a whole number. */
import { largest } from './predictor.ts';

/** NaN is an absent value. */
export type Column = Float64Array;

export type Scaled = {
  first: number;
  unit: number;
  gaps: boolean;
  constant: boolean;
  /** Whether each number is small enough for predictions. */
  fits: boolean;
  /** In units from the first; where absent, the number before. */
  numbers: Float64Array;
};

/** Of a column with at least one value. */
export function scaledOf(column: Column): Scaled {
  let first = Number.NaN;
  let unit = 0;
  let gaps = false;
  let widest = 0;
  for (const value of column) {
    if (Number.isNaN(value)) {
      gaps = true;
      continue;
    }
    if (Number.isNaN(first)) first = value;
    const distance = Math.abs(value - first);
    if (distance > widest) widest = distance;
    if (unit !== 1 && distance !== 0) unit = divisor(distance, unit);
  }
  const constant = unit === 0;
  if (constant) unit = 1;
  const numbers = new Float64Array(column.length);
  let before = 0;
  for (let at = 0; at < column.length; at++) {
    const value = column[at]!;
    if (!Number.isNaN(value)) before = (value - first) / unit;
    numbers[at] = before;
  }
  return { first, unit, gaps, constant, fits: widest / unit <= largest, numbers };
}

function divisor(a: number, b: number): number {
  while (b !== 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
