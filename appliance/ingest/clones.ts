/**
 * One key, two machines: a disk was copied. Both are held, since nobody here can tell which is which and their numbers would
 * mix; a person takes one away or gives it a key of its own, and says so. It outlives a restart of the door.
 */
import { integer, list, object, text } from '../protocol/check.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { Clone } from './client/types.ts';

const namespace = 'ingest.clones';
const askAgainMs = 1_000;
const checkHeld = object({ sinceMs: integer({}), addresses: list(text({ max: 64 }), { max: 8 }) });
type Held = ReturnType<typeof checkHeld>;

export type ClonesOptions = {
  store: Pick<StoreClient, 'records' | 'putRecord' | 'deleteRecord'>;
  /** Records are written in order, also while the store is away. */
  put(task: { run(): Promise<unknown> }): void;
  clock: Clock;
  log: Log;
  wallMs: () => number;
  nameOf(machine: number): string;
  onChange(): void;
};

export class Clones implements Part {
  readonly name = 'clones';
  readonly #o: ClonesOptions;
  readonly #held = new Map<number, Held>();
  #again: Timer | null = null;

  constructor(o: ClonesOptions) {
    this.#o = o;
  }

  async start(): Promise<void> {
    void this.#load();
  }

  async stop(): Promise<void> {
    this.#again?.stop();
  }

  isHeld(machine: number): boolean {
    return this.#held.has(machine);
  }

  list(): Clone[] {
    return [...this.#held].map(([machine, held]) => ({ machine, name: this.#o.nameOf(machine), ...held }));
  }

  hold(machine: number, addresses: readonly string[]): void {
    const held = { sinceMs: Math.round(this.#o.wallMs()), addresses: [...new Set(addresses)].slice(0, 8) };
    this.#held.set(machine, held);
    this.#o.put({ run: () => this.#o.store.putRecord(namespace, String(machine), held) });
    this.#o.onChange();
  }

  release(machine: number): void {
    if (!this.#held.has(machine))
      throw new Failure('NOT_FOUND', `machine ${machine} is not held`, { path: 'machine' });
    this.forget(machine);
  }

  forget(machine: number): void {
    if (!this.#held.delete(machine)) return;
    this.#o.put({ run: () => this.#o.store.deleteRecord(namespace, String(machine)) });
    this.#o.onChange();
  }

  async #load(): Promise<void> {
    try {
      for (const { key, value } of await this.#o.store.records(namespace)) {
        if (!this.#held.has(Number(key))) this.#held.set(Number(key), checkHeld(value));
      }
      this.#o.onChange();
    } catch (error) {
      this.#o.log.debug('the store did not tell which machines are held', { reason: messageOf(error) });
      this.#again = this.#o.clock.after(askAgainMs, () => void this.#load());
    }
  }
}
