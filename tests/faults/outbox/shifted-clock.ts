/** A clock that stands in the past and goes only as it is told, until it is let go: then it is the present. */
import { type Clock, systemClock, type Timer } from '../../../appliance/runtime/clock.ts';

/** Far from 0, so that the past has room. */
const baseMs = 10 ** 10;

export class ShiftedClock implements Clock {
  #atMs: number;
  /** Real time when it was let go. */
  #freeMs: number | undefined;

  /** It begins in the middle of an interval. */
  constructor(agoMs: number, intervalMs: number) {
    const atMs = systemClock.wallMs() - agoMs;
    this.#atMs = baseMs + Math.floor(atMs / intervalMs) * intervalMs + intervalMs / 2;
  }

  pass(ms: number): void {
    this.#atMs += ms;
  }

  letGo(): void {
    this.#freeMs = systemClock.monotonicMs();
  }

  monotonicMs(): number {
    return this.#atMs + (this.#freeMs === undefined ? 0 : systemClock.monotonicMs() - this.#freeMs);
  }

  wallMs(): number {
    return this.monotonicMs() - baseMs;
  }

  every(intervalMs: number, run: () => void): Timer {
    return systemClock.every(intervalMs, run);
  }

  after(delayMs: number, run: () => void): Timer {
    return systemClock.after(delayMs, run);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }
}
