/** A series: what a number means. */
import { type Check, integer, object, oneOf, text } from './check.ts';
import { limits } from './limits.ts';
import { checkSeriesName } from './names.ts';

/** A value on the wire is an integer; the number it stands for is integer ÷ 10^scale. */
export type Series = { name: string; unit: string; scale: number; kind: SeriesKind };
export type SeriesKind = 'gauge' | 'counter';

export const checkSeries: Check<Series> = object({
  name: checkSeriesName,
  unit: text({ max: limits.unitLength }),
  scale: integer({ min: 0, max: limits.scaleDecimals }),
  kind: oneOf(['gauge', 'counter']),
});

const powers = Array.from({ length: limits.scaleDecimals + 1 }, (_, scale) => 10 ** scale);

/** The integer that travels, or `undefined` for what is no number or out of bounds. */
export function scaled(value: number | undefined, scale: number): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  // Adding 0 turns −0 into 0.
  const integerValue = Math.round(value * powers[scale]!) + 0;
  return Math.abs(integerValue) <= limits.valueMagnitude ? integerValue : undefined;
}

export function unscaled(value: number, scale: number): number {
  return scale === 0 ? value : value / 10 ** scale;
}
