/** The blocks of a machine that may hold something of a range, in the order of time. */
import { longestBlockMs } from '../blocks/seal.ts';
import { type Database, iterationOptions, type Snapshot } from '../database/database.ts';
import { blockKeyFrom, blockMachineOf } from '../keys.ts';
import type { BlockIndex, Expected } from '../recovery/block-index.ts';
import { placeOf } from '../recovery/kept-classes.ts';
import { isMissing } from './missing.ts';

export type BlocksQuery = {
  machine: number;
  fromMs: number;
  toMs: number;
  signal?: AbortSignal | undefined;
  /** To see blocks and other records as they were at the same moment. */
  snapshot?: Snapshot | undefined;
  /** Which blocks have to be there: a missing one is no gap. */
  expected?: BlockIndex | undefined;
  onDamage(damage: { fromMs: number; toMs?: number; error: unknown }): void;
};

/** `expected` where it was listed. */
export type Found<Known> =
  | { key: Buffer; bytes: Buffer; expected: Expected | null }
  | { known: NonNullable<Known> };

/** What is known of a block without reading it, or null. Only for what a moment's delay does not matter to. */
export type Knows<Known> = (expected: Expected) => Known | null;

/** Each lot is one way to LevelDB's thread and back; 8 blocks of an hour are 150 kB. */
const blocksAtOnce = 8;

/** What is expected is looked up in the turn of the loop in which this is called. */
export function blocksOf<Known>(
  database: Database,
  query: BlocksQuery,
  knows: Knows<Known>,
): AsyncGenerator<Found<Known>> {
  return read(database, query, listed(query), knows);
}

/** Null when nothing is known of what is there. */
function listed({ expected, machine, fromMs, toMs }: BlocksQuery): Expected[] | null {
  if (expected === undefined) return null;
  return expected.blocksOf(machine, fromMs - longestBlockMs, toMs).filter((one) => {
    const place = placeOf(one);
    return place.toMs > fromMs && place.fromMs < toMs;
  });
}

/** Those of other machines lie between them. */
function keysOf({ fromMs, toMs }: Pick<BlocksQuery, 'fromMs' | 'toMs'>) {
  return { gte: blockKeyFrom(fromMs - longestBlockMs), lt: blockKeyFrom(toMs) };
}

/**
 * What is listed is asked for by its keys. Where something listed is not there, or there was no list, everything from
 * there on is looked for: the list follows the database a moment later.
 */
async function* read<Known>(
  database: Database,
  query: BlocksQuery,
  list: Expected[] | null,
  knows: Knows<Known>,
): AsyncGenerator<Found<Known>> {
  if (list === null) {
    yield* search(database, query, keysOf(query));
    return;
  }
  for (let at = 0; at < list.length; at += blocksAtOnce) {
    const lot = list.slice(at, at + blocksAtOnce);
    const known = lot.map(knows);
    const unknown = lot.filter((_, index) => known[index] === null);
    const values =
      unknown.length === 0
        ? []
        : await database.getMany(
            unknown.map(({ key }) => key),
            seenBy(query),
          );
    query.signal?.throwIfAborted();
    let next = 0;
    for (const [index, expected] of lot.entries()) {
      const { key } = expected;
      const found = known[index];
      const bytes = found ? null : values[next++];
      if (bytes === undefined) {
        yield* searchFor(list.slice(at + index), database, query);
        return;
      }
      yield bytes === null ? { known: found! } : { key, bytes, expected };
    }
  }
}

type Read = { key: Buffer; bytes: Buffer; expected: null };

async function* search(
  database: Database,
  query: BlocksQuery,
  range: { gte: Buffer; lt: Buffer },
): AsyncGenerator<Read> {
  const iterator = database.iterator({ ...range, ...seenBy(query), ...iterationOptions });
  for await (const [key, bytes] of iterator) {
    query.signal?.throwIfAborted();
    if (blockMachineOf(key) === query.machine) yield { key, bytes, expected: null };
  }
}

async function* searchFor(
  list: readonly Expected[],
  database: Database,
  query: BlocksQuery,
): AsyncGenerator<Read> {
  const missing = new Map(list.map((one) => [one.key.toString('latin1'), one]));
  for await (const found of search(database, query, { ...keysOf(query), gte: list[0]!.key })) {
    missing.delete(found.key.toString('latin1'));
    yield found;
  }
  for (const one of missing.values()) {
    if (!(await isMissing(database, query.expected!, one.key))) continue;
    const { fromMs, toMs } = placeOf(one);
    query.onDamage({ fromMs, toMs, error: new RangeError('a block is missing') });
  }
}

function seenBy({ snapshot }: BlocksQuery) {
  return snapshot === undefined ? {} : { snapshot };
}
