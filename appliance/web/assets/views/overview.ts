/** What is wrong first, then one sentence, then every machine in a row. */
import type { FleetRow } from '../api/types.ts';
import { createEnds, type Page, type View } from '../context.ts';
import { createPainter } from '../dom/frame.ts';
import { h, setText } from '../dom/h.ts';
import { icon } from '../dom/icons.ts';
import { problemsOf, type Tally, tallyOf } from '../fleet/health.ts';
import { says, underCauses } from '../fleet/incidents.ts';
import { getLink } from './agent-command.ts';
import { createFleetTable } from './fleet-table.ts';
import { teach } from './parts.ts';
import { incidentLine, problemLine, problemsBox } from './problems.ts';

const shownProblems = 6;
/** From this many machines on, a filter saves more than it costs room. */
const filterFrom = 8;

export function overviewView(page: Page): View {
  const { words, connection } = page;
  const { fleet } = connection;
  const ends = createEnds();
  const problems = problemsBox(page);
  const sentence = h('h1', { class: 'sentence' });
  const rest = h('p', { class: 'rest' });
  const waiting = h('a', { class: 'card wants', href: '/waiting', hidden: true }, icon('waiting'), h('span'));
  const table = createFleetTable(page);
  const filter = h('input', {
    type: 'search',
    class: 'filter',
    placeholder: words.say('overview.filter'),
    'aria-label': words.say('overview.filter'),
    on: { input: () => table.filter(filter.value) },
  });
  const empty = teach(null, h('p', null, words.say('empty.machines.text')), getLink(page.api));
  const node = h(
    'div',
    { class: 'overview' },
    problems,
    waiting,
    h('div', { class: 'lead' }, h('div', null, sentence, rest), filter),
    empty,
    table.node,
  );

  let shown = '';
  let all = false;
  const rows = (): IterableIterator<FleetRow> => fleet.rows.values();
  const showHead = (): void => {
    const open = connection.incidents.get();
    const found = [
      ...underCauses(open).map((head) => incidentLine(page, head)),
      ...problemsOf(rows()).flatMap((one) => (says(open, one) ? [] : problemLine(page, one))),
    ].sort((a, b) => a.rank - b.rank);
    const key = JSON.stringify([all, found.map((line) => line.key)]);
    if (key !== shown) {
      shown = key;
      problems.replaceChildren(
        ...found.slice(0, all ? undefined : shownProblems).map((line) => line.draw()),
        ...more(found.length),
      );
    }
    const tally = tallyOf(rows());
    const parts = (['bad', 'attention', 'unknown', 'asleep', 'off'] as const)
      .filter((health) => tally[health] > 0)
      .map((health) => words.count(`tally.${health}`, tally[health]));
    setText(sentence, fleet.loaded ? wellText(tally) : words.say('loading'));
    setText(rest, parts.join(' · '));
    empty.hidden = !fleet.loaded || fleet.rows.size > 0;
    filter.hidden = fleet.rows.size < filterFrom;
    table.node.hidden = fleet.rows.size === 0;
  };
  const wellText = ({ well, total }: Tally): string => {
    if (total === 0) return words.say('empty.machines.title');
    return total === 1 ? words.say('tally.single', { well }) : words.count('tally.well', well, { total });
  };
  const more = (count: number): HTMLElement[] => {
    if (all || count <= shownProblems) return [];
    const open = (): void => {
      all = true;
      showHead();
    };
    const text = words.count('overview.more', count - shownProblems);
    return [h('button', { type: 'button', class: 'quiet more', on: { click: open } }, text)];
  };
  const painter = createPainter<'head'>(showHead);
  ends.add(
    fleet.onChange(() => painter.mark('head')),
    connection.incidents.watch(() => painter.mark('head')),
    connection.waiting.watch((list) => {
      waiting.hidden = list.length === 0;
      const text = waiting.querySelector('span');
      if (text !== null) setText(text, words.count('overview.waiting', list.length));
    }),
    () => painter.stop(),
    () => table.stop(),
  );
  showHead();
  return { node, title: words.say('nav.machines'), stop: () => ends.all() };
}
