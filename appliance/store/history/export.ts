/** History page by page, as it is kept: every sample, or every cell of a tier, once and in the order of time. */
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { longestBlockMs } from '../blocks/seal.ts';
import type { ExportColumn, ExportPage, ExportQuery } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { blockKeyFrom, blockStartOf } from '../keys.ts';
import type { Dictionaries } from '../records/dictionary.ts';
import type { Chain } from '../samples/head.ts';
import type { Samples } from '../samples/samples.ts';
import { type Cells, createCells, takeCell } from '../tiers/cells.ts';
import type { CoarseHistory } from '../tiers/coarse.ts';
import { type Coarse, tiers } from '../tiers/tiers.ts';
import { gather } from './gather.ts';
import { checkedNames, checkRange } from './questions.ts';
import { slicesOf } from './slices.ts';

/** Of a page. */
const mostValues = 50_000;
const mostRows = 10_000;
const mostCells = 4096;

export type ExportOptions = {
  database: Database;
  history: CoarseHistory;
  samples: Samples;
  dictionaries: Dictionaries;
  log: Log;
};

type Wanted = { index: number; name: string; unit: string; scale: number; kind: 'gauge' | 'counter' };

export async function exportPage(
  o: ExportOptions,
  query: ExportQuery,
  signal?: AbortSignal,
): Promise<ExportPage> {
  checkRange(query);
  const names = checkedNames(query.names);
  const wanted = o.dictionaries
    .of(query.machine)
    .map(({ name, unit, scale, kind }, index) => ({ index, name, unit, scale, kind }))
    .filter(({ name }) => names.includes(name));
  const damaged: { fromMs: number; toMs: number }[] = [];
  const page = {
    ...{ query, wanted, signal, chains: o.samples.chains(query.machine) },
    onDamage({ fromMs, toMs, error }: { fromMs: number; toMs: number; error: unknown }) {
      damaged.push({ fromMs, toMs });
      o.log.error('a part of history is damaged', {
        ...{ machine: query.machine, fromMs },
        error: messageOf(error),
      });
    },
  };
  const { times, columns, next } =
    query.tier === 'raw' ? await samplesPage(o, page) : await cellsPage(o, page, query.tier);
  return {
    ...{ machine: query.machine, tier: query.tier, times, columns },
    next: next === null ? null : String(next),
    ...(damaged.length > 0 ? { damaged } : {}),
  };
}

type Page = {
  query: ExportQuery;
  wanted: readonly Wanted[];
  signal: AbortSignal | undefined;
  chains: readonly Chain[];
  onDamage(damage: { fromMs: number; toMs: number; error: unknown }): void;
};

type Part = { times: number[]; columns: ExportColumn[]; next: number | null };

/** The cursor is the date of the last sample given: what is appended later comes later, what came late before it is left out. */
async function samplesPage(
  o: ExportOptions,
  { query, wanted, signal, chains, onDamage }: Page,
): Promise<Part> {
  const { machine, fromMs, toMs } = query;
  const afterMs = cursorOf(query) ?? Number.NEGATIVE_INFINITY;
  const rows = Math.max(1, Math.min(mostRows, Math.floor(mostValues / Math.max(1, wanted.length))));
  const times: number[] = [];
  const values: (number | null)[][] = wanted.map(() => []);
  const slices = slicesOf(o.database, chains, {
    ...{ machine, toMs, signal, wanted: wanted.map(({ index }) => index) },
    fromMs: Math.max(fromMs, afterMs),
    onDamage: ({ fromMs: startMs, error }) =>
      onDamage({ fromMs: startMs, toMs: startMs + longestBlockMs, error }),
  });
  for await (const slice of slices) {
    signal?.throwIfAborted();
    for (let at = 0; at < slice.times.length; at++) {
      const tMs = slice.times[at]!;
      if (tMs < fromMs || tMs <= afterMs || tMs >= toMs) continue;
      if (slice.columns.every((column) => Number.isNaN(column[at]))) continue;
      if (times.length === rows) return { times, columns: named(wanted, values), next: times.at(-1)! };
      times.push(tMs);
      for (const [index, column] of slice.columns.entries()) {
        values[index]!.push(Number.isNaN(column[at]) ? null : column[at]!);
      }
    }
  }
  return { times, columns: named(wanted, values), next: null };
}

function named(wanted: readonly Wanted[], values: readonly (number | null)[][]): ExportColumn[] {
  return wanted.map(({ name, unit, scale, kind }, at) => ({ name, unit, scale, kind, values: values[at]! }));
}

/** The cursor is the beginning of the next cell. What is finer is rolled up on the way, what is coarser is not there. */
async function cellsPage(
  o: ExportOptions,
  { query, wanted, signal, chains, onDamage }: Page,
  tier: Coarse,
): Promise<Part> {
  const { machine, fromMs, toMs } = query;
  const { cellMs } = tiers[tier];
  const extent = await extentOf(o, machine, chains);
  const beginMs = Math.max(fromMs, extent.fromMs, cursorOf(query) ?? Number.NEGATIVE_INFINITY);
  const endMs = Math.min(toMs, extent.toMs);
  if (beginMs >= endMs) return { times: [], columns: [], next: null };
  const startMs = Math.floor(beginMs / cellMs) * cellMs;
  const most = Math.max(1, Math.min(mostCells, Math.floor(mostValues / (6 * Math.max(1, wanted.length)))));
  const grid = { startMs, stepMs: cellMs, count: Math.min(most, Math.ceil((endMs - startMs) / cellMs)) };
  const cells = wanted.map(({ kind }) => createCells(kind, grid));
  const untilMs = startMs + grid.count * cellMs;
  const into = wanted.map(({ index }, at) => ({
    index,
    feed: (times: Float64Array, values: Float64Array) => cells[at]!.feed(times.map(Math.floor), values),
    take(others: Cells) {
      for (let from = 0; from < others.count.length; from++) {
        if (others.count[from]! > 0) takeCell(cells[at]!, others, from);
      }
    },
  }));
  await gather(
    { ...o, chains },
    {
      ...{ machine, into, signal, onDamage, fromMs: startMs, toMs: untilMs },
      coarse: tier === 'ten' ? ['ten', 'minute'] : ['minute'],
    },
  );
  const rows = [...Array(grid.count).keys()].filter((row) => cells.some(({ count }) => count[row]! > 0));
  const columns = wanted.map(({ name, unit, scale, kind }, at) => ({
    ...{ name, unit, scale, kind },
    ...fieldsOf(cells[at]!, rows),
  }));
  return {
    times: rows.map((row) => startMs + row * cellMs),
    columns,
    next: untilMs < endMs ? untilMs : null,
  };
}

function fieldsOf(cells: Cells, rows: readonly number[]): Partial<ExportColumn> {
  const pick = (value: (row: number) => number) =>
    rows.map((row) => (cells.count[row] === 0 ? null : value(row)));
  const count = pick((row) => cells.count[row]!);
  const last = pick((row) => cells.last[row]!);
  if (cells.kind === 'gauge') {
    const { least, most, over } = cells;
    return {
      ...{ count, last },
      min: pick((row) => least[row]!),
      max: pick((row) => most[row]!),
      sum: pick((row) => cells.last[row]! * cells.count[row]! + over[row]!),
    };
  }
  const rate = (grown: number, ms: number) => (ms > 0 ? (grown * 1000) / ms : null);
  return {
    ...{ count, last },
    first: pick((row) => cells.first[row]!),
    increase: pick((row) => cells.grown[row]!),
    coveredMs: pick((row) => cells.coveredMs[row]!),
    min: rows.map((row) => rate(cells.slowGrown[row]!, cells.slowMs[row]!)),
    max: rows.map((row) => rate(cells.fastGrown[row]!, cells.fastMs[row]!)),
  };
}

/** Where anything of the machine can be: a range from 1970 to 2099 has no pages beyond it. */
async function extentOf(
  { database, history }: ExportOptions,
  machine: number,
  chains: readonly Chain[],
): Promise<{ fromMs: number; toMs: number }> {
  const found: number[] = [];
  for (const { count, wallAtZeroMs, firstRunMs, lastRunMs } of chains) {
    if (count > 0) found.push(wallAtZeroMs + firstRunMs, wallAtZeroMs + lastRunMs);
  }
  const range = { gte: blockKeyFrom(machine, 0), lt: blockKeyFrom(machine + 1, 0), limit: 1 };
  for (const reverse of [false, true]) {
    for (const key of await database.keys({ ...range, reverse }).all()) {
      found.push(blockStartOf(key) + (reverse ? longestBlockMs : 0));
    }
  }
  for (const tier of ['minute', 'ten'] as const) {
    const extent = history.extent(tier);
    if (extent !== null) found.push(extent.firstMs, extent.lastMs + tiers[tier].windowMs);
  }
  return { fromMs: Math.min(...found), toMs: Math.max(...found) + 1 };
}

function cursorOf({ cursor }: ExportQuery): number | null {
  if (cursor === undefined) return null;
  const tMs = cursor.trim() === '' ? Number.NaN : Number(cursor);
  if (Number.isFinite(tMs)) return tMs;
  throw new Failure('BAD_REQUEST', 'this is no cursor of an earlier page', { path: 'cursor' });
}
