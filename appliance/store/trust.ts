/** Whether the wall clock is believed. */
import type { Clock } from '../runtime/clock.ts';
import { type ClockTrust, clockTrusted } from '../runtime/clock-trust.ts';

/** Asked for on each append, looked up once a second. */
export function trustedBy(clock: Clock, mode: ClockTrust): () => boolean {
  let known = clockTrusted(mode);
  let untilMs = clock.monotonicMs() + 1000;
  return () => {
    if (clock.monotonicMs() >= untilMs) {
      known = clockTrusted(mode);
      untilMs = clock.monotonicMs() + 1000;
    }
    return known;
  };
}
