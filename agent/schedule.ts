/** Calls a cycle at start + n × interval by the monotonic clock: no drift, never two at once, missed ones are skipped. */
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';

export type ScheduleOptions = {
  clock: Clock;
  intervalMs: number;
  /** The first cycle comes sooner than a whole interval, so that a person sees something soon. */
  firstMs: number;
  run: () => Promise<void>;
  log: Log;
};

export class Schedule implements Part {
  readonly name = 'schedule';
  readonly #o: ScheduleOptions;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ScheduleOptions) {
    this.#o = options;
  }

  async start(): Promise<void> {
    this.#arm(this.#o.clock.monotonicMs() + this.#o.firstMs);
  }

  /** Resolves when the cycle under way is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.stop();
    await this.#running;
  }

  #arm(dueMs: number): void {
    const { clock } = this.#o;
    this.#timer = clock.after(dueMs - clock.monotonicMs(), () => {
      this.#running = this.#cycle(dueMs);
    });
  }

  async #cycle(dueMs: number): Promise<void> {
    const { clock, intervalMs, run, log } = this.#o;
    try {
      await run();
    } catch (error) {
      log.error('a cycle failed', { error: messageOf(error) });
    }
    if (this.#stopped) return;
    const lateMs = Math.max(0, clock.monotonicMs() - dueMs);
    this.#arm(dueMs + intervalMs * (Math.floor(lateMs / intervalMs) + 1));
  }
}
