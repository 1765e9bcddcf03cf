/** What the clocks of admitted, synchronised machines say together. An anchor is the date of the box's monotonic 0. */
import { nearMs } from './state.ts';

/** A machine says anew within a minute what its clock shows; who has not for so long is not counted. */
const voteValidMs = 30 * 60_000;
/** So many must agree within a minute, and be more than half of all that say something. */
const quorum = 3;

export class ClockVotes {
  readonly #votes = new Map<number, { anchorMs: number; atMs: number }>();

  /** `null`: this machine no longer knows the time. One machine has one vote. */
  cast(machine: number, anchorMs: number | null, monotonicMs: number): void {
    if (anchorMs === null) this.#votes.delete(machine);
    else this.#votes.set(machine, { anchorMs, atMs: monotonicMs });
  }

  forget(monotonicMs: number): void {
    for (const [machine, { atMs }] of this.#votes)
      if (monotonicMs - atMs > voteValidMs) this.#votes.delete(machine);
  }

  /** How many agree with this one. */
  near(anchorMs: number): number {
    let count = 0;
    for (const vote of this.#votes.values()) if (Math.abs(vote.anchorMs - anchorMs) <= nearMs) count++;
    return count;
  }

  /** What the majority says, or null: the middle one of the largest group within a minute. */
  majority(): number | null {
    const anchors = [...this.#votes.values()].map(({ anchorMs }) => anchorMs).sort((a, b) => a - b);
    let best = { first: 0, count: 0 };
    for (let first = 0, end = 0; first < anchors.length; first++) {
      while (end < anchors.length && anchors[end]! - anchors[first]! <= nearMs) end++;
      if (end - first > best.count) best = { first, count: end - first };
    }
    if (best.count < quorum || best.count * 2 <= anchors.length) return null;
    return anchors[best.first + (best.count >> 1)]!;
  }
}
