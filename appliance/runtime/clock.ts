/** Time as it is passed to every part: wall clock for stamps, monotonic for elapsed, timers that can be stopped. */
import { Failure } from './errors.ts';

export type Timer = { stop(): void };

export interface Clock {
  /** Milliseconds since 1970. May jump; only for stamps that people read. */
  wallMs(): number;
  /** Milliseconds since some moment. Never goes back; for everything that is measured or awaited. */
  monotonicMs(): number;
  every(intervalMs: number, run: () => void): Timer;
  after(delayMs: number, run: () => void): Timer;
  /** Rejects with CLOSED when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout fires at once beyond this, instead of late. */
const longestDelayMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  // performance.now() is the same clock, but the first use of `performance` loads 0.7 MB of measuring instruments.
  monotonicMs() {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  },
  every(intervalMs, run) {
    if (!(intervalMs > 0 && intervalMs <= longestDelayMs))
      throw new RangeError(`interval of ${intervalMs} ms`);
    const handle = setInterval(run, intervalMs);
    return { stop: () => clearInterval(handle) };
  },
  after,
  sleep: (ms, signal) => sleepOn(after, ms, signal),
};

function after(delayMs: number, run: () => void): Timer {
  let restMs = Math.max(0, delayMs);
  let handle: NodeJS.Timeout;
  const arm = () => {
    const stepMs = Math.min(restMs, longestDelayMs);
    restMs -= stepMs;
    handle = setTimeout(restMs > 0 ? arm : run, stepMs);
  };
  arm();
  return { stop: () => clearTimeout(handle) };
}

/** The sleep of any clock, made from its `after`. */
export function sleepOn(afterMs: Clock['after'], ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      timer.stop();
      reject(new Failure('CLOSED', 'stopped while waiting', { cause: signal?.reason }));
    };
    const timer = afterMs(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}
