/** Follows the store: machines, their values and the box's time go to the evaluation as they come. */
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { Change, Machine, StoreClient } from '../store/client/client.ts';
import type { BoxTime } from './box-time.ts';
import { serviceRecords } from './services.ts';

export type Ears = {
  /** All machines, whenever the store is heard anew. */
  onMachines(machines: readonly Machine[]): void;
  onMachine(machine: Machine, removed: boolean): void;
  /** `tMs`: its date, as it is told each time; `atMs`: where that lies on the axis now. */
  onValue(
    machine: number,
    series: string,
    value: number,
    rate: number | undefined,
    atMs: number,
    tMs: number,
  ): void;
  /** A list of services was written; the number of its machine. */
  onServices(machine: number): void;
  /** All that came at once was given. */
  onTurn(): void;
};

const serviceTopic = `record:${serviceRecords}` as const;

/** Older values are history: what was bad then is no news. */
const lateMs = 3 * 60_000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

export class Hearing {
  readonly #store: Pick<StoreClient, 'changes' | 'machines'>;
  readonly #time: BoxTime;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #ears: Ears;
  readonly #closing = new AbortController();
  #following: Timer | null = null;
  #patterns: readonly string[] = [];
  #sinceMs: number | null = null;
  #asking: Promise<void> | null = null;
  /** What is being asked may be answered already with what was before. */
  #isOld = false;

  constructor(o: {
    store: Pick<StoreClient, 'changes' | 'machines'>;
    time: BoxTime;
    clock: Clock;
    log: Log;
    ears: Ears;
  }) {
    this.#store = o.store;
    this.#time = o.time;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#ears = o.ears;
  }

  /** Since when everything is heard; null while it is not. */
  get sinceMs(): number | null {
    return this.#sinceMs;
  }

  /** These series, and all machines. */
  follow(patterns: readonly string[]): void {
    const wanted = within(patterns);
    if (this.#following !== null && wanted.join() === this.#patterns.join()) return;
    this.#patterns = wanted;
    this.#following?.stop();
    this.#following = this.#store.changes(
      { topics: ['clock', 'machine', 'live', serviceTopic], series: wanted },
      {
        onChange: (change) => this.#take(change),
        onUp: () => this.#ask(),
        onDown: () => {
          this.#sinceMs = null;
        },
      },
    );
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    this.#following?.stop();
    await this.#asking;
  }

  /** The stream tells what changes; what there is has to be asked for, once more when something changed meanwhile. */
  #ask(): void {
    if (this.#asking !== null) {
      this.#isOld = true;
      return;
    }
    this.#isOld = false;
    this.#asking = this.#askOnce().finally(() => {
      this.#asking = null;
      if (this.#isOld && !this.#closing.signal.aborted) this.#ask();
    });
  }

  async #askOnce(): Promise<void> {
    const { signal } = this.#closing;
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        const machines = await this.#store.machines();
        if (signal.aborted) return;
        if (this.#time.isKnown) {
          this.#sinceMs = this.#time.wallMs();
          this.#ears.onMachines(machines);
          this.#ears.onTurn();
          return;
        }
      } catch (error) {
        this.#log.warn('the store did not say which machines there are', { error: messageOf(error) });
      }
      await this.#clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  }

  #take(change: Change): void {
    if (change.topic === 'clock') this.#time.follow(change.clock);
    if (change.topic === 'machine' && this.#asking !== null) this.#isOld = true;
    if (this.#sinceMs === null) return;
    if (change.topic === 'machine') this.#ears.onMachine(change.machine, change.removed === true);
    else if (change.topic === serviceTopic && 'key' in change) this.#ears.onServices(Number(change.key));
    else if (change.topic === 'live') {
      const nowMs = this.#time.wallMs();
      for (const { name, value, rate, tMs } of change.values ?? [])
        if (nowMs - tMs < lateMs)
          this.#ears.onValue(change.machine, name, value, rate, this.#time.atOf(tMs), tMs);
    } else return;
    this.#ears.onTurn();
  }
}

const mostPatterns = 64;

/** Without those that another one covers; too many are everything. */
function within(patterns: readonly string[]): string[] {
  const all = [...new Set(patterns)].sort();
  const beginnings = all.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1));
  const needed = all.filter((one) => {
    const name = one.endsWith('*') ? one.slice(0, -1) : one;
    return !beginnings.some((beginning) => name.startsWith(beginning) && one !== `${beginning}*`);
  });
  return needed.length > mostPatterns ? ['*'] : needed;
}
