/**
 * When each probe is due: those of one second go one behind the other. Code that a machine has just run costs it a third of
 * what it costs out of sleep, when other programs have had its caches meanwhile.
 */
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';

/** Beats begin at whole seconds; an interval of whole seconds stays there. */
const gridMs = 1_000;
/** A new probe is looked at within this time, so that a person who made it sees something. */
const firstWithinMs = 10_000;
/** Timers may be so much too early. */
const earlyMs = 2;

export type Beat = {
  readonly intervalMs: number;
  /** By the monotonic clock: a moment of it, and when it comes next. */
  readonly beatMs: number;
  dueMs: number;
};

/** `share`: 0 to 1, where in its interval it lies. */
export function beatOf(intervalMs: number, share: number, nowMs: number): Beat {
  const firstMs = Math.min(intervalMs, firstWithinMs - gridMs);
  return {
    intervalMs,
    beatMs: onGrid(nowMs + intervalMs * share),
    dueMs: onGrid(nowMs + firstMs * share),
  };
}

function onGrid(atMs: number): number {
  return Math.ceil(atMs / gridMs) * gridMs;
}

/** One timer for all of them, however many there are. */
export class Beats<B extends Beat> {
  readonly #clock: Clock;
  readonly #due: (those: readonly B[]) => void;
  readonly #all = new Set<B>();
  #timer: Timer | undefined;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, due: (those: readonly B[]) => void) {
    this.#clock = clock;
    this.#due = due;
  }

  add(one: B): void {
    this.#all.add(one);
    if (one.dueMs < this.#timerMs) this.#arm(one.dueMs);
  }

  delete(one: B): void {
    this.#all.delete(one);
    if (this.#all.size === 0) this.#disarm();
  }

  #arm(atMs: number): void {
    this.#disarm();
    this.#timerMs = atMs;
    this.#timer = this.#clock.after(atMs - this.#clock.monotonicMs(), () => this.#beat());
  }

  #disarm(): void {
    this.#timer?.stop();
    this.#timerMs = Number.POSITIVE_INFINITY;
  }

  #beat(): void {
    const nowMs = this.#clock.monotonicMs();
    this.#timerMs = Number.POSITIVE_INFINITY;
    let nextMs = Number.POSITIVE_INFINITY;
    const due: B[] = [];
    for (const one of this.#all) {
      if (one.dueMs <= nowMs + earlyMs) {
        // The first one is out of step: the next is not before half an interval has passed.
        const beats = Math.ceil((nowMs + one.intervalMs / 2 - one.beatMs) / one.intervalMs);
        one.dueMs = one.beatMs + one.intervalMs * beats;
        due.push(one);
      }
      if (one.dueMs < nextMs) nextMs = one.dueMs;
    }
    if (this.#all.size > 0) this.#arm(nextMs);
    if (due.length > 0) this.#due(due);
  }
}
