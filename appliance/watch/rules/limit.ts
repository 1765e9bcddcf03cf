/** A value beyond a limit for some time, and back again: what several kinds of rules have in common. */
import { gapMs, type Input, type Judged, nothingSeen } from './rule.ts';

export type Limit = {
  side: 'above' | 'below';
  limit: number;
  /** How far back behind the limit it has to go to be good again. */
  hysteresis: number;
  forMs: number;
  clearMs: number;
};

export type LimitState = {
  readonly isBad: boolean;
  /** Since when it is beyond the limit, but for moments within the hysteresis; and when it was last. */
  readonly sinceMs: number | null;
  readonly beyondMs: number | null;
  readonly clearSinceMs: number | null;
  readonly lastMs: number | null;
  readonly last: number | null;
};

export function limitBegin(wasBad: boolean): LimitState {
  return { isBad: wasBad, sinceMs: null, beyondMs: null, clearSinceMs: null, lastMs: null, last: null };
}

/** The last value may be a gap old, and the one before it by which it has been so for long enough another gap. */
export function limitLookbackMs({ forMs, clearMs }: Pick<Limit, 'forMs' | 'clearMs'>): number {
  return forMs + clearMs + 2 * gapMs;
}

export function limitStep(
  before: LimitState,
  value: number | undefined,
  { atMs, presence }: Input,
  o: Limit,
): Judged<LimitState> {
  if (presence.state !== 'up') {
    const state = { ...before, sinceMs: before.isBad ? before.sinceMs : null, clearSinceMs: null };
    return { state, verdict: 'unknown', evidence: nothingSeen };
  }
  const state = value === undefined ? before : taken(before, value, atMs, o);
  const { lastMs } = state;
  // What was measured before it came back says nothing about now.
  if (lastMs === null || lastMs < presence.sinceMs || atMs - lastMs > gapMs)
    return { state, verdict: 'unknown', evidence: nothingSeen };
  if (!state.isBad) return { state, verdict: 'good', evidence: nothingSeen };
  const forMs = atMs - (state.sinceMs ?? atMs);
  return { state, verdict: 'bad', evidence: { value: state.last, limit: o.limit, side: o.side, forMs } };
}

function taken(before: LimitState, value: number, atMs: number, o: Limit): LimitState {
  const sign = o.side === 'above' ? 1 : -1;
  const isBeyond = sign * (value - o.limit) >= 0;
  const isClear = sign * (value - o.limit) < -o.hysteresis;
  const beyondMs = isBeyond ? atMs : before.beyondMs;
  const seen = { lastMs: atMs, last: value, beyondMs };
  const isNew = before.lastMs === null || atMs - before.lastMs > gapMs;
  if (before.isBad) {
    if (!isClear) return { ...before, ...seen, sinceMs: before.sinceMs ?? atMs, clearSinceMs: null };
    const clearSinceMs = (isNew ? null : before.clearSinceMs) ?? atMs;
    if (atMs - clearSinceMs < o.clearMs) return { ...before, ...seen, clearSinceMs };
    return { isBad: false, sinceMs: null, clearSinceMs: null, ...seen };
  }
  // A moment behind the limit changes nothing, a minute does.
  const isBack = isClear || atMs - (beyondMs ?? atMs) > o.clearMs;
  const carried = isBack || isNew ? null : before.sinceMs;
  const sinceMs = isBeyond ? (carried ?? atMs) : carried;
  const isBad = isBeyond && sinceMs !== null && atMs - sinceMs >= o.forMs;
  return { isBad, sinceMs, clearSinceMs: null, ...seen };
}
