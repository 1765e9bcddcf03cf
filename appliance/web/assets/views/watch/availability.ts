/** How much of the time a probe was good; time of which nobody knows is left out, and said. */
import type { AvailabilitySpan } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { dash, type Format } from '../../language/format.ts';
import type { WatchPage } from './index.ts';

/** 99.95 % is not 100 %: as many digits as the truth needs, and never rounded up to all. */
export function shareText(share: number, format: Format): string {
  const percent = share * 100;
  const digits = percent === 100 ? 0 : percent > 99.9 ? 3 : percent > 99 ? 2 : 1;
  const size = 10 ** digits;
  return `${format.number(Math.floor(percent * size) / size, digits)}\u00a0%`;
}

export function availabilityTable(page: WatchPage, spans: readonly AvailabilitySpan[]): HTMLElement {
  const { words, format } = page;
  const heads = (['span', 'share', 'mean', 'highest', 'unknown'] as const).map((key) =>
    h('th', { scope: 'col', class: `c-${key}` }, words.say(`availability.${key}`)),
  );
  const row = ({ span, share, knownS, unknownS, meanS, highestS }: AvailabilitySpan): HTMLElement =>
    h(
      'tr',
      null,
      h('th', { scope: 'row' }, words.say(`span.${span}`)),
      h('td', { class: 'num' }, share === null ? dash : shareText(share, format)),
      h('td', { class: 'num' }, meanS === null ? dash : format.latency(meanS)),
      h('td', { class: 'num c-highest' }, highestS === null ? dash : format.latency(highestS)),
      h(
        'td',
        { class: 'soft' },
        unknownS <= 0
          ? words.say('availability.allKnown')
          : knownS <= 0
            ? words.say('availability.noneKnown')
            : words.say('availability.unknownFor', { time: format.duration(unknownS) }),
      ),
    );
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': words.say('probe.availability') },
    h(
      'table',
      { class: 'running' },
      h('thead', null, h('tr', null, ...heads)),
      h('tbody', null, ...spans.map(row)),
    ),
  );
}
