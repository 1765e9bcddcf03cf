/**
 * What this machine's own clock showed during a run: pairs by which a run that never met its box can be dated. Of a
 * stretch between two sleeps the first says where it begins, and the best how late it was: a clock that was set from
 * the network, else the latest.
 */

import { limits } from '../../appliance/protocol/limits.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';

/** `sleptMs`: how long the machine had slept since the run began. The monotonic clock stands still meanwhile. */
export type ClockPair = { runMs: number; wallMs: number; synchronised: boolean; sleptMs: number };

const everyMs = 3_600_000;
/** Less is no sleep: the wall clock was moved a little, or a cycle came late. */
const leastSleepMs = 2_000;

export type OwnClocksOptions = {
  clock: Clock;
  runMs(): number;
  synchronised(): boolean;
  /** Milliseconds since the machine booted, sleep included; undefined where nothing tells. */
  sinceBootMs(): number | undefined;
};

export class OwnClocks {
  readonly #o: OwnClocksOptions;
  #pairs: ClockPair[] = [];
  #version = 0;
  #takenMs = Number.NEGATIVE_INFINITY;
  /** Wall clock less monotonic clock at the last look: it moves when the machine slept or its clock was set. */
  #offsetMs = 0;
  /** The same of the time since the boot, when the run began. */
  readonly #bootOffsetMs: number | undefined;
  #sleptMs = 0;

  constructor(options: OwnClocksOptions) {
    this.#o = options;
    this.#bootOffsetMs = this.#bootOffset();
    this.look();
  }

  get pairs(): readonly ClockPair[] {
    return this.#pairs;
  }

  /** Grows with each new pair. */
  get version(): number {
    return this.#version;
  }

  /** Whether the machine has slept since the last look. Cheap: two clocks are compared, as long as they agree. */
  look(): boolean {
    const { clock } = this.#o;
    const nowMs = clock.monotonicMs();
    const offsetMs = clock.wallMs() - nowMs;
    const moved = Math.abs(offsetMs - this.#offsetMs) >= leastSleepMs;
    if (!moved && nowMs - this.#takenMs < everyMs) return false;
    this.#offsetMs = offsetMs;
    this.#takenMs = nowMs;
    const sleptMs = this.#sleepMs();
    const slept = sleptMs - this.#sleptMs >= leastSleepMs;
    if (slept) this.#sleptMs = sleptMs;
    this.#put();
    return slept;
  }

  #put(): void {
    const { clock, runMs, synchronised } = this.#o;
    const pair: ClockPair = {
      runMs: runMs(),
      wallMs: Math.max(0, Math.round(clock.wallMs())),
      synchronised: synchronised(),
      sleptMs: this.#sleptMs,
    };
    const [before, last] = [this.#pairs[this.#pairs.length - 2], this.#pairs[this.#pairs.length - 1]];
    // A clock that was set once tells more than one that was lost since.
    if (last?.sleptMs === pair.sleptMs && last.synchronised && !pair.synchronised) return;
    // The first pair of a stretch says where it begins; beside it only the best is kept.
    if (before?.sleptMs === pair.sleptMs) this.#pairs[this.#pairs.length - 1] = pair;
    else this.#pairs.push(pair);
    if (this.#pairs.length > limits.clockPairs) this.#pairs.shift();
    this.#version += 1;
  }

  #bootOffset(): number | undefined {
    const sinceBootMs = this.#o.sinceBootMs();
    return sinceBootMs === undefined ? undefined : sinceBootMs - this.#o.clock.monotonicMs();
  }

  #sleepMs(): number {
    const offsetMs = this.#bootOffset();
    if (offsetMs === undefined || this.#bootOffsetMs === undefined) return 0;
    return Math.max(0, Math.round(offsetMs - this.#bootOffsetMs));
  }
}
