/** The records of coarse history in the database: where they begin and end, and the cells of some series in the order of time. */
import { type Database, iterationOptions, type Snapshot } from '../database/database.ts';
import { isMissing } from '../history/missing.ts';
import { rollupKey, rollupPlace } from '../keys.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { Cells } from './cells.ts';
import { openRollup, type RollupOrigin } from './rollup.ts';
import { type Coarse, groupOf, tiers, windowStart } from './tiers.ts';

/** The windows of the oldest and the newest record, or null without any. */
export type Extent = { firstMs: number; lastMs: number } | null;

export type CellsQuery = {
  machine: number;
  /** Indexes in the machine's dictionary. */
  wanted: readonly number[];
  snapshot: Snapshot;
  signal?: AbortSignal | undefined;
  onCells(index: number, cells: Cells, tier: Coarse): void;
  onDamage(damage: { fromMs: number; toMs: number; error: unknown }): void;
};

const recordsAtOnce = 16;

export class CoarseHistory {
  readonly #database: Database;
  readonly #expected: Pick<BlockIndex, 'get' | 'settled'> | null;
  readonly #extents = new Map<Coarse, Extent>();

  /** `expected`: which records have to be there. */
  constructor(database: Database, expected: Pick<BlockIndex, 'get' | 'settled'> | null = null) {
    this.#database = database;
    this.#expected = expected;
  }

  async load(): Promise<void> {
    for (const tier of ['minute', 'ten'] as const) await this.look(tier);
  }

  /** Again, after records were deleted. */
  async look(tier: Coarse): Promise<void> {
    const range = keysOf(tier);
    const [first] = await this.#database.keys({ ...range, limit: 1 }).all();
    const [last] = await this.#database.keys({ ...range, limit: 1, reverse: true }).all();
    const known = first !== undefined && last !== undefined;
    this.#extents.set(
      tier,
      known ? { firstMs: rollupPlace(first).windowMs, lastMs: rollupPlace(last).windowMs } : null,
    );
  }

  /** Before a record of this window is written. */
  widen(tier: Coarse, windowMs: number): void {
    const extent = this.#extents.get(tier) ?? { firstMs: windowMs, lastMs: windowMs };
    const firstMs = Math.min(extent.firstMs, windowMs);
    this.#extents.set(tier, { firstMs, lastMs: Math.max(extent.lastMs, windowMs) });
  }

  extent(tier: Coarse): Extent {
    return this.#extents.get(tier) ?? null;
  }

  firstKey(tier: Coarse, windowMs: number): Buffer {
    return rollupKey(tiers[tier].number, windowMs, 0, 0);
  }

  /** Whether the tier may have something from there on: up to there charts have its steps. */
  reaches(tier: Coarse, fromMs: number): boolean {
    const extent = this.extent(tier);
    return extent !== null && fromMs < extent.lastMs + tiers[tier].windowMs;
  }

  async read(tier: Coarse, windows: readonly number[], query: CellsQuery): Promise<void> {
    const { machine, signal, snapshot, wanted } = query;
    for (const group of new Set(wanted.map(groupOf))) {
      const indexes = wanted.filter((index) => groupOf(index) === group);
      for (let at = 0; at < windows.length; at += recordsAtOnce) {
        signal?.throwIfAborted();
        const some = windows.slice(at, at + recordsAtOnce);
        const keys = some.map((startMs) => rollupKey(tiers[tier].number, startMs, machine, group));
        const found = await this.#database.getMany(keys, { snapshot });
        for (const [index, bytes] of found.entries()) {
          signal?.throwIfAborted();
          const origin = { tier, startMs: some[index]!, machine, group };
          if (bytes !== undefined) readRecord(bytes, origin, indexes, query);
          else if (this.#expected && (await isMissing(this.#database, this.#expected, keys[index]!))) {
            const place = { fromMs: origin.startMs, toMs: origin.startMs + tiers[tier].windowMs };
            query.onDamage({ ...place, error: new RangeError('a record is missing') });
          }
          // A record is a millisecond or two: two years of them must not hold up whoever else asks.
          if (bytes !== undefined) await nextTurn();
        }
      }
    }
  }

  /** The keys of the windows from one to before another, oldest first. */
  keysBetween(tier: Coarse, fromMs: number, toMs: number): AsyncIterable<Buffer> {
    const { number } = tiers[tier];
    const range = { gte: rollupKey(number, fromMs, 0, 0), lt: rollupKey(number, toMs, 0, 0) };
    return this.#database.keys({ ...range, ...iterationOptions });
  }

  /** Those that may hold something of a range. To be asked for in the same turn of the loop as the snapshot. */
  windows(tier: Coarse, { fromMs, toMs }: { fromMs: number; toMs: number }): number[] {
    const extent = this.extent(tier);
    if (extent === null) return [];
    const { windowMs } = tiers[tier];
    const windows: number[] = [];
    const lastMs = Math.min(extent.lastMs, toMs - 1);
    for (
      let startMs = windowStart(Math.max(extent.firstMs, fromMs), tiers[tier]);
      startMs <= lastMs;
      startMs += windowMs
    ) {
      windows.push(startMs);
    }
    return windows;
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function keysOf(tier: Coarse): { gte: Buffer; lt: Buffer } {
  const { number } = tiers[tier];
  return { gte: rollupKey(number, 0, 0, 0), lt: rollupKey(number + 1, 0, 0, 0) };
}

function readRecord(
  bytes: Buffer,
  origin: RollupOrigin,
  wanted: readonly number[],
  { onCells, onDamage }: CellsQuery,
): void {
  try {
    const record = openRollup(bytes, origin);
    for (const index of wanted) {
      const cells = record.cells(index);
      if (cells !== null) onCells(index, cells, origin.tier);
    }
  } catch (error) {
    const { startMs, tier } = origin;
    onDamage({ fromMs: startMs, toMs: startMs + tiers[tier].windowMs, error });
  }
}
