/** After a goodbye that is not ours to take back the box is left alone: else we would be back before the lid is shut. */
import type { Clock } from '../appliance/runtime/clock.ts';

export type Farewell = 'shutdown' | 'restart' | 'sleep';

/** Whoever still runs by then was not put to sleep. */
const QUIET_MS = 60_000;

export class Quiet {
  readonly #clock: Clock;
  #until: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(): void {
    this.end();
    this.#until = new AbortController();
  }

  end(): void {
    this.#until?.abort();
    this.#until = undefined;
  }

  get kept(): boolean {
    return this.#until !== undefined;
  }

  /** Resolves when it is over, or when the signal is aborted. */
  async over(signal: AbortSignal): Promise<void> {
    const until = this.#until;
    if (until === undefined) return;
    const stop = () => until.abort();
    signal.addEventListener('abort', stop, { once: true });
    await this.#clock.sleep(QUIET_MS, until.signal).catch(() => undefined); // ended, or stopped
    signal.removeEventListener('abort', stop);
    if (this.#until === until) this.#until = undefined;
  }
}
