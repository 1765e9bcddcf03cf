// The admitted machines as the store has them, kept in RAM so that a connection can be judged while the store is away.
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { Change, Machine, Revoked } from '../store/client/types.ts';

export type RosterListener = { onMachine(machine: Machine): void; onRemoved(machine: number): void };

const askAgainMs = 1_000;

export class Roster implements Part {
  readonly name = 'roster';
  readonly #store: Pick<StoreClient, 'machines' | 'changes' | 'revoked'>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #on: RosterListener;
  readonly #byKey = new Map<string, Machine>();
  readonly #byNumber = new Map<number, Machine>();
  #revoked = new Map<string, Revoked>();
  #ready = false;
  #changes: Timer | null = null;
  #again: Timer | null = null;

  constructor(o: {
    store: Pick<StoreClient, 'machines' | 'changes' | 'revoked'>;
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

  /** A key that was a machine's once: only a person lets it in again. */
  isRevoked(key: string): boolean {
    return this.#revoked.has(key);
  }

  /** Machines of this name, present or removed. */
  named(name: string): { machine: number; name: string; removed: boolean }[] {
    const same = (one: { name: string }) => one.name.toLowerCase() === name.toLowerCase();
    const present = [...this.#byNumber.values()].filter((one) => same(one) && !one.local);
    const gone = [...this.#revoked.values()].filter((one) => one.removed && same(one));
    return [
      ...present.map((one) => ({ machine: one.machine, name: one.name, removed: false })),
      ...gone.map((one) => ({ machine: one.machine, name: one.name, removed: true })),
    ].slice(0, 8);
  }

  put(machine: Machine): void {
    const before = this.#byNumber.get(machine.machine);
    if (before !== undefined && before.key !== machine.key) {
      this.#byKey.delete(before.key);
      this.#revoke(before, false);
      // Whoever is connected with the old key is nobody any more.
      this.#on.onRemoved(machine.machine);
    }
    this.#revoked.delete(machine.key);
    for (const [key, one] of this.#revoked)
      if (one.removed && one.machine === machine.machine) this.#revoked.set(key, { ...one, removed: false });
    this.#byNumber.set(machine.machine, machine);
    this.#byKey.set(machine.key, machine);
    this.#on.onMachine(machine);
  }

  remove(machine: number): void {
    const known = this.#byNumber.get(machine);
    if (known === undefined) return;
    this.#byNumber.delete(machine);
    if (this.#byKey.get(known.key) === known) this.#byKey.delete(known.key);
    this.#revoke(known, true);
    this.#on.onRemoved(machine);
  }

  #revoke({ key, machine, name }: Machine, removed: boolean): void {
    this.#revoked.set(key, { key, machine, name, removed });
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
      const [machines, revoked] = await Promise.all([this.#store.machines(), this.#store.revoked()]);
      for (const one of revoked) this.#revoked.set(one.key, one);
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
