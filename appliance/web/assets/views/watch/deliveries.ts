/** What was told, what waits to be, and what became of it. */
import type { Delivery } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { timeNode } from '../../dom/time.ts';
import type { WatchPage } from './index.ts';
import { facts, textIn } from './parts.ts';

export const mostDeliveries = 200;
const looks = { waiting: 'waiting', sent: 'well', failed: 'bad', expired: 'bad' } as const;

export function deliveryRow(page: WatchPage, one: Delivery, names: ReadonlyMap<string, string>): HTMLElement {
  const { words, format, clock } = page;
  const { state, items, madeMs, doneMs, tries, handedTo, instead } = one;
  const nameOf = (id: string): string => names.get(id) ?? id;
  const [first] = items;
  return h(
    'li',
    null,
    h(
      'div',
      null,
      h(
        'p',
        null,
        h('b', { 'data-look': looks[state] }, icon(looks[state]), ' ', words.say(`delivery.${state}`)),
        ' · ',
        nameOf(one.channel),
        ' · ',
        timeNode(format, doneMs ?? madeMs, clock.now()),
      ),
      first === undefined
        ? null
        : h(
            'p',
            null,
            `${words.say(`item.${first.kind}`)} `,
            h('a', { href: `/incidents/${first.incident}` }, textIn(words, first.text)),
            items.length === 1 ? null : ` ${words.count('delivery.more', items.length - 1)}`,
          ),
      facts(
        tries > 1 || state !== 'sent' ? words.count('delivery.tries', tries) : null,
        instead.length === 0 ? null : words.say('delivery.instead', { name: instead.map(nameOf).join(', ') }),
        handedTo === null ? null : words.say('delivery.handed', { name: nameOf(handedTo) }),
        one.words === '' ? null : h('q', null, one.words),
      ),
    ),
  );
}
