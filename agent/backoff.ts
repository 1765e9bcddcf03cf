/** How long to wait before the next attempt: full jitter, so that a fleet does not come back as one. */
import type { Clock } from '../appliance/runtime/clock.ts';

const BASE_MS = 1_000;
const CAP_MS = 60_000;

export class Backoff {
  readonly #random: () => number;
  #failures = 0;
  #waiting: AbortController | undefined;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** A time between 0 and base × 2^n, at most the cap. What the box asked for comes on top. */
  next(askedMs = 0): number {
    const mostMs = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    return askedMs + this.#random() * mostMs;
  }

  async wait(o: { clock: Clock; signal: AbortSignal; askedMs?: number | undefined }): Promise<void> {
    const waiting = new AbortController();
    this.#waiting = waiting;
    const over = AbortSignal.any([o.signal, waiting.signal]);
    await o.clock.sleep(this.next(o.askedMs), over).catch(() => undefined); // stopped, or called
  }

  /** Something has changed: what was in vain may not be any more. */
  hurry(): void {
    this.reset();
    this.#waiting?.abort();
  }

  reset(): void {
    this.#failures = 0;
  }
}
