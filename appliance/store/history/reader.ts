/** Ranges: what a chart of so many points needs of some series of one machine. */
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { packTable, plainTable, type Table } from '../client/table.ts';
import type { ExportPage, ExportQuery, RangeAnswer, RangeQuery } from '../client/types.ts';
import { Room } from '../codec/room.ts';
import type { Database } from '../database/database.ts';
import type { Dictionaries } from '../records/dictionary.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { LostTimes } from '../recovery/lost.ts';
import type { Samples } from '../samples/samples.ts';
import type { Grid } from '../tiers/cells.ts';
import type { CoarseHistory } from '../tiers/coarse.ts';
import { type Coarse, tiers } from '../tiers/tiers.ts';
import { Buckets } from './buckets.ts';
import { exportTable } from './export.ts';
import { gather } from './gather.ts';
import { checkedNames, checkRange } from './questions.ts';
import { Remembered } from './remembered.ts';

const mostPoints = 4000;
const shortestStepMs = 1000;

export interface Reader {
  range(query: RangeQuery, signal?: AbortSignal): Promise<RangeAnswer>;
  exportPage(query: ExportQuery, signal?: AbortSignal): Promise<ExportPage>;
  /** The same as they travel inside the box. */
  packedRange(query: RangeQuery, signal?: AbortSignal): Promise<Uint8Array>;
  packedPage(query: ExportQuery, signal?: AbortSignal): Promise<Uint8Array>;
}

type ReaderParts = ReaderOptions & { remembered: Remembered; room: Room };

export type ReaderOptions = {
  database: Database;
  history: CoarseHistory;
  samples: Samples;
  dictionaries: Dictionaries;
  log: Log;
  /** What has to be there, and what is known to be lost. */
  expected: BlockIndex;
  lost?: Pick<LostTimes, 'of'>;
};

export function createReader(options: ReaderOptions): Reader {
  const o: ReaderParts = { ...options, remembered: new Remembered(), room: new Room() };
  return {
    range: async (query, signal) => plainTable(await rangeTable(o, query, signal)) as RangeAnswer,
    exportPage: async (query, signal) => plainTable(await exportTable(o, query, signal)) as ExportPage,
    packedRange: async (query, signal) => packTable(await rangeTable(o, query, signal)),
    packedPage: async (query, signal) => packTable(await exportTable(o, query, signal)),
  };
}

async function rangeTable(o: ReaderParts, query: RangeQuery, signal?: AbortSignal): Promise<Table> {
  const { machine, fromMs, toMs } = query;
  const coarse = (['ten', 'minute'] as const).filter((tier) => o.history.reaches(tier, fromMs));
  const grid = gridOf(query, coarse);
  const names = checkedNames(query.names);
  const found = o.dictionaries
    .of(machine)
    .map((series, index) => ({ series, index }))
    .filter(({ series }) => names.includes(series.name))
    .map((one) => ({ ...one, buckets: new Buckets(one.series, grid) }));
  const into = found.map(({ index, buckets }) => ({
    index,
    take: buckets.take.bind(buckets),
    feed: buckets.feed.bind(buckets),
  }));
  const damaged: { fromMs: number; toMs: number }[] = o.lost?.of(machine, fromMs, toMs) ?? [];
  const chains = o.samples.chains(machine);
  await gather(
    { ...o, chains },
    {
      ...{ machine, fromMs, toMs, into, coarse, signal },
      onDamage({ fromMs, toMs, error }) {
        damaged.push({ fromMs, toMs });
        o.log.error('a part of history is damaged', { machine, fromMs, error: messageOf(error) });
      },
    },
  );
  // Of namesakes with another unit or scale the newest is shown.
  const newest = new Map(found.map(({ series, buckets }) => [series.name, buckets]));
  const columns = names.flatMap((name) => newest.get(name)?.column({ last: query.last === true }) ?? []);
  return {
    ...{ machine, ...grid, columns },
    ...(isClipped(query) ? { clipped: true as const } : {}),
    ...(damaged.length > 0 ? { damaged } : {}),
  };
}

/**
 * Buckets begin at multiples of their length, so that the same moment is in the same bucket in the next answer. Over
 * history that was rolled up they hold whole cells, unless they are shorter.
 */
export function gridOf(query: RangeQuery, coarse: readonly Coarse[] = []): Grid {
  const { fromMs, toMs, points } = query;
  checkRange(query);
  const wanted = Math.min(Math.max(Math.floor(points), 1), mostPoints);
  let stepMs = Math.max(shortestStepMs, Math.ceil((toMs - fromMs) / wanted));
  for (const tier of ['minute', 'ten'] as const) {
    const { cellMs } = tiers[tier];
    const isRolled = coarse.includes(tier) || (tier === 'minute' && coarse.length > 0);
    if (isRolled && stepMs > cellMs) stepMs = Math.ceil(stepMs / cellMs) * cellMs;
  }
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  return { startMs, stepMs, count: Math.ceil((toMs - startMs) / stepMs) };
}

function isClipped({ points }: RangeQuery): boolean {
  return points > mostPoints;
}
