/** Deliveries on disk, and those that wait also in RAM. What this process has said of one is newer than what a reading finds. */
import { Malformed } from '../../protocol/malformed.ts';
import type { Clock } from '../../runtime/clock.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Note, RecordWrite, StoreClient } from '../../store/client/client.ts';
import type { Delivery } from '../client/channels.ts';
import { checkDelivery, deliveryRecords, doneKey, donePrefix, waitingKey, waitingPrefix } from './records.ts';

export type ShelfStore = Pick<StoreClient, 'records' | 'recordPage' | 'writeRecords'>;

const pauseMs = 2_000;
const mostDone = 1_000;
const sweptAtOnce = 60;
/** What is wrong with the write itself does not get better by waiting. */
const hopeless = ['BAD_REQUEST', 'TOO_LARGE', 'FORBIDDEN'];

export class Shelf {
  readonly #store: ShelfStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #closing: AbortSignal;
  readonly #waiting = new Map<string, Delivery>();
  /** Written since the last reading began. */
  readonly #touched = new Set<string>();
  /** Being written: not on disk, perhaps for long. */
  readonly #unwritten = new Set<string>();
  #isLoaded = false;

  constructor(o: { store: ShelfStore; clock: Clock; log: Log; closing: AbortSignal }) {
    this.#store = o.store;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#closing = o.closing;
  }

  /** What was written may be known only to the store. */
  forget(): void {
    this.#isLoaded = false;
  }

  /** Says whether it was read. */
  async load(isInHand: (id: string) => boolean): Promise<boolean> {
    if (this.#isLoaded) return false;
    this.#touched.clear();
    // As it is now: what is written meanwhile may not stand in what is read.
    const unwritten = new Set(this.#unwritten);
    const inHand = [...this.#waiting.keys()].filter(isInHand);
    const found = await this.#store.records(deliveryRecords, { prefix: waitingPrefix });
    const isNewer = (id: string) => inHand.includes(id) || this.#touched.has(id) || unwritten.has(id);
    for (const id of this.#waiting.keys()) if (!isNewer(id)) this.#waiting.delete(id);
    for (const { value } of found) {
      const delivery = readable(value);
      if (delivery !== null && !isNewer(delivery.id)) this.#waiting.set(delivery.id, delivery);
    }
    this.#isLoaded = true;
    return true;
  }

  all(): Delivery[] {
    return [...this.#waiting.values()];
  }

  of(channel: string): Delivery[] {
    return this.all().filter((one) => one.channel === channel);
  }

  /** Throws when it is not known whether they are on disk. */
  async take(made: readonly Delivery[], taken: readonly RecordWrite[]): Promise<void> {
    await this.#store.writeRecords([...taken, ...made.map(waitingWrite)]);
    for (const one of made) this.#waiting.set(one.id, one);
  }

  async put(deliveries: readonly Delivery[], notes: Note[] = []): Promise<void> {
    if (deliveries.length === 0) return;
    for (const one of deliveries) {
      this.#touch(one.id, one);
      this.#unwritten.add(one.id);
    }
    await this.#untilWritten(deliveries.map(waitingWrite), notes);
    for (const { id } of deliveries) this.#unwritten.delete(id);
  }

  async finish(done: Delivery, notes: Note[], more: readonly Delivery[]): Promise<void> {
    this.#touch(done.id, done);
    const writes: RecordWrite[] = [
      { namespace: deliveryRecords, key: waitingKey(done.id), delete: true },
      { namespace: deliveryRecords, key: doneKey(done), value: done },
      ...more.map(waitingWrite),
    ];
    await this.#untilWritten(writes, notes);
    this.#waiting.delete(done.id);
    for (const one of more) this.#touch(one.id, one);
  }

  /** Those that wait, then those that are done, the newest first. */
  async list(limit: number): Promise<Delivery[]> {
    // Looked at before the disk: what ends meanwhile stands in one of the two at least.
    const here = this.all().reverse();
    const page = await this.#store.recordPage(deliveryRecords, { prefix: donePrefix, limit });
    const done = page.records.flatMap(({ value }) => readable(value) ?? []);
    const written = new Set(done.map(({ id }) => id));
    return [...here.filter(({ id }) => !written.has(id)), ...done].slice(0, limit);
  }

  async sweep(): Promise<void> {
    let seen = 0;
    for (let after: string | undefined; ; ) {
      const page = await this.#store.recordPage(deliveryRecords, {
        ...{ prefix: donePrefix, limit: sweptAtOnce, after },
      });
      const beyond = page.records.filter(() => ++seen > mostDone);
      if (beyond.length > 0)
        await this.#store.writeRecords(
          beyond.map(({ key }) => ({ namespace: deliveryRecords, key, delete: true })),
        );
      if (page.more === null) return;
      after = page.more;
    }
  }

  #touch(id: string, delivery: Delivery): void {
    this.#touched.add(id);
    this.#waiting.set(id, delivery);
  }

  /** What was delivered must not be delivered again because the store was away for a while. */
  async #untilWritten(writes: RecordWrite[], notes: Note[]): Promise<void> {
    for (;;) {
      try {
        await this.#store.writeRecords(writes, notes);
        return;
      } catch (error) {
        if (error instanceof Failure && hopeless.includes(error.code)) {
          this.#log.error('what became of a delivery cannot be written', { error: error.message });
          return;
        }
        this.#log.warn('what became of a delivery waits for the store', { error: messageOf(error) });
        if (this.#closing.aborted) return;
        await this.#clock.sleep(pauseMs, this.#closing).catch(() => undefined);
      }
    }
  }
}

function waitingWrite(delivery: Delivery): RecordWrite {
  return { namespace: deliveryRecords, key: waitingKey(delivery.id), value: delivery };
}

function readable(value: unknown): Delivery | null {
  try {
    return checkDelivery(value);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}
