/** Gathers events for a moment, so that a burst about one thing reaches browsers as its last state. */
import type { Clock, Timer } from '../runtime/clock.ts';

/** Well below what a person sees, and below the 0.3 s from sample to browser. */
export const gatherMs = 40;

export type Coalescer<T> = { put(key: string, event: T): void; stop(): void };

export function createCoalescer<T>(clock: Clock, flush: (events: Iterable<T>) => void): Coalescer<T> {
  let pending = new Map<string, T>();
  let timer: Timer | null = null;
  const release = () => {
    timer = null;
    const events = pending;
    pending = new Map();
    flush(events.values());
  };
  return {
    put(key, event) {
      pending.set(key, event);
      timer ??= clock.after(gatherMs, release);
    },
    stop() {
      timer?.stop();
      timer = null;
      pending.clear();
    },
  };
}
