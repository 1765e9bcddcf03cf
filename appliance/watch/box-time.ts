/** The box's time as the store judges it, and the axis on which rules count: monotonic, whatever the clock does. */
import type { Clock } from '../runtime/clock.ts';
import type { ClockState } from '../store/client/client.ts';
import type { Moment } from './incidents/holds.ts';

export class BoxTime {
  readonly #clock: Clock;
  #state: ClockState | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  follow(state: ClockState): void {
    this.#state = state;
  }

  get isKnown(): boolean {
    return this.#state !== null;
  }

  get trusted(): boolean {
    return this.#state?.trusted ?? false;
  }

  atMs(): number {
    return this.#clock.monotonicMs();
  }

  wallMs(): number {
    const wallMs =
      this.#state === null ? this.#clock.wallMs() : this.#clock.monotonicMs() + this.#state.anchorMs;
    return Math.round(wallMs);
  }

  now(): Moment {
    return { wallMs: this.wallMs(), trusted: this.trusted };
  }

  /** Where a date of the box lies on the axis; what seems to be of the future is of now. */
  atOf(wallMs: number): number {
    const anchorMs = this.#state?.anchorMs ?? this.#clock.wallMs() - this.atMs();
    return Math.min(this.atMs(), wallMs - anchorMs);
  }
}
