/**
 * What must reach the store as records sooner or later: states, facts, journal notes. Each machine has a lane in which things
 * stay in order; lanes run side by side; while the store is away everything waits, bounded.
 */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';

export type Task = {
  /** A later task of the same lane and kind replaces one that has not begun: only the last state counts. */
  replaces?: string;
  run(): Promise<unknown>;
};

const lanesAtOnce = 16;
const longestLane = 64;
const retryMs = 1_000;

export class StoreWriter implements Part {
  readonly name = 'store-writer';
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #lanes = new Map<string, Task[]>();
  readonly #running = new Set<string>();
  #retry: Timer | null = null;
  #stopped = false;

  constructor(o: { clock: Clock; log: Log }) {
    this.#clock = o.clock;
    this.#log = o.log;
  }

  async start(): Promise<void> {
    // Nothing to open: work begins with the first task.
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#retry?.stop();
  }

  get waiting(): number {
    let count = 0;
    for (const lane of this.#lanes.values()) count += lane.length;
    return count;
  }

  put(lane: string, task: Task): void {
    const tasks = this.#lanes.get(lane) ?? [];
    this.#lanes.set(lane, tasks);
    const begun = this.#running.has(lane) ? 1 : 0;
    const same =
      task.replaces === undefined
        ? -1
        : tasks.findIndex((one, at) => at >= begun && one.replaces === task.replaces);
    if (same >= 0) tasks.splice(same, 1);
    tasks.push(task);
    if (tasks.length > longestLane) {
      tasks.splice(begun, 1);
      this.#log.warn('too much waits for the store: the oldest is dropped', { lane });
    }
    this.#pump();
  }

  /** Nothing of this lane matters any more. */
  forget(lane: string): void {
    const tasks = this.#lanes.get(lane);
    if (tasks !== undefined) tasks.length = this.#running.has(lane) ? Math.min(1, tasks.length) : 0;
    if (!this.#running.has(lane)) this.#lanes.delete(lane);
  }

  #pump(): void {
    if (this.#stopped || this.#retry !== null) return;
    for (const [lane, tasks] of this.#lanes) {
      if (this.#running.size >= lanesAtOnce) return;
      const task = tasks[0];
      if (task !== undefined && !this.#running.has(lane)) void this.#run(lane, tasks, task);
    }
  }

  async #run(lane: string, tasks: Task[], task: Task): Promise<void> {
    this.#running.add(lane);
    const again = await this.#try(lane, task);
    this.#running.delete(lane);
    if (!again) tasks.shift();
    if (tasks.length === 0) this.#lanes.delete(lane);
    if (again && this.#retry === null && !this.#stopped) {
      this.#retry = this.#clock.after(retryMs, () => {
        this.#retry = null;
        this.#pump();
      });
    }
    this.#pump();
  }

  /** Whether it must be tried again. */
  async #try(lane: string, task: Task): Promise<boolean> {
    try {
      await task.run();
      return false;
    } catch (error) {
      const away = error instanceof Failure && ['UNAVAILABLE', 'TIMEOUT', 'CLOSED'].includes(error.code);
      // A machine that was removed meanwhile is no news.
      const gone = error instanceof Failure && error.code === 'NOT_FOUND';
      if (!away && !gone) this.#log.error('the store refuses a record', { lane, reason: messageOf(error) });
      return away;
    }
  }
}
