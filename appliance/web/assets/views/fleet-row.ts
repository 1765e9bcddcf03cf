/** One machine as a row: made once, then only the cells whose text differs are touched. */
import type { FleetRow } from '../api/types.ts';
import type { Page } from '../context.ts';
import { h, setAttribute, setText } from '../dom/h.ts';
import { icon } from '../dom/icons.ts';
import { diskLevel, type Health, hasValues, healthOf } from '../fleet/health.ts';
import { dash } from '../language/format.ts';

export type RowView = { node: HTMLTableRowElement; update(row: FleetRow): void };

type Meter = {
  node: HTMLTableCellElement;
  set(share: number | undefined, text: string, level: string | null): void;
};

function meter(name: string, label: string): Meter {
  const fill = h('span', { class: 'fill' });
  const number = h('span', { class: 'num' });
  const node = h(
    'td',
    { class: `meter c-${name}`, role: 'cell' },
    h('span', { class: 'meter-label', 'aria-hidden': 'true' }, label),
    h('span', { class: 'bar', 'aria-hidden': 'true' }, fill),
    number,
  );
  let drawn = -1;
  let shownLevel: string | null = null;
  return {
    node,
    set(share, text, level) {
      setText(number, text);
      const next = Math.round(Math.min(1, Math.max(0, share ?? 0)) * 500) / 500;
      if (next !== drawn) {
        drawn = next;
        fill.style.transform = `scaleX(${next})`;
      }
      if (level !== shownLevel) {
        shownLevel = level;
        setAttribute(node, 'data-level', level);
      }
    },
  };
}

function plainCell(name: string): HTMLTableCellElement {
  return h('td', { class: `num c-${name}`, role: 'cell' });
}

export function createRow(page: Page, first: FleetRow): RowView {
  const { words, format } = page;
  const mark = h('span', { class: 'mark' });
  const link = h('a', { href: `/machines/${first.machine}` });
  const word = h('span', { class: 'state' });
  const cpu = meter('cpu', words.say('column.cpu'));
  const memory = meter('memory', words.say('column.memory.short'));
  const disk = meter('disk', words.say('column.disk'));
  const cells = {
    receive: plainCell('receive'),
    transmit: plainCell('transmit'),
    temperature: plainCell('temperature'),
    up: plainCell('up'),
  };
  const node = h(
    'tr',
    { role: 'row', 'data-machine': first.machine },
    h('th', { scope: 'row', role: 'rowheader', class: 'c-name' }, mark, link, word),
    cpu.node,
    memory.node,
    disk.node,
    ...Object.values(cells),
  );
  const orDash = (value: number | undefined, show: (value: number) => string): string =>
    value === undefined ? dash : show(value);
  let health: Health | null = null;

  const showHealth = (row: FleetRow): void => {
    const next = healthOf(row);
    if (next !== health) {
      health = next;
      node.dataset.health = next;
      mark.replaceChildren(icon(next));
    }
    const since = format.since(row.stateSinceMs, page.clock.now());
    const text =
      row.state === 'up'
        ? words.say(`health.${next}`)
        : words.say('row.since', { state: words.say(`state.${row.state}`), time: since });
    setText(word, text);
    setAttribute(word, 'title', row.state === 'up' ? null : format.exact(row.stateSinceMs));
  };

  return {
    node,
    update(row) {
      setText(link, row.name);
      showHealth(row);
      const known = hasValues(row) ? (row.summary ?? {}) : {};
      cpu.set(known.cpu, orDash(known.cpu, format.percent), null);
      memory.set(known.memory, orDash(known.memory, format.percent), null);
      disk.set(known.disk, orDash(known.disk, format.percent), diskLevel(known.disk));
      setText(cells.receive, orDash(known.receiveBps, format.rate));
      setText(cells.transmit, orDash(known.transmitBps, format.rate));
      setText(cells.temperature, orDash(known.temperature, format.temperature));
      setText(cells.up, orDash(known.uptimeS, format.duration));
    },
  };
}
