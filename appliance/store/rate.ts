/** How fast a counter grows between two values. */

/** Two values that are further apart say nothing about the time between. */
const longestRateMs = 300_000;

/** Per second, in the unit of the values; NaN when unknown. A counter that fell began anew from 0. */
export function rateOf(before: number, beforeMs: number, value: number, tMs: number): number {
  const elapsedMs = tMs - beforeMs;
  if (!(elapsedMs > 0 && elapsedMs <= longestRateMs)) return Number.NaN;
  const grown = value >= before ? value - before : Math.max(0, value);
  return (grown * 1000) / elapsedMs;
}
