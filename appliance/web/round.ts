/** Computed numbers of a range are rounded: a mean or a rate has no 17 digits of truth, and they are most of an answer. */
import type { Column, RangeAnswer } from '../store/client/types.ts';

const digits = 5;

/** Least and greatest value of a gauge were measured as they are and stay exact. */
export function shortenRange(answer: RangeAnswer): RangeAnswer {
  return { ...answer, columns: answer.columns.map(shortenColumn) };
}

function shortenColumn(column: Column): Column {
  const mean = column.mean.map(short);
  if (column.kind === 'gauge') return { ...column, mean };
  return { ...column, mean, min: column.min.map(short), max: column.max.map(short) };
}

function short(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(digits));
}
