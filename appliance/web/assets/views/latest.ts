/** Every value that a machine measures, grouped; live samples touch only what they change. */
import type { Latest } from '../api/types.ts';
import type { Page } from '../context.ts';
import { h, setText } from '../dom/h.ts';
import { type Block, blocksOf, labelOf, ofProbes, ofTheBox, writeValue } from '../fleet/values.ts';
import { dash } from '../language/format.ts';

export type LatestView = { node: HTMLElement; show(latest: readonly Latest[], known: boolean): void };

export function createLatest(page: Page): LatestView {
  const { format } = page;
  let { words } = page;
  const node = h('section', { class: 'latest', 'aria-label': words.say('machine.latest') });
  const cells = new Map<string, HTMLElement>();
  let shape = '';
  let asked = false;

  /** Few machines have these, so their words come with them. */
  const learnWords = async (again: () => void): Promise<void> => {
    asked = true;
    try {
      const own =
        words.language === 'fr'
          ? (await import('../language/seldom.fr.table.ts')).seldomFr
          : (await import('../language/seldom.en.table.ts')).seldomEn;
      words = page.words.and({ en: own, fr: own });
      shape = '';
      again();
    } catch {
      // Then the names of the series stand there, and the next values ask once more.
      asked = false;
    }
  };

  const cell = (value: Latest): HTMLElement => {
    const dd = h('dd', { class: 'num' });
    cells.set(value.name, dd);
    return h('div', { class: 'value', title: value.name }, h('dt', null, labelOf(value.name, words)), dd);
  };
  const block = ({ group, subjects }: Block): HTMLElement => {
    return h(
      'section',
      { class: 'card block' },
      h('h3', null, words.say(`group.${group}`)),
      ...subjects.map(({ subject, values }) =>
        h(
          'div',
          { class: 'subject' },
          subject === '' ? null : h('h4', null, words.maybe(`series.${subject}`, subject)),
          h('dl', null, ...values.map(cell)),
        ),
      ),
    );
  };

  const view: LatestView = {
    node,
    show(latest, known) {
      const isSeldom = ({ name }: Latest) => name.startsWith(ofTheBox) || name.startsWith(ofProbes);
      if (!asked && latest.some(isSeldom)) void learnWords(() => view.show(latest, known));
      const next = latest.map((value) => value.name).join('\n');
      if (next !== shape) {
        shape = next;
        cells.clear();
        node.replaceChildren(
          h('h2', null, words.say('machine.latest')),
          h('div', { class: 'blocks' }, ...blocksOf(latest).map(block)),
        );
        node.hidden = latest.length === 0;
      }
      for (const value of latest) {
        const target = cells.get(value.name);
        if (target !== undefined) setText(target, known ? writeValue(value, format, words) : dash);
      }
    },
  };
  return view;
}
