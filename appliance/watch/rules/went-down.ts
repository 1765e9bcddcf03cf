/** Something that was seen running and does not run any more: interfaces, services. */
import { gapMs, type Input, type Judged, nothingSeen } from './rule.ts';

export type DownState = {
  readonly isBad: boolean;
  /** What never ran is a socket without a cable, or a service that nobody wants. */
  readonly ran: boolean;
  readonly downSinceMs: number | null;
  readonly lastMs: number | null;
};

export function downBegin(wasBad: boolean): DownState {
  return { isBad: wasBad, ran: wasBad, downSinceMs: null, lastMs: null };
}

export function downStep(
  before: DownState,
  { atMs, presence, value }: Input,
  forMs: number,
): Judged<DownState> {
  if (presence.state !== 'up') return { state: before, verdict: 'unknown', evidence: nothingSeen };
  const state = value === undefined ? before : taken(before, value, atMs, forMs);
  const { lastMs, isBad, downSinceMs } = state;
  if (lastMs === null || lastMs < presence.sinceMs || atMs - lastMs > gapMs)
    return { state, verdict: 'unknown', evidence: nothingSeen };
  if (!isBad) return { state, verdict: 'good', evidence: nothingSeen };
  return { state, verdict: 'bad', evidence: { forMs: atMs - (downSinceMs ?? atMs) } };
}

function taken(before: DownState, value: number, atMs: number, forMs: number): DownState {
  // The mean of a minute in which it went is between the two.
  const runs = value >= 0.5;
  const ran = before.ran || runs;
  const downSinceMs = runs || !ran ? null : (before.downSinceMs ?? atMs);
  const isBad = !runs && (before.isBad || (downSinceMs !== null && atMs - downSinceMs >= forMs));
  return { isBad, ran, downSinceMs, lastMs: atMs };
}
