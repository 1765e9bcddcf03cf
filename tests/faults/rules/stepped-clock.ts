/** The time of a random history. */
import type { Clock, Timer } from '../../../appliance/runtime/clock.ts';

export const startMs = Date.UTC(2026, 2, 2, 8);

/** Moves when it is told to; whoever sleeps wakes at the next step. */
export class SteppedClock implements Clock {
  nowMs = 0;
  #sleepers: (() => void)[] = [];
  wallMs = () => startMs + this.nowMs;
  monotonicMs = () => this.nowMs;
  every = (): Timer => ({ stop: () => undefined });
  after = (): Timer => ({ stop: () => undefined });
  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  wake(): void {
    for (const wake of this.#sleepers.splice(0)) wake();
  }
}
