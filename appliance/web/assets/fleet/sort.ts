/** The order of the fleet's rows; machines without a value stand last, whichever way one sorts. */
import type { FleetRow } from '../api/types.ts';
import { hasValues } from './health.ts';

export const columns = ['name', 'cpu', 'memory', 'disk', 'receive', 'transmit', 'temperature', 'up'] as const;
export type ColumnName = (typeof columns)[number];
export type Order = { column: ColumnName; descending: boolean };

function quantityOf(row: FleetRow, column: Exclude<ColumnName, 'name'>): number | undefined {
  if (!hasValues(row)) return undefined;
  const summary = row.summary ?? {};
  switch (column) {
    case 'receive':
      return summary.receiveBps;
    case 'transmit':
      return summary.transmitBps;
    case 'up':
      return summary.uptimeS;
    default:
      return summary[column];
  }
}

export function sortRows(rows: Iterable<FleetRow>, order: Order, language: string): FleetRow[] {
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: 'base' });
  const byName = (a: FleetRow, b: FleetRow): number =>
    collator.compare(a.name, b.name) || a.machine - b.machine;
  const sign = order.descending ? -1 : 1;
  const { column } = order;
  if (column === 'name') return [...rows].sort((a, b) => sign * byName(a, b));
  return [...rows].sort((a, b) => {
    const left = quantityOf(a, column);
    const right = quantityOf(b, column);
    if (left === undefined || right === undefined) {
      return Number(left === undefined) - Number(right === undefined) || byName(a, b);
    }
    return sign * (left - right) || byName(a, b);
  });
}

/** Names sort upward first, quantities downward first: the fullest is what one looks for. */
export function nextOrder(order: Order, column: ColumnName): Order {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: column !== 'name' };
}

export function matchesFilter(row: FleetRow, filter: string): boolean {
  const wish = fold(filter.trim());
  if (wish === '') return true;
  const facts = row.facts;
  return [row.name, ...(facts?.addresses ?? []), facts?.os ?? ''].some((text) => fold(text).includes(wish));
}

function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}
