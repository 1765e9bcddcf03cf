/** A recorded trace: CSV with a header line, `t` in milliseconds, then one column a series; empty where there is none. */
import { readFile } from 'node:fs/promises';
import type { HostTrace } from './trace.ts';

/** So that hosts which replay one recording differ. */
const shift = { timeMs: 137, value: 1009 };
const mostDecimals = 6;

export async function readTrace(path: string): Promise<HostTrace> {
  const [header = '', ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/);
  const [first, ...names] = header.split(',');
  if (first !== 't' || names.length === 0)
    throw new Error(`${path} does not begin with a line "t,series,…".`);
  const rows = lines.map((line) => line.split(','));
  for (const [at, row] of rows.entries()) {
    if (row.length !== names.length + 1) {
      throw new Error(`Line ${at + 2} of ${path} has ${row.length} fields, not ${names.length + 1}.`);
    }
  }
  const series = names.map((name, index) => ({
    name,
    scale: decimalsIn(rows, index + 1),
    kind: 'gauge' as const,
  }));
  const columns = series.map(({ scale }, index) =>
    Float64Array.from(rows, (row) => integerOf(row[index + 1]!, scale)),
  );
  return { host: 0, times: Float64Array.from(rows, (row) => Number(row[0])), series, columns };
}

/** The same machine once more, a little later and with other numbers. */
export function shifted({ times, series, columns }: HostTrace, host: number): HostTrace {
  return {
    ...{ host, series },
    times: times.map((time) => time + host * shift.timeMs),
    columns: columns.map((column) => column.map((value) => value + host * shift.value)),
  };
}

function decimalsIn(rows: readonly (readonly string[])[], field: number): number {
  const most = rows.reduce((found, row) => Math.max(found, (row[field]!.split('.')[1] ?? '').length), 0);
  return Math.min(most, mostDecimals);
}

function integerOf(text: string, scale: number): number {
  return text === '' ? Number.NaN : Math.round(Number(text) * 10 ** scale) + 0;
}
