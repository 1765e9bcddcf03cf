/** Occasions become deliveries, in the write that deletes them. */
import { Malformed } from '../../protocol/malformed.ts';
import type { Log } from '../../runtime/log.ts';
import type { RecordWrite, StoreRecord } from '../../store/client/client.ts';
import type { Moment } from '../incidents/holds.ts';
import { occasionRecords } from '../incidents/records.ts';
import { createLocalTimes } from '../incidents/schedule.ts';
import type { Channels } from './channels.ts';
import { forgotten, givenWrites, readGiven } from './given.ts';
import type { Health } from './health.ts';
import { checkOccasion } from './records.ts';
import { type Happened, planned } from './routing.ts';
import type { Shelf, ShelfStore } from './shelf.ts';

/** With two deliveries of each channel and who was told: less than the 64 that the store writes at once. */
const takenAtOnce = 8;

export type IntakeOptions = {
  store: ShelfStore;
  channels: Pick<Channels, 'list'>;
  shelf: Shelf;
  health: Health;
  log: Log;
  now(): Moment;
  gatherMs(): number;
  /** It is being sent now. */
  isInHand(delivery: string): boolean;
};

export class Intake {
  readonly #o: IntakeOptions;
  readonly #local = createLocalTimes();
  #given = new Map<number, Set<string>>();

  constructor(o: IntakeOptions) {
    this.#o = o;
  }

  /** What is on disk may be newer than what is known here. */
  async load(): Promise<void> {
    const { shelf, store, health, isInHand } = this.#o;
    if (!(await shelf.load(isInHand))) return;
    this.#given = await readGiven(store);
    for (const { channel, tries, words, madeMs, left } of shelf.all())
      if (left === null) health.found(channel, { tries, words, sinceMs: madeMs });
  }

  /** Says whether there may be more. */
  async take(): Promise<boolean> {
    const { store, shelf, health } = this.#o;
    const page = await store.recordPage(occasionRecords, { limit: takenAtOnce });
    if (page.records.length === 0) return false;
    const { deliveries, given } = this.#planned(page.records);
    const gone = page.records.map(
      ({ key, version }): RecordWrite => ({
        ...{ namespace: occasionRecords, key, delete: true, ifVersion: version },
      }),
    );
    const before = new Set(shelf.all().map(({ id }) => id));
    await shelf.take(deliveries, [...gone, ...givenWrites(this.#given, given)]);
    this.#given = given;
    for (const { id, channel, dueMs } of deliveries)
      if (!before.has(id) && dueMs === null) health.made(channel);
    return page.more !== null;
  }

  #planned(records: readonly StoreRecord[]) {
    const { channels, shelf, health, log, now, gatherMs, isInHand } = this.#o;
    const happened = records.flatMap(({ key, value }): Happened[] => {
      try {
        return [{ key, occasion: checkOccasion(value) }];
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        log.error('an occasion cannot be read and is lost', { key, error: error.message });
        return [];
      }
    });
    const plan = planned({
      ...{ happened, channels: channels.list(), now: now(), local: this.#local },
      gathering: (channel) => shelf.of(channel).filter(({ id }) => !isInHand(id)),
      recent: (channel) => health.recent(channel),
      waiting: (channel) => shelf.of(channel).filter(({ dueMs }) => dueMs === null),
      isFailing: (channel) => health.isFailing(channel),
      ...{ given: this.#given, gatherMs: gatherMs() },
    });
    for (const incident of forgotten(plan.given)) plan.given.delete(incident);
    return plan;
  }
}
