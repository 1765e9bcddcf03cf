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

/** Of a column with at least one value; the numbers are put where the caller wants them. */
export function scaledOf(column: Column, numbers = new Float64Array(column.length)): Scaled {
  const count = column.length;
  let first = Number.NaN;
  let unit = 0;
  let share = 0;
  let gaps = false;
  let widest = 0;
  let before = 0;
  for (let at = 0; at < count; at++) {
    const value = column[at]!;
    if (Number.isNaN(value)) {
      gaps = true;
      numbers[at] = before;
      continue;
    }
    if (Number.isNaN(first)) first = value;
    before = value - first;
    numbers[at] = before;
    const distance = Math.abs(before);
    if (distance > widest) widest = distance;
    // A whole multiple, found without a division.
    if (unit === 1 || Math.round(distance * share) * unit === distance) continue;
    unit = divisor(distance, unit);
    share = 1 / unit;
  }
  const constant = unit === 0;
  if (constant) unit = 1;
  if (unit !== 1) for (let at = 0; at < count; at++) numbers[at] = numbers[at]! / unit;
  return { first, unit, gaps, constant, fits: widest / unit <= largest, numbers };
}

/** Whether each value is as far from the one before as the second from the first. */
export function steps({ gaps, numbers }: Scaled): boolean {
  if (gaps || numbers.length < 2) return false;
  const step = numbers[1]!;
  for (let at = 0; at < numbers.length; at++) if (numbers[at] !== step * at) return false;
  return step !== 0;
}

function divisor(a: number, b: number): number {
  while (b !== 0) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
