/** The agent's statuses as they change, for whoever sits at its terminal. */
import type { Timer } from '../appliance/runtime/clock.ts';
import type { Failure } from '../appliance/runtime/errors.ts';
import type { LocalClient } from '../appliance/runtime/socket/client.ts';
import type { AgentStatus } from './status.ts';

/** Gives the newest one that was not seen yet, with a signal that tells when its digits no longer count. */
export class Statuses {
  readonly #following: Timer;
  #newest: AgentStatus | undefined;
  #digits: string | null = null;
  #gone = new AbortController();
  #down: Failure | undefined;
  #wake: () => void = () => undefined;

  constructor(client: LocalClient) {
    this.#following = client.follow('/v1/changes', {
      onLine: (line) => this.#take(line as AgentStatus),
      onDown: (error) => {
        this.#down = error;
        this.#gone.abort();
        this.#wake();
      },
    });
  }

  async next(): Promise<{ now: AgentStatus; digitsGone: AbortSignal }> {
    while (this.#newest === undefined) {
      if (this.#down !== undefined) throw this.#down;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const now = this.#newest;
    this.#newest = undefined;
    return { now, digitsGone: this.#gone.signal };
  }

  stop(): void {
    this.#following.stop();
  }

  #take(status: AgentStatus): void {
    if (status.digits !== this.#digits) {
      this.#gone.abort();
      this.#gone = new AbortController();
      this.#digits = status.digits;
    }
    this.#newest = status;
    this.#wake();
  }
}
