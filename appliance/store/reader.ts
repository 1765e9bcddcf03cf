/** Ranges: what a chart of so many points needs of some series of one machine. */
import { Failure, messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { Buckets, type Grid } from './buckets.ts';
import type { RangeAnswer, RangeQuery } from './client/types.ts';
import type { Database } from './database.ts';
import type { Dictionaries } from './dictionary.ts';
import type { Samples } from './samples.ts';
import { longestBlockMs } from './seal.ts';
import { slicesOf } from './slices.ts';

const mostPoints = 4000;
const mostNames = 100;
const shortestStepMs = 1000;

export interface Reader {
  range(query: RangeQuery, signal?: AbortSignal): Promise<RangeAnswer>;
}

export function createReader(o: {
  database: Database;
  samples: Samples;
  dictionaries: Dictionaries;
  log: Log;
}): Reader {
  return {
    async range(query, signal) {
      const { machine, fromMs, toMs } = query;
      const grid = gridOf(query);
      const names = [...new Set(query.names)];
      if (names.length > mostNames) {
        throw new Failure('BAD_REQUEST', `more than ${mostNames} series in one question`, { path: 'series' });
      }
      const found = o.dictionaries
        .of(machine)
        .map((series, index) => ({ series, index }))
        .filter(({ series }) => names.includes(series.name))
        .map((one) => ({ ...one, buckets: new Buckets(one.series, grid) }));
      const damage: { fromMs: number; toMs: number }[] = [];
      const wanted = found.map(({ index }) => index);
      const slices = slicesOf(o.database, o.samples.chains(machine), {
        ...{ machine, fromMs, toMs, wanted, signal },
        onDamage({ fromMs: damagedMs, error }) {
          damage.push({ fromMs: damagedMs, toMs: damagedMs + longestBlockMs });
          o.log.error('a block is damaged', { machine, fromMs: damagedMs, error: messageOf(error) });
        },
      });
      for await (const slice of slices) {
        signal?.throwIfAborted();
        for (const [at, { buckets }] of found.entries()) buckets.feed(slice.times, slice.columns[at]!);
      }
      // Of namesakes with another unit or scale the newest is shown.
      const newest = new Map(found.map(({ series, buckets }) => [series.name, buckets]));
      const columns = names.flatMap((name) => newest.get(name)?.column() ?? []);
      return { machine, ...grid, columns, ...(damage.length > 0 ? { damaged: damage } : {}) };
    },
  };
}

/** Buckets begin at multiples of their length, so that the same moment is in the same bucket in the next answer. */
export function gridOf({ fromMs, toMs, points }: RangeQuery): Grid {
  if (!(toMs > fromMs)) throw new Failure('BAD_REQUEST', 'the range ends before it begins', { path: 'to' });
  const wanted = Math.min(Math.max(Math.floor(points), 1), mostPoints);
  const stepMs = Math.max(shortestStepMs, Math.ceil((toMs - fromMs) / wanted));
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  return { startMs, stepMs, count: Math.ceil((toMs - startMs) / stepMs) };
}
