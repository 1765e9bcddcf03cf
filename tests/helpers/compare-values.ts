/** Everything that a store has of a machine against everything that it was given: what is missing, wrong or invented. */
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import type { ExportColumn, ExportPage, ExportQuery } from '../../appliance/store/client/types.ts';

export type Given = { tMs: number; values: Tick['values'] };
/** The first of each kind, and how many there are. */
export type Comparison = {
  compared: number;
  missing: number;
  wrong: number;
  invented: number;
  first: string | null;
};

/** Samples of young history, value by value; `ask` is the store's reader or its client. */
export async function compareValues(
  ask: (query: ExportQuery) => Promise<ExportPage>,
  machine: number,
  series: readonly Series[],
  given: readonly Given[],
): Promise<Comparison> {
  const result: Comparison = { compared: 0, missing: 0, wrong: 0, invented: 0, first: null };
  const left = new Map(given.map(({ tMs, values }) => [tMs, values]));
  const note = (kind: 'missing' | 'wrong' | 'invented', tMs: number, name: string) => {
    result[kind]++;
    result.first ??= `${kind}: ${name} at ${new Date(tMs).toISOString()}`;
  };
  const compareRow = (
    columns: readonly ExportColumn[],
    row: number,
    tMs: number,
    wanted: Tick['values'] | undefined,
  ) => {
    for (const [at, { name, values }] of columns.entries()) {
      const found = values?.[row] ?? null;
      const sent = wanted?.[at] ?? null;
      if (found === null && sent === null) continue;
      result.compared++;
      if (found === sent) continue;
      note(found === null ? 'missing' : sent === null ? 'invented' : 'wrong', tMs, name);
    }
  };
  const query = {
    machine,
    names: series.map(({ name }) => name),
    fromMs: -(2 ** 52),
    toMs: 2 ** 52,
    tier: 'raw',
  } as const;
  let cursor: string | null = null;
  do {
    const page: ExportPage = await ask({ ...query, ...(cursor === null ? {} : { cursor }) });
    for (const [row, tMs] of page.times.entries()) {
      compareRow(page.columns, row, tMs, left.get(tMs));
      left.delete(tMs);
    }
    cursor = page.next;
  } while (cursor !== null);
  for (const [tMs, values] of left) {
    for (const [at, value] of values.entries())
      if (value !== undefined) note('missing', tMs, series[at]!.name);
  }
  return result;
}
