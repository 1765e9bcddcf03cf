/** When something that costs more than a cycle should is looked at again: soon where there was something, seldom where there was nothing. */
import type { Clock } from '../../appliance/runtime/clock.ts';

/** A machine without a battery or a sensor mostly stays one. */
const NOTHING_EVERY_MS = 300_000;

export class Pace {
  readonly #clock: Clock;
  readonly #everyMs: number;
  #dueMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
  }

  get due(): boolean {
    return this.#clock.monotonicMs() >= this.#dueMs;
  }

  looked(foundAnything: boolean): void {
    const waitMs = foundAnything ? this.#everyMs : Math.max(this.#everyMs, NOTHING_EVERY_MS);
    this.#dueMs = this.#clock.monotonicMs() + waitMs;
  }
}
