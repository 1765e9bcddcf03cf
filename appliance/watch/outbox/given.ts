/**
 * Which channels were told of a failure, so that its end is told through these and no others: nobody hears that something is
 * over who did not hear that it had begun. A record each, in the write that makes the deliveries, until the end is told.
 */
import { list, object, text } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import type { RecordWrite, StoreClient } from '../../store/client/client.ts';

const givenRecords = 'watch.given';

const checkGiven = object({ channels: list(text({ max: 100 }), { max: 100 }) });
/** Incidents that were closed without a word leave their record; numbers are never used again. */
const mostKept = 2_000;

const keyOf = (incident: number) => String(incident).padStart(10, '0');

export type Given = ReadonlyMap<number, ReadonlySet<string>>;

export async function readGiven(store: Pick<StoreClient, 'records'>): Promise<Map<number, Set<string>>> {
  const all = new Map<number, Set<string>>();
  for (const { key, value } of await store.records(givenRecords)) {
    try {
      all.set(Number(key), new Set(checkGiven(value).channels));
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
    }
  }
  return all;
}

/** What makes the records of before those of after. */
export function givenWrites(before: Given, after: Given): RecordWrite[] {
  const gone = [...before.keys()].filter((incident) => !after.has(incident));
  const changed = [...after].filter(([incident, channels]) => before.get(incident)?.size !== channels.size);
  return [
    ...gone.map((incident): RecordWrite => ({ namespace: givenRecords, key: keyOf(incident), delete: true })),
    ...changed.map(
      ([incident, channels]): RecordWrite => ({
        ...{ namespace: givenRecords, key: keyOf(incident), value: { channels: [...channels] } },
      }),
    ),
  ];
}

/** Some of the oldest incidents beyond what is kept. */
export function forgotten(all: Given): number[] {
  return [...all.keys()]
    .sort((a, b) => b - a)
    .slice(mostKept)
    .slice(-4);
}
