/** What is known of a series over stretches of time: the same for a cell of a tier and for a bucket of a chart. */
import type { SeriesKind } from '../../protocol/series.ts';
import { CounterCells } from './counter-cells.ts';
import { GaugeCells } from './gauge-cells.ts';

/** Cell i covers [startMs + i · stepMs, startMs + (i + 1) · stepMs). */
export type Grid = { startMs: number; stepMs: number; count: number };

export type Cells = GaugeCells | CounterCells;

export function createCells(kind: SeriesKind, grid: Grid): Cells {
  return kind === 'counter' ? new CounterCells(grid) : new GaugeCells(grid);
}

/** Cells of one kind into cells of the same kind. */
export function takeCell(into: Cells, others: Cells, at: number): void {
  if (into.kind === 'gauge' && others.kind === 'gauge') into.take(others, at);
  else if (into.kind === 'counter' && others.kind === 'counter') into.take(others, at);
  else throw new TypeError('a counter has become a gauge');
}
