/** Incidents as they stand in the store: what a start needs of them, what a page asks for, and what grows old. */
import { Malformed } from '../protocol/malformed.ts';
import type { RecordWrite, StoreClient, StoreRecord } from '../store/client/client.ts';
import type { Incident, IncidentPage, IncidentQuery } from './client/types.ts';
import {
  checkIncident,
  incidentRecords,
  occasionRecords,
  openPrefix,
  orderOf,
  pastPrefix,
} from './incidents/records.ts';

type ArchiveStore = Pick<StoreClient, 'records' | 'recordPage' | 'versioned' | 'writeRecords'>;

export type Opened = { open: { incident: Incident; version: string }[]; past: Incident[] };

const mostPast = 10_000;
/** Nobody reads what was to be told so long ago; the outbox takes them at once. */
const mostOccasions = 2_000;
const pageSize = 1_000;
const writesAtOnce = 64;
/** A question for one machine looks at so many. */
const mostLookedAt = 5_000;
const recent = 200;
const usualLimit = 100;

export function createArchive(store: ArchiveStore) {
  const deleteAll = async (namespace: string, keys: readonly string[]) => {
    for (let at = 0; at < keys.length; at += writesAtOnce) {
      const writes = keys
        .slice(at, at + writesAtOnce)
        .map((key): RecordWrite => ({ namespace, key, delete: true }));
      await store.writeRecords(writes);
    }
  };
  const keysBeyond = async (namespace: string, prefix: string, most: number): Promise<string[]> => {
    const beyond: string[] = [];
    let seen = 0;
    for (let after: string | undefined; ; ) {
      const page = await store.recordPage(namespace, { prefix, limit: pageSize, after });
      for (const { key } of page.records) if (++seen > most) beyond.push(key);
      if (page.more === null) return beyond;
      after = page.more;
    }
  };
  return {
    /**
     * A process that was killed may have left writes with the store, which reads what is on disk: an answered write says that
     * all that were asked for before are there. Otherwise two lives of the watch would give the same number twice.
     */
    async earlierWrites(): Promise<void> {
      await store.writeRecords([{ namespace: incidentRecords, key: 'none', delete: true }]);
    },

    async load(): Promise<Opened> {
      const open = await store.records(incidentRecords, { prefix: openPrefix });
      const past = await store.recordPage(incidentRecords, { prefix: pastPrefix, limit: recent });
      return {
        open: open.flatMap((record) => {
          const incident = readable(record);
          return incident === null ? [] : [{ incident, version: record.version }];
        }),
        past: past.records.flatMap((record) => readable(record) ?? []),
      };
    },

    async one(id: number): Promise<Incident | null> {
      const found = await store.versioned(incidentRecords, pastPrefix + orderOf(id));
      return found === null ? null : readable({ key: '', ...found });
    },

    /** The newest come from RAM: those that are open, and those that have just ended. */
    async page(
      query: IncidentQuery,
      open: readonly Incident[],
      ended: readonly Incident[] = [],
    ): Promise<IncidentPage> {
      const { state = 'open', machine, before = Number.POSITIVE_INFINITY, limit = usualLimit } = query;
      const fits = (one: Incident) => one.id < before && (machine === undefined || one.machine === machine);
      const found = new Map(open.filter(fits).map((one) => [one.id, one]));
      let isWhole = true;
      if (state === 'all') {
        for (const one of ended.filter(fits)) found.set(one.id, one);
        let after = Number.isFinite(before) ? pastPrefix + orderOf(before) : undefined;
        for (let seen = 0, past = 0; ; ) {
          const page = await store.recordPage(incidentRecords, {
            ...{ prefix: pastPrefix, after },
            limit: machine === undefined ? Math.min(limit + 1, pageSize) : pageSize,
          });
          const some = page.records.flatMap((record) => readable(record) ?? []).filter(fits);
          for (const one of some) found.set(one.id, one);
          seen += page.records.length;
          past += some.length;
          isWhole = page.more === null;
          if (isWhole || past > limit || seen >= mostLookedAt) break;
          after = page.more ?? undefined;
        }
      }
      const sorted = [...found.values()].sort((a, b) => b.id - a.id);
      const incidents = sorted.slice(0, limit);
      const isMore = sorted.length > limit || !isWhole;
      return { incidents, more: isMore ? (incidents.at(-1)?.id ?? null) : null };
    },

    /** Removes the oldest beyond what is kept. */
    async sweep(): Promise<void> {
      await deleteAll(incidentRecords, await keysBeyond(incidentRecords, pastPrefix, mostPast));
      const occasions = await keysBeyond(occasionRecords, '', 0);
      await deleteAll(occasionRecords, occasions.slice(0, Math.max(0, occasions.length - mostOccasions)));
    },
  };
}

export type Archive = ReturnType<typeof createArchive>;

/** One that cannot be read must not hide the others. */
function readable({ value }: Pick<StoreRecord, 'key' | 'value'>): Incident | null {
  try {
    return checkIncident(value);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return null;
  }
}
