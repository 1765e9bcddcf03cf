/** What history knows of some series of a machine, into the cells of a grid: tens, minutes, samples in blocks and in RAM. */

import { longestBlockMs } from '../blocks/seal.ts';
import type { Room } from '../codec/room.ts';
import type { Database } from '../database/database.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { Chain } from '../samples/head.ts';
import type { Cells } from '../tiers/cells.ts';
import type { CoarseHistory } from '../tiers/coarse.ts';
import type { Runs } from '../tiers/runs.ts';
import type { Coarse } from '../tiers/tiers.ts';
import type { Remembered } from './remembered.ts';
import { slicesOf } from './slices.ts';

/** Takes one series. What was rolled up comes before samples, each in the order of time. */
export type Gatherer = {
  index: number;
  take(cells: Cells, tier: Coarse): void;
  feed(times: Float64Array, values: Float64Array, runs: Runs): void;
};

export type GatherQuery = {
  machine: number;
  fromMs: number;
  toMs: number;
  into: readonly Gatherer[];
  /** The tiers that may answer beside the samples. */
  coarse: readonly Coarse[];
  signal?: AbortSignal | undefined;
  onDamage(damage: { fromMs: number; toMs: number; error: unknown }): void;
};

export type GatherParts = {
  database: Database;
  history: CoarseHistory;
  chains: readonly Chain[];
  expected?: BlockIndex;
  remembered?: Remembered;
  room?: Room;
};

/** Everything is seen as it was at one moment, so that what is rolled up meanwhile is neither missed nor seen twice. */
export async function gather(o: GatherParts, query: GatherQuery): Promise<void> {
  const { machine, fromMs, toMs, into, signal } = query;
  const snapshot = o.database.snapshot();
  const wanted = into.map(({ index }) => index);
  const byIndex = new Map(into.map((one) => [one.index, one]));
  const windows = query.coarse.map((tier) => ({ tier, starts: o.history.windows(tier, query) }));
  const slices = slicesOf(o.database, o.chains, {
    ...{ machine, fromMs, toMs, wanted, signal, snapshot, expected: o.expected, room: o.room },
    remembered: windows.some(({ starts }) => starts.length > 0) ? undefined : o.remembered,
    onDamage: ({ fromMs: startMs, toMs: endMs = startMs + longestBlockMs, error }) =>
      query.onDamage({ fromMs: startMs, toMs: endMs, error }),
  });
  try {
    for (const { tier, starts } of windows) {
      await o.history.read(tier, starts, {
        ...{ machine, wanted, signal, snapshot, onDamage: query.onDamage },
        onCells: (index, cells) => byIndex.get(index)?.take(cells, tier),
      });
    }
    for await (const slice of slices) {
      signal?.throwIfAborted();
      for (const [at, one] of into.entries()) one.feed(slice.times, slice.columns[at]!, slice.runs);
    }
  } finally {
    await snapshot.close();
  }
}
