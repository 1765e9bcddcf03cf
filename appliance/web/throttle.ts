/** Slows guessing: a delay that doubles per source, and a total for all sources that never sign in. */
import type { Clock } from '../runtime/clock.ts';
import { Refusal } from './refusal.ts';

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;
const forgetMs = 15 * 60_000;
const totalPerMinute = 20;
const knownSources = 64;

type Record = { failures: number; nextMs: number };

export type Throttle = {
  /** Counts a try before its outcome is known, so that parallel tries gain nothing; throws TOO_MANY. */
  enter(source: string): void;
  /** The try was right: the source starts afresh and is known from now on. */
  succeeded(source: string): void;
  /** Sources of living sessions: a flood from elsewhere must not lock them out. */
  know(source: string): void;
};

export function createThrottle(clock: Clock): Throttle {
  const records = new Map<string, Record>();
  const known = new Set<string>();
  let strangersTries: number[] = [];

  function forgetQuiet(nowMs: number): void {
    for (const [source, record] of records) if (nowMs - record.nextMs > forgetMs) records.delete(source);
    strangersTries = strangersTries.filter((atMs) => nowMs - atMs < 60_000);
  }

  function know(source: string): void {
    known.delete(source);
    known.add(source);
    if (known.size > knownSources) known.delete(known.values().next().value ?? source);
  }

  return {
    enter(source) {
      const nowMs = clock.monotonicMs();
      forgetQuiet(nowMs);
      const record = records.get(source) ?? { failures: 0, nextMs: 0 };
      if (record.failures > 0 && nowMs < record.nextMs) refuse(record.nextMs - nowMs);
      if (!known.has(source)) {
        if (strangersTries.length >= totalPerMinute) refuse(60_000 - (nowMs - strangersTries[0]!));
        strangersTries.push(nowMs);
      }
      record.nextMs = nowMs + Math.min(longestDelayMs, firstDelayMs * 2 ** record.failures);
      record.failures++;
      records.set(source, record);
    },
    succeeded(source) {
      records.delete(source);
      know(source);
    },
    know,
  };
}

function refuse(waitMs: number): never {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  throw new Refusal('TOO_MANY', 'waitToTry', { values: { seconds }, retryAfterS: seconds });
}
