/** The fleet as a table: sortable, filterable, and painted at most once a frame. */
import type { FleetRow } from '../api/types.ts';
import { createEnds, type Page } from '../context.ts';
import { createPainter } from '../dom/frame.ts';
import { h, setAttribute, setText } from '../dom/h.ts';
import { type ColumnName, columns, matchesFilter, nextOrder, type Order, sortRows } from '../fleet/sort.ts';
import { createRow, type RowView } from './fleet-row.ts';

export type FleetTable = { node: HTMLElement; filter(text: string): void; stop(): void };

/** Rows sorted by a moving value change places no more often than this, and never under the pointer. */
const resortMs = 5_000;

export function createFleetTable(page: Page): FleetTable {
  const { words, connection } = page;
  const { fleet } = connection;
  const ends = createEnds();
  const rows = new Map<number, RowView>();
  let order: Order = { column: 'name', descending: false };
  let wish = '';

  const body = h('tbody', { role: 'rowgroup' });
  const none = h('p', { class: 'soft none', hidden: true }, words.say('overview.noMatch'));
  const heads = columns.map((column) => head(column));
  const node = h(
    'div',
    { class: 'card fleet' },
    h(
      'table',
      { role: 'table', 'aria-label': words.say('nav.machines') },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads.map(({ cell }) => cell))),
      body,
    ),
    none,
  );

  function head(column: ColumnName) {
    const turn = (): void => {
      order = nextOrder(order, column);
      arrange();
      page.announce(words.say('overview.sorted', { column: words.say(`column.${column}`) }));
    };
    const arrow = h('span', { class: 'arrow', 'aria-hidden': 'true' });
    const cell = h(
      'th',
      { scope: 'col', role: 'columnheader', class: `c-${column}` },
      h('button', { type: 'button', on: { click: turn } }, words.say(`column.${column}`), arrow),
    );
    return { column, cell, arrow };
  }

  const viewOf = (row: FleetRow): RowView => {
    let view = rows.get(row.machine);
    if (view === undefined) {
      view = createRow(page, row);
      view.update(row);
      rows.set(row.machine, view);
    }
    return view;
  };

  /** Puts rows in order by moving only those that stand elsewhere. */
  function arrange(): void {
    for (const { column, cell, arrow } of heads) {
      const own = column === order.column;
      setAttribute(cell, 'aria-sort', own ? (order.descending ? 'descending' : 'ascending') : null);
      setText(arrow, own ? (order.descending ? '↓' : '↑') : '');
    }
    for (const [machine, view] of rows) {
      if (fleet.rows.has(machine)) continue;
      view.node.remove();
      rows.delete(machine);
    }
    const sorted = sortRows(fleet.rows.values(), order, words.language).filter((row) =>
      matchesFilter(row, wish),
    );
    const shown = new Set(sorted.map((row) => row.machine));
    for (const [machine, view] of rows) if (!shown.has(machine)) view.node.remove();
    let at = body.firstElementChild;
    for (const row of sorted) {
      const { node: line } = viewOf(row);
      if (line === at) at = at.nextElementSibling;
      else body.insertBefore(line, at);
    }
    none.hidden = sorted.length > 0 || fleet.rows.size === 0;
  }

  const painter = createPainter<number | 'order'>((changed) => {
    for (const machine of changed.has('order') ? fleet.rows.keys() : changed) {
      const row = typeof machine === 'number' ? fleet.rows.get(machine) : undefined;
      if (row !== undefined) viewOf(row).update(row);
    }
    const unknown = [...changed].some(
      (machine) => typeof machine === 'number' && !rows.get(machine)?.node.isConnected,
    );
    if (changed.has('order') || (unknown && wish === '')) arrange();
  });
  const resort = setInterval(() => {
    if (order.column !== 'name' && !body.matches(':hover, :focus-within')) arrange();
  }, resortMs);
  ends.add(
    fleet.onChange((event) => painter.mark(event.kind === 'order' ? 'order' : event.machine)),
    () => painter.stop(),
    () => clearInterval(resort),
  );
  arrange();
  return {
    node,
    filter(text) {
      wish = text;
      arrange();
    },
    stop: () => ends.all(),
  };
}
