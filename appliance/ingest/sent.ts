/**
 * What the store has in RAM and not yet on disk, kept as the bytes that it was sent as: thousands of ticks for half a
 * minute would be megabytes of arrays, and go through every collection.
 */
import { decodeBatch, encodeBatch } from '../store/client/append.ts';
import type { AppendEntry } from '../store/client/types.ts';
import { Intervals } from './intervals.ts';

type Costed = AppendEntry & { bytes: number };

/** One for each entry of the body, null when its machine was removed since. `bytes`: what it counts for. */
export type Sent = { batch: number; body: Uint8Array; entries: (SentEntry | null)[] };
export type SentEntry = {
  machine: number;
  run: string;
  seqs: [first: number, last: number][];
  bytes: number;
};

export function sentOf(batch: number, entries: Costed[]): Sent {
  return {
    batch,
    body: encodeBatch(entries),
    entries: entries.map(({ machine, run, ticks, bytes }) => {
      const intervals = new Intervals();
      for (const { seq } of ticks) intervals.add(seq);
      return { machine, run, seqs: intervals.list(), bytes };
    }),
  };
}

/** To be sent again. */
export function entriesOf({ body, entries }: Sent): Costed[] {
  return decodeBatch(body).flatMap((entry, at) => {
    const kept = entries[at];
    return kept ? [{ ...entry, bytes: kept.bytes }] : [];
  });
}

/** How much less it counts for now. */
export function forgetIn({ entries }: Sent, machine: number): number {
  let bytes = 0;
  for (const [at, entry] of entries.entries()) {
    if (entry?.machine !== machine) continue;
    bytes += entry.bytes;
    entries[at] = null;
  }
  return bytes;
}
