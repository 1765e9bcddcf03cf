/**
 * Puts transitions on disk in the order in which they happened: the incident, its entry in the journal and what is to be
 * told in one write. While the store is away they wait here; what was written twice counts once.
 */
import type { Clock } from '../../runtime/clock.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Note, RecordWrite, StoreClient } from '../../store/client/client.ts';
import type { Incident, Occasion } from '../client/types.ts';
import {
  incidentRecords,
  occasionKey,
  occasionRecords,
  openPrefix,
  orderOf,
  recordKeyOf,
} from './records.ts';

export type Entry = { incident: Incident; notes: readonly Note[]; occasion: Occasion | null };

type DeskStore = Pick<StoreClient, 'writeRecords' | 'versioned'>;

/** Of each at most three writes and two notes: the store takes 64 and 32 at once. */
const mostEntries = 16;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** What is wrong with the write itself does not get better by waiting. */
const hopeless = ['BAD_REQUEST', 'TOO_LARGE', 'FORBIDDEN'];

export class Desk {
  readonly #store: DeskStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onTold: () => void;
  readonly #closing = new AbortController();
  /** Of the records of open incidents that are on disk. */
  readonly #versions = new Map<number, string>();
  #waiting: Entry[] = [];
  #writing: Promise<void> | null = null;

  /** `onTold`: occasions are on disk that were not before. */
  constructor(o: { store: DeskStore; clock: Clock; log: Log; onTold?(): void }) {
    this.#store = o.store;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#onTold = () => o.onTold?.();
  }

  get unwritten(): number {
    return this.#waiting.length;
  }

  /** What is over and on its way to the disk: it is open no more, and not yet among the past. */
  ended(): Incident[] {
    return this.#waiting.map(({ incident }) => incident).filter(({ state }) => state === 'resolved');
  }

  found(id: number, version: string): void {
    this.#versions.set(id, version);
  }

  put(entry: Entry): void {
    this.#waiting.push(entry);
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  /** Resolves when everything so far is on disk, or when this ends. */
  async settled(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  /** What the store takes at once is still written. */
  async stop(): Promise<void> {
    this.#closing.abort();
    await this.settled();
  }

  async #writeAll(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, mostEntries);
      try {
        await this.#write(batch);
        if (batch.some(({ occasion }) => occasion !== null)) this.#onTold();
        this.#waiting = this.#waiting.slice(batch.length);
        pauseMs = firstPauseMs;
      } catch (error) {
        if (error instanceof Failure && hopeless.includes(error.code)) {
          this.#log.error('incidents could not be written and are lost', { error: messageOf(error) });
          this.#waiting = this.#waiting.slice(batch.length);
          continue;
        }
        this.#log.warn('incidents wait for the store', { error: messageOf(error), entries: batch.length });
        if (this.#closing.signal.aborted) return;
        await this.#clock.sleep(pauseMs, this.#closing.signal).catch(() => undefined);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
    }
  }

  async #write(batch: readonly Entry[]): Promise<void> {
    const newest = new Map(batch.map(({ incident }) => [incident.id, incident]));
    const incidents = [...newest.values()];
    const puts = incidents.map(
      (incident): RecordWrite => ({
        ...{ namespace: incidentRecords, key: recordKeyOf(incident), value: incident },
        ifVersion: incident.state === 'resolved' ? null : (this.#versions.get(incident.id) ?? null),
      }),
    );
    const deletes = incidents
      .filter(({ id, state }) => state === 'resolved' && this.#versions.has(id))
      .map(
        ({ id }): RecordWrite => ({
          namespace: incidentRecords,
          key: openPrefix + orderOf(id),
          delete: true,
        }),
      );
    const tells = batch.flatMap(({ incident, occasion }): RecordWrite[] =>
      occasion === null
        ? []
        : [{ namespace: occasionRecords, key: occasionKey(occasion, incident.revision), value: occasion }],
    );
    const notes = batch.flatMap((entry) => entry.notes);
    try {
      const versions = await this.#store.writeRecords([...puts, ...deletes, ...tells], notes);
      for (const [at, incident] of incidents.entries()) this.#wrote(incident, versions[at] ?? null);
    } catch (error) {
      if (!(error instanceof Failure && error.code === 'CONFLICT')) throw error;
      // The answer to an earlier try was lost, or the records are not those that were read.
      if (!(await this.#isThere(incidents))) throw error;
    }
  }

  #wrote({ id, state }: Incident, version: string | null): void {
    if (state === 'resolved' || version === null) this.#versions.delete(id);
    else this.#versions.set(id, version);
  }

  /** A write is whole or not at all: either all of it is there, or what is there is what the next try has to find. */
  async #isThere(incidents: readonly Incident[]): Promise<boolean> {
    let all = true;
    for (const incident of incidents) {
      const found = await this.#store.versioned(incidentRecords, recordKeyOf(incident));
      const revision = (found?.value as Partial<Incident> | undefined)?.revision;
      if (revision !== incident.revision) all = false;
      this.#wrote(incident, found?.version ?? null);
    }
    return all;
  }
}
