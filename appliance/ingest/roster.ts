// The admitted machines as the store has them, kept in RAM so that a connection can be judged while the store is away.
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { Change, Machine } from '../store/client/types.ts';

export type RosterListener = { onMachine(machine: Machine): void; onRemoved(machine: number): void };

const askAgainMs = 1_000;

export class Roster implements Part {
  readonly name = 'roster';
  readonly #store: Pick<StoreClient, 'machines' | 'changes'>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #on: RosterListener;
  readonly #byKey = new Map<string, Machine>();
  readonly #byNumber = new Map<number, Machine>();
  #ready = false;
  #changes: Timer | null = null;
  #again: Timer | null = null;

  constructor(o: {
    store: Pick<StoreClient, 'machines' | 'changes'>;
    clock: Clock;
    log: Log;
    on: RosterListener;
  }) {
    this.#store = o.store;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#on = o.on;
  }

  /** False until the store has told its machines once: nobody can be judged before that. */
  get ready(): boolean {
    return this.#ready;
  }

  get size(): number {
    return this.#byNumber.size;
  }

  async start(): Promise<void> {
    this.#changes = this.#store.changes(
      { topics: ['machine'] },
      { onChange: (change) => this.#onChange(change), onUp: () => void this.#load() },
    );
  }

  async stop(): Promise<void> {
    this.#changes?.stop();
    this.#again?.stop();
  }

  byKey(key: string): Machine | undefined {
    return this.#byKey.get(key);
  }

  byNumber(machine: number): Machine | undefined {
    return this.#byNumber.get(machine);
  }

  put(machine: Machine): void {
    const before = this.#byNumber.get(machine.machine);
    if (before !== undefined && before.key !== machine.key) this.#byKey.delete(before.key);
    this.#byNumber.set(machine.machine, machine);
    this.#byKey.set(machine.key, machine);
    this.#on.onMachine(machine);
  }

  remove(machine: number): void {
    const known = this.#byNumber.get(machine);
    if (known === undefined) return;
    this.#byNumber.delete(machine);
    if (this.#byKey.get(known.key) === known) this.#byKey.delete(known.key);
    this.#on.onRemoved(machine);
  }

  #onChange(change: Change): void {
    if (change.topic !== 'machine') return;
    if (change.removed) this.remove(change.machine.machine);
    else this.put(change.machine);
  }

  /** After each (re)connection: changes in between were missed. */
  async #load(): Promise<void> {
    // A machine that is admitted while we ask may be missing in the answer.
    const before = [...this.#byNumber.keys()];
    try {
      const machines = await this.#store.machines();
      const present = new Set(machines.map((one) => one.machine));
      for (const machine of machines) this.put(machine);
      for (const machine of before) if (!present.has(machine)) this.remove(machine);
      this.#ready = true;
    } catch (error) {
      this.#log.warn('the store did not tell its machines', { reason: messageOf(error) });
      this.#again?.stop();
      this.#again = this.#clock.after(askAgainMs, () => void this.#load());
    }
  }
}
