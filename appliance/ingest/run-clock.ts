/**
 * When a run's millisecond 0 was, in the box's wall time. A message arrives after it was sent, so arrival minus run time
 * is too late by the delay: the smallest of many is the best. The answer stays put unless something better is known,
 * because the dates of stored samples hang on it.
 */
import type { Tick } from '../protocol/ticks.ts';
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
const futureMs = 60_000;

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

/** What a machine's own clock showed in a run, and how long it had slept by then. */
export type OwnPair = { runMs: number; wallMs: number; synchronised: boolean; sleptMs: number };

export class RunClock {
  readonly run: string;
  /** False for an earlier run whose hello we never saw: its dates are a guess. */
  readonly known: boolean;
  readonly #time: BoxTime;
  /** In the box's monotonic time. */
  #zeroMs: number;
  #bestMs = Number.POSITIVE_INFINITY;
  #windowEndMs: number;
  /** The run's time when the zero was found: it holds for that stretch between two sleeps. */
  #zeroRunMs: number;
  #pairs: readonly OwnPair[] = [];
  /** What the machine's own clock says of a run whose hello we never saw, in wall time; null without its pairs. */
  #own: { zeroMs: number; synchronised: boolean } | null = null;

  constructor(o: { run: string; known: boolean; runMs: number; time: BoxTime }) {
    this.run = o.run;
    this.known = o.known;
    this.#time = o.time;
    this.#zeroMs = o.time.monotonicMs() - o.runMs;
    this.#zeroRunMs = o.runMs;
    this.#windowEndMs = o.time.monotonicMs() + windowMs;
  }

  /** A hello of the same run again: its run time is of this moment, so a large difference is a machine that slept. */
  greeted(runMs: number): void {
    const candidateMs = this.#time.monotonicMs() - runMs;
    if (candidateMs < this.#zeroMs - worthMovingMs || candidateMs > this.#zeroMs + driftMs)
      this.#zeroMs = candidateMs;
    this.#zeroRunMs = runMs;
  }

  /** Its own clock, corrected if it was not set from the network but is known to be ahead of the box's by so much now. */
  paired(pairs: readonly OwnPair[], aheadMs: number): void {
    this.#pairs = pairs;
    const best = pairs.findLast(({ synchronised }) => synchronised) ?? pairs.at(-1);
    if (best === undefined || this.known) return;
    const { runMs, wallMs, sleptMs, synchronised } = best;
    const zeroMs = wallMs - runMs - sleptMs - (synchronised ? 0 : aheadMs);
    const newestMs = zeroMs + Math.max(...pairs.map((pair) => pair.runMs + pair.sleptMs));
    // A run cannot have been in the future: then its clock was not right, whatever it said.
    const possible = !this.#time.trusted() || newestMs <= this.#time.wallMs() + futureMs;
    this.#own = possible ? { zeroMs, synchronised } : null;
  }

  /** Ticks in their order, cut where the machine slept. */
  stretches(ticks: Tick[]): Tick[][] {
    if (this.#pairs.length === 0) return [ticks];
    const pieces: Tick[][] = [];
    let sleptMs = -1;
    for (const tick of ticks) {
      const nowMs = this.#sleptMs(tick.runMs);
      if (nowMs === sleptMs) pieces.at(-1)!.push(tick);
      else pieces.push([tick]);
      sleptMs = nowMs;
    }
    return pieces;
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

  /** For ticks of that moment of the run. */
  wallAtZeroMs(runMs = this.#zeroRunMs): number {
    if (this.#own !== null) return Math.round(this.#own.zeroMs + this.#sleptMs(runMs));
    const sleptMs = this.#sleptMs(runMs) - this.#sleptMs(this.#zeroRunMs);
    return Math.round(this.#zeroMs + this.#time.offsetMs() + sleptMs);
  }

  trusted(): boolean {
    if (this.#own !== null) return this.#own.synchronised;
    return this.known && this.#time.trusted();
  }

  /** What came before the first pair belongs to the first. */
  #sleptMs(runMs: number): number {
    return (this.#pairs.findLast((pair) => pair.runMs <= runMs) ?? this.#pairs[0])?.sleptMs ?? 0;
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

  /** What its own clock showed in a run, this one or an earlier one. */
  paired(machine: number, run: string, pairs: readonly OwnPair[], aheadMs: number): void {
    const newestMs = pairs.reduce((most, { runMs }) => Math.max(most, runMs), 0);
    this.earlier(machine, run, newestMs).paired(pairs, aheadMs);
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
    const runs = [clock, ...(this.#byMachine.get(machine) ?? []).filter((one) => one.run !== clock.run)];
    // A guess can be made again, and whoever replays a run tells its clock before.
    const least = runs.findLast((one) => one !== clock && !one.known) ?? runs.at(-1);
    this.#byMachine.set(machine, runs.length > runsKept ? runs.filter((one) => one !== least) : runs);
    return clock;
  }
}
