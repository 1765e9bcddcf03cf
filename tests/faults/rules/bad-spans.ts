/** When a value was beyond its limit for long enough: for each sample, by looking back over all that came before it. */
import { type Limited, settings } from './script.ts';

export type Sample = { at: number; tMs: number; value: number };

/** Longer without a value is no time at all. */
export const gapMs = 360_000;

export /** For each sample whether the rule is bad then: found by looking back over all that came before it. */
function badSpans(
  all: readonly Sample[],
  rule: Limited,
  leaves: readonly number[],
): Map<number, { isBad: boolean }> {
  const { limit, hysteresis, forMs, clearMs } = settings[rule];
  const isBeyond = ({ value }: Sample) => value - limit >= 0;
  const isClear = ({ value }: Sample) => value - limit < -hysteresis;
  const isBroken = (before: { at: number; tMs: number }, after: { at: number; tMs: number }) =>
    after.tMs - before.tMs > gapMs || leaves.some((at) => at > before.at && at < after.at);
  const verdicts = new Map<number, { isBad: boolean }>();
  /** The sample at which it became as it is now; everything before it is over. */
  let from = 0;
  let isBad = false;
  for (const [index, one] of all.entries()) {
    const since = all.slice(from, index + 1);
    if (!isBad) {
      // The longest stretch up to now without a clear sample, a gap, or a moment away.
      let first = since.length;
      for (let back = since.length - 1; back >= 0; back--) {
        const sample = since[back]!;
        if (isClear(sample)) break;
        const next = since[back + 1];
        if (next !== undefined && isBroken(sample, next)) break;
        // Behind the limit for longer than a moment.
        const latest = all.slice(0, from + back + 1).findLast(isBeyond);
        if (!isBeyond(sample) && (latest === undefined || sample.tMs - latest.tMs > clearMs)) break;
        first = back;
      }
      const began = since.slice(first).find(isBeyond);
      if (began !== undefined && isBeyond(one) && one.tMs - began.tMs >= forMs) {
        isBad = true;
        from = index + 1;
      }
    } else {
      let clear = since.length;
      while (clear > 0 && isClear(since[clear - 1]!)) {
        if (clear < since.length && isBroken(since[clear - 1]!, since[clear]!)) break;
        clear--;
      }
      const first = since[clear];
      if (first !== undefined && one.tMs - first.tMs >= clearMs) {
        isBad = false;
        from = index + 1;
      }
    }
    verdicts.set(one.at, { isBad });
  }
  return verdicts;
}
