/** A clock that stands still until a test moves it. */
import { type Clock, sleepOn, type Timer } from '../../appliance/runtime/clock.ts';

type Pending = { dueMs: number; order: number; everyMs: number | undefined; run: () => void };

export class FakeClock implements Clock {
  #monotonicMs = 0;
  #wallMs: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(wallMs: number = Date.UTC(2026, 0, 15, 12)) {
    this.#wallMs = wallMs;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** How many timers are armed: zero after everything was stopped. */
  get timers(): number {
    return this.#pending.size;
  }

  every(intervalMs: number, run: () => void): Timer {
    return this.#add(intervalMs, intervalMs, run);
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#add(Math.max(0, delayMs), undefined, run);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleepOn((delayMs, run) => this.after(delayMs, run), ms, signal);
  }

  /** Lets time pass: due timers run in order, and what they cause gets a turn of the event loop before the next. */
  async advance(ms: number): Promise<void> {
    await turn();
    const untilMs = this.#monotonicMs + ms;
    for (let next = this.#earliest(untilMs); next; next = this.#earliest(untilMs)) {
      this.#moveTo(Math.max(next.dueMs, this.#monotonicMs));
      if (next.everyMs === undefined) this.#pending.delete(next);
      else next.dueMs += next.everyMs;
      next.run();
      await turn();
    }
    this.#moveTo(untilMs);
    await turn();
  }

  /** Somebody sets the wall clock; elapsed time does not notice. */
  jumpWall(ms: number): void {
    this.#wallMs += ms;
  }

  #add(delayMs: number, everyMs: number | undefined, run: () => void): Timer {
    if (everyMs !== undefined && !(everyMs > 0)) throw new RangeError(`interval of ${everyMs} ms`);
    const pending: Pending = { dueMs: this.#monotonicMs + delayMs, order: this.#order++, everyMs, run };
    this.#pending.add(pending);
    return { stop: () => void this.#pending.delete(pending) };
  }

  #earliest(untilMs: number): Pending | undefined {
    let best: Pending | undefined;
    for (const one of this.#pending) {
      if (one.dueMs > untilMs) continue;
      if (!best || one.dueMs < best.dueMs || (one.dueMs === best.dueMs && one.order < best.order)) best = one;
    }
    return best;
  }

  #moveTo(ms: number): void {
    this.#wallMs += ms - this.#monotonicMs;
    this.#monotonicMs = ms;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
