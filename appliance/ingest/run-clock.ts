/**
 * When a run's millisecond 0 was, in the box's wall time. A message arrives after it was sent, so arrival minus run time
 * is too late by the delay: the smallest of many is the best. The answer stays put unless something better is known,
 * because the dates of stored samples hang on it.
 */
import type { Clock } from '../runtime/clock.ts';
import type { ClockState } from '../store/client/types.ts';

/** A later message must be better by this much to move the zero. */
const worthMovingMs = 50;
/** The two clocks run at slightly different speeds; after a window the zero may also move forward. */
const windowMs = 3_600_000;
const driftMs = 1_000;
/** More than this in one window is no drift but a machine that sends old ticks. */
const implausibleDriftMs = 10_000;
const stepMs = 1_000;
const runsKept = 4;

/** What the store has judged of the box's clock, or null while it has not been heard. */
export type Verdict = () => Pick<ClockState, 'trusted' | 'anchorMs'> | null;

/** The box's time as an offset to its monotonic time. The store says it; while untrusted it does not move at all. */
export class BoxTime {
  readonly #clock: Clock;
  readonly #verdict: Verdict;
  #offsetMs: number;

  constructor(clock: Clock, verdict: Verdict) {
    this.#clock = clock;
    this.#verdict = verdict;
    this.#offsetMs = clock.wallMs() - clock.monotonicMs();
  }

  /** What it was last stays unless it is really another: the dates of stored samples hang on it. */
  offsetMs(): number {
    const verdict = this.#verdict();
    const presentMs = verdict?.anchorMs ?? this.#clock.wallMs() - this.#clock.monotonicMs();
    const isExact = verdict !== null && !verdict.trusted;
    if (isExact || Math.abs(presentMs - this.#offsetMs) > stepMs) this.#offsetMs = presentMs;
    return this.#offsetMs;
  }

  /** What untrusted dates are made with: by it they are corrected later. Undefined when they need no correction. */
  anchorMs(): number | undefined {
    const verdict = this.#verdict();
    return verdict === null || verdict.trusted ? undefined : verdict.anchorMs;
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  wallMs(): number {
    return Math.max(0, Math.round(this.#clock.monotonicMs() + this.offsetMs()));
  }

  trusted(): boolean {
    return this.#verdict()?.trusted ?? false;
  }
}

export class RunClock {
  readonly run: string;
  /** False for an earlier run whose hello we never saw: its dates are a guess. */
  readonly known: boolean;
  readonly #time: BoxTime;
  /** In the box's monotonic time. */
  #zeroMs: number;
  #bestMs = Number.POSITIVE_INFINITY;
  #windowEndMs: number;

  constructor(o: { run: string; known: boolean; runMs: number; time: BoxTime }) {
    this.run = o.run;
    this.known = o.known;
    this.#time = o.time;
    this.#zeroMs = o.time.monotonicMs() - o.runMs;
    this.#windowEndMs = o.time.monotonicMs() + windowMs;
  }

  /** A hello of the same run again: its run time is of this moment, so a large difference is a machine that slept. */
  greeted(runMs: number): void {
    const candidateMs = this.#time.monotonicMs() - runMs;
    if (candidateMs < this.#zeroMs - worthMovingMs || candidateMs > this.#zeroMs + driftMs)
      this.#zeroMs = candidateMs;
  }

  /** Nothing was measured after it arrived: whatever a machine says of its run, no tick has a date in the future. */
  notInFuture(runMs: number): void {
    const candidateMs = this.#time.monotonicMs() - runMs;
    if (candidateMs < this.#zeroMs - worthMovingMs) this.#zeroMs = candidateMs;
  }

  /** The newest tick of a message. */
  observed(runMs: number): void {
    const nowMs = this.#time.monotonicMs();
    const candidateMs = nowMs - runMs;
    this.notInFuture(runMs);
    this.#bestMs = Math.min(this.#bestMs, candidateMs);
    if (nowMs < this.#windowEndMs) return;
    const laterMs = this.#bestMs - this.#zeroMs;
    if (laterMs > driftMs && laterMs < implausibleDriftMs) this.#zeroMs = this.#bestMs;
    this.#bestMs = Number.POSITIVE_INFINITY;
    this.#windowEndMs = nowMs + windowMs;
  }

  wallAtZeroMs(): number {
    return Math.round(this.#zeroMs + this.#time.offsetMs());
  }

  trusted(): boolean {
    return this.known && this.#time.trusted();
  }

  /** A guess stays a guess when the clock of the box is corrected. */
  anchorMs(): number | undefined {
    return this.known ? this.#time.anchorMs() : undefined;
  }

  /** The pair for an ack. */
  pair(): { runMs: number; wallMs: number; trusted: boolean } {
    const runMs = Math.max(0, Math.round(this.#time.monotonicMs() - this.#zeroMs));
    return { runMs, wallMs: this.#time.wallMs(), trusted: this.#time.trusted() };
  }
}

/** The runs of all machines, a few of each. */
export class RunClocks {
  readonly #time: BoxTime;
  readonly #byMachine = new Map<number, RunClock[]>();

  constructor(time: BoxTime) {
    this.#time = time;
  }

  greeted(machine: number, run: string, runMs: number): RunClock {
    const found = this.#find(machine, run);
    if (found?.known) {
      found.greeted(runMs);
      return found;
    }
    return this.#add(machine, new RunClock({ run, known: true, runMs, time: this.#time }));
  }

  /** An earlier run; without its hello its newest tick is taken to be of now. */
  earlier(machine: number, run: string, newestRunMs: number): RunClock {
    return (
      this.#find(machine, run) ??
      this.#add(machine, new RunClock({ run, known: false, runMs: newestRunMs, time: this.#time }))
    );
  }

  forget(machine: number): void {
    this.#byMachine.delete(machine);
  }

  #find(machine: number, run: string): RunClock | undefined {
    return this.#byMachine.get(machine)?.find((one) => one.run === run);
  }

  #add(machine: number, clock: RunClock): RunClock {
    const others = (this.#byMachine.get(machine) ?? []).filter((one) => one.run !== clock.run);
    this.#byMachine.set(machine, [clock, ...others].slice(0, runsKept));
    return clock;
  }
}
