/**
 * Slows guessing without locking out who is in the right: a delay that doubles per source, a total for strangers, a few
 * tries that no flood can take from a source that is seen for the first time, and none of it for known sources.
 */
import type { Clock } from '../runtime/clock.ts';
import { networkOf } from '../runtime/network-of.ts';
import { createDelays, refuseFor } from './delays.ts';

const hourMs = 3_600_000;
/** Strangers together: ten shared ones a minute, and at most as many own ones over an hour, twenty a minute in all. */
const sharedPerMinute = 10;
const ownPerHour = 600;
const ownPerGroup = 2;
const mostGroups = 2_048;
const knownSources = 256;

export type Throttle = {
  /**
   * Counts a try before its outcome is known, so that parallel tries gain nothing; throws TOO_MANY. `browser` names a
   * browser that this person has signed in with before: it then counts alone, whatever its address does.
   */
  enter(source: string, browser?: string | null): void;
  /** The try was right: the source starts afresh and is known from now on. */
  succeeded(source: string, browser?: string | null): void;
  /** Sources of living sessions: a flood from elsewhere must not lock them out. */
  know(source: string): void;
  knows(source: string): boolean;
};

export function createThrottle(clock: Clock): Throttle {
  const delays = createDelays(clock);
  const known = new Set<string>();
  const own = new Map<string, { count: number; sinceMs: number }>();
  let sharedTries: number[] = [];
  let ownTries: number[] = [];

  function forget(nowMs: number): void {
    for (const [group, { sinceMs }] of own) if (nowMs - sinceMs >= hourMs) own.delete(group);
    sharedTries = sharedTries.filter((atMs) => nowMs - atMs < 60_000);
    ownTries = ownTries.filter((atMs) => nowMs - atMs < hourMs);
  }

  function know(source: string): void {
    known.delete(source);
    known.add(source);
    if (known.size > knownSources) known.delete(known.values().next().value ?? source);
  }

  /** One of the tries that a newcomer has for itself: who takes ever new addresses of its network has no more of them. */
  function takesOwn(source: string, nowMs: number): boolean {
    const group = networkOf(source);
    const used = own.get(group) ?? { count: 0, sinceMs: nowMs };
    const full = own.size >= mostGroups && !own.has(group);
    if (used.count >= ownPerGroup || ownTries.length >= ownPerHour || full) return false;
    own.set(group, { ...used, count: used.count + 1 });
    ownTries.push(nowMs);
    return true;
  }

  function takeShared(nowMs: number): void {
    if (sharedTries.length >= sharedPerMinute) refuseFor(60_000 - (nowMs - sharedTries[0]!));
    sharedTries.push(nowMs);
  }

  const keyOf = (source: string, browser: string | null): string =>
    browser === null ? source : `browser ${browser}`;

  return {
    enter(source, browser = null) {
      const nowMs = clock.monotonicMs();
      forget(nowMs);
      const key = keyOf(source, browser);
      delays.check(key);
      if (browser === null && !known.has(source) && !takesOwn(source, nowMs)) takeShared(nowMs);
      delays.count(key);
    },
    succeeded(source, browser = null) {
      delays.clear(keyOf(source, browser));
      know(source);
    },
    know,
    knows: (source) => known.has(source),
  };
}
