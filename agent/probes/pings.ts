/** Pings of all probes: by few programs that stay, one for each pace, and by a program for each look where that is not worth it. */
import { isIP } from 'node:net';
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import { Fping } from './fping.ts';
import { Fault, type Trial } from './probe.ts';

/** Of an address that is looked at more seldom than this, one echo at each look is enough. */
const longestIntervalMs = 60_000;
/** Twice between two looks, so that none finds nothing; far below the ten packets a second that a target has to bear. */
const periodsMs = [10_000, 5_000, 2_500] as const;
/** Somebody may install it. */
const lookAgainMs = 600_000;

export function pingPeriodMs(intervalMs: number): number {
  return periodsMs.find((period) => period * 2 <= intervalMs) ?? periodsMs[2];
}

export class Pings {
  readonly #o: { clock: Clock; log: Log; program: string; once: Trial['ping'] };
  readonly #fpings = new Map<number, Fping>();
  /** It is not here, or may not ping: until then `ping` does. */
  #missingUntilMs = Number.NEGATIVE_INFINITY;

  constructor(o: { clock: Clock; log: Log; program?: string; once: Trial['ping'] }) {
    this.#o = { program: 'fping', ...o };
  }

  readonly ping: Trial['ping'] = async (address, past, timeoutMs, signal) => {
    const { clock, once } = this.#o;
    if (isIP(address) === 0) throw new Fault('INTERNAL', `${address} is no address`);
    const { intervalMs } = past;
    // Woken are also those that wait when it turns out that it may not ping.
    while (intervalMs <= longestIntervalMs && clock.monotonicMs() >= this.#missingUntilMs) {
      const { fresh, last, news } = this.#fpingOf(intervalMs).take(address, past, intervalMs * 2);
      if (fresh.length > 0) return fresh;
      if (last !== undefined)
        // Somebody looks out of step, or was late and is not now: nobody waits for the next echo.
        return once(address, past, timeoutMs, signal).catch((error: unknown) => {
          if (error instanceof Fault && error.code === 'NO_MEANS') return [last.echo];
          throw error;
        });
      await Promise.race([news, ended(signal)]);
      // Woken at its end: nothing begins any more.
      if (signal.aborted) throw new Fault('TIMEOUT', 'stopped while waiting for an echo');
    }
    return once(address, past, timeoutMs, signal);
  };

  /** Nothing is pinged any more, until somebody looks again. */
  stop(): void {
    for (const one of this.#fpings.values()) one.stop();
    this.#fpings.clear();
  }

  #fpingOf(intervalMs: number): Fping {
    const periodMs = pingPeriodMs(intervalMs);
    const known = this.#fpings.get(periodMs);
    if (known !== undefined) return known;
    const { clock, program } = this.#o;
    const made = new Fping({ clock, program, periodMs, lost: (why) => this.#lost(why) });
    this.#fpings.set(periodMs, made);
    return made;
  }

  #lost(why: string): void {
    const { clock, log } = this.#o;
    this.#missingUntilMs = clock.monotonicMs() + lookAgainMs;
    log.info('each ping is a program of its own for ten minutes', { why });
    this.stop();
  }
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Fault('TIMEOUT', 'stopped while waiting for an echo'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
