/** The wait after a try, per source: 1, 2, 4 … 60 s, forgotten after a quarter of an hour of silence. */
import type { Clock } from '../runtime/clock.ts';
import { Refusal } from './refusal.ts';

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;
const forgetMs = 15 * 60_000;
const hourMs = 3_600_000;

export type Delays = {
  /** Throws TOO_MANY while the source has to wait. */
  check(source: string): void;
  /** Counts a try, before its outcome is known. */
  count(source: string): void;
  clear(source: string): void;
};

/** `perHour`: all sources together, for what a network of invented addresses could otherwise try for days. */
export function createDelays(
  clock: Clock,
  o: { perHour: number } = { perHour: Number.POSITIVE_INFINITY },
): Delays {
  const delays = new Map<string, { failures: number; nextMs: number }>();
  let hour = { sinceMs: clock.monotonicMs(), count: 0 };
  return {
    check(source) {
      const nowMs = clock.monotonicMs();
      for (const [one, { nextMs }] of delays) if (nowMs - nextMs > forgetMs) delays.delete(one);
      if (nowMs - hour.sinceMs >= hourMs) hour = { sinceMs: nowMs, count: 0 };
      if (hour.count >= o.perHour) refuseFor(hourMs - (nowMs - hour.sinceMs));
      const delay = delays.get(source);
      if (delay && nowMs < delay.nextMs) refuseFor(delay.nextMs - nowMs);
    },
    count(source) {
      hour.count++;
      const failures = delays.get(source)?.failures ?? 0;
      const waitMs = Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
      delays.set(source, { failures: failures + 1, nextMs: clock.monotonicMs() + waitMs });
    },
    clear: (source) => void delays.delete(source),
  };
}

export function refuseFor(waitMs: number): never {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  throw new Refusal('TOO_MANY', 'waitToTry', { values: { seconds }, retryAfterS: seconds });
}
