/** History page by page, as it is kept: every sample, or every cell of a tier, once and in the order of time. */
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { longestBlockMs } from '../blocks/seal.ts';
import type { PackedColumn, Table } from '../client/table.ts';
import type { ExportQuery } from '../client/types.ts';
import type { Room } from '../codec/room.ts';
import type { Database } from '../database/database.ts';
import type { Dictionaries } from '../records/dictionary.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { Chain } from '../samples/head.ts';
import type { Samples } from '../samples/samples.ts';
import { type Cells, createCells, takeCell } from '../tiers/cells.ts';
import type { CoarseHistory } from '../tiers/coarse.ts';
import type { Runs } from '../tiers/runs.ts';
import { type Coarse, tiers } from '../tiers/tiers.ts';
import { extentOf, nextDate } from './extent.ts';
import { gather } from './gather.ts';
import { checkedNames, checkRange } from './questions.ts';
import type { Remembered } from './remembered.ts';
import { type Slice, slicesOf } from './slices.ts';

/** Of a page, dates among them: a day of one series is one page. */
const mostNumbers = 40_000;
const mostCells = 4096;

export type ExportOptions = {
  database: Database;
  expected: BlockIndex;
  remembered: Remembered;
  room: Room;
  history: CoarseHistory;
  samples: Samples;
  dictionaries: Dictionaries;
  log: Log;
};

type Wanted = { index: number; name: string; unit: string; scale: number; kind: 'gauge' | 'counter' };

export async function exportTable(
  o: ExportOptions,
  query: ExportQuery,
  signal?: AbortSignal,
): Promise<Table> {
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

type Part = { times: Float64Array; columns: PackedColumn[]; next: number | null };

/** The cursor is the date of the last sample given: what is appended later comes later, what came late before it is left out. */
async function samplesPage(
  o: ExportOptions,
  { query, wanted, signal, chains, onDamage }: Page,
): Promise<Part> {
  const { machine, fromMs, toMs } = query;
  const afterMs = cursorOf(query) ?? Number.NEGATIVE_INFINITY;
  const most = Math.max(1, Math.floor(mostNumbers / (1 + Math.max(1, wanted.length))));
  const times = new Float64Array(most);
  const values = wanted.map(() => new Float64Array(most));
  let rows = 0;
  const part = (next: number | null): Part => ({
    times: times.subarray(0, rows),
    columns: wanted.map(({ name, unit, scale, kind }, at) => ({
      ...{ name, unit, scale, kind },
      values: values[at]!.subarray(0, rows),
    })),
    next,
  });
  const slices = slicesOf(o.database, chains, {
    ...{ machine, toMs, signal, expected: o.expected, remembered: o.remembered, room: o.room },
    wanted: wanted.map(({ index }) => index),
    fromMs: Math.max(fromMs, afterMs),
    onDamage: ({ fromMs: startMs, toMs: endMs = startMs + longestBlockMs, error }) =>
      onDamage({ fromMs: startMs, toMs: endMs, error }),
  });
  for await (const slice of slices) {
    signal?.throwIfAborted();
    const count = slice.times.length;
    const isInside = slice.startMs >= fromMs && slice.startMs > afterMs && slice.endMs < toMs;
    if (isInside && rows + count <= most && isFull(slice)) {
      times.set(slice.times, rows);
      for (const [at, column] of slice.columns.entries()) values[at]!.set(column, rows);
      rows += count;
      continue;
    }
    for (let at = 0; at < count; at++) {
      const tMs = slice.times[at]!;
      if (tMs < fromMs || tMs <= afterMs || tMs >= toMs || isEmpty(slice, at)) continue;
      if (rows === most) return part(times[rows - 1]!);
      times[rows] = tMs;
      for (let column = 0; column < values.length; column++) {
        values[column]![rows] = slice.columns[column]![at]!;
      }
      rows++;
    }
  }
  return part(null);
}

/** Of one series with a value at each tick no row is empty. */
function isFull({ columns }: Slice): boolean {
  const [only] = columns;
  if (only === undefined || columns.length > 1) return false;
  for (let at = 0; at < only.length; at++) if (Number.isNaN(only[at])) return false;
  return true;
}

function isEmpty({ columns }: Slice, at: number): boolean {
  for (let column = 0; column < columns.length; column++) {
    if (!Number.isNaN(columns[column]![at])) return false;
  }
  return true;
}

/** The cursor is the beginning of the next cell. What is finer is rolled up on the way, what is coarser is not there. */
async function cellsPage(
  o: ExportOptions,
  { query, wanted, signal, chains, onDamage }: Page,
  tier: Coarse,
): Promise<Part> {
  const { machine, fromMs, toMs } = query;
  const { cellMs } = tiers[tier];
  const extent = extentOf(o, machine, chains);
  const beginMs = Math.max(fromMs, extent.fromMs, cursorOf(query) ?? Number.NEGATIVE_INFINITY);
  const endMs = Math.min(toMs, extent.toMs);
  if (beginMs >= endMs) return { times: new Float64Array(0), columns: [], next: null };
  const startMs = Math.floor(beginMs / cellMs) * cellMs;
  const most = Math.max(1, Math.min(mostCells, Math.floor(mostNumbers / (6 * Math.max(1, wanted.length)))));
  const grid = { startMs, stepMs: cellMs, count: Math.min(most, Math.ceil((endMs - startMs) / cellMs)) };
  const cells = wanted.map(({ kind }) => createCells(kind, grid));
  const untilMs = startMs + grid.count * cellMs;
  const into = wanted.map(({ index }, at) => ({
    index,
    feed: (times: Float64Array, values: Float64Array, runs: Runs) =>
      cells[at]!.feed(times.map(Math.floor), values, runs),
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
    times: Float64Array.from(rows, (row) => startMs + row * cellMs),
    columns,
    // Between a date of 1970 and one of today are thousands of pages of nothing.
    next:
      untilMs >= endMs ? null : rows.length > 0 ? untilMs : nextDate(o, { machine, chains, tier, untilMs }),
  };
}

function fieldsOf(cells: Cells, rows: readonly number[]): Record<string, Float64Array> {
  const pick = (value: (row: number) => number) =>
    Float64Array.from(rows, (row) => (cells.count[row] === 0 ? Number.NaN : value(row)));
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
  const rates = (grown: Float64Array, ms: Float64Array) =>
    Float64Array.from(rows, (row) => (ms[row]! > 0 ? (grown[row]! * 1000) / ms[row]! : Number.NaN));
  return {
    ...{ count, last },
    first: pick((row) => cells.first[row]!),
    increase: pick((row) => cells.grown[row]!),
    coveredMs: pick((row) => cells.coveredMs[row]!),
    min: rates(cells.slowGrown, cells.slowMs),
    max: rates(cells.fastGrown, cells.fastMs),
  };
}

function cursorOf({ cursor }: ExportQuery): number | null {
  if (cursor === undefined) return null;
  const tMs = cursor.trim() === '' ? Number.NaN : Number(cursor);
  if (Number.isFinite(tMs)) return tMs;
  throw new Failure('BAD_REQUEST', 'this is no cursor of an earlier page', { path: 'cursor' });
}
