/** How fast a counter grows between two values. */

/** Two values that are further apart say nothing about the time between. The longest interval is 5 min, and ticks come late. */
export const longestRateMs = 330_000;

/** Per second, in the unit of the values; NaN when unknown. */
export function rateOf(before: number, beforeMs: number, value: number, tMs: number): number {
  const elapsedMs = tMs - beforeMs;
  if (!(elapsedMs > 0 && elapsedMs <= longestRateMs)) return Number.NaN;
  return (grownBy(before, value) * 1000) / elapsedMs;
}

/** A counter that fell began anew from 0. */
export function grownBy(before: number, value: number): number {
  return value >= before ? value - before : Math.max(0, value);
}
