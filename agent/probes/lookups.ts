/** Questions to the system that take a thread each of the few of this process: so many at once, the others wait in turn. */
import { Fault } from './probe.ts';

type Waiting = { begin(): void };

export class Lookups {
  readonly #most: number;
  readonly #waiting = new Set<Waiting>();
  #open = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whoever has not been served when it ends knows nothing, which says nothing about the target. */
  async run<T>(ask: () => Promise<T>, signal: AbortSignal, waits?: (is: boolean) => void): Promise<T> {
    if (this.#open < this.#most) this.#open += 1;
    else {
      waits?.(true);
      await this.#turn(signal);
      waits?.(false);
    }
    try {
      signal.throwIfAborted();
      return await ask();
    } finally {
      this.#next();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting);
        reject(new Fault('BUSY', 'the system is busy looking for other names'));
      };
      const waiting = {
        begin: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
      };
      if (signal.aborted) return leave();
      this.#waiting.add(waiting);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** A place that becomes free goes to whoever has waited longest. */
  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined) {
      this.#open -= 1;
      return;
    }
    this.#waiting.delete(first);
    first.begin();
  }
}
