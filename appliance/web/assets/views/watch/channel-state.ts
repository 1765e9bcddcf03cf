/** How channels are: which fail, and what stands in for them. */
import type { Channel, Delivery, Group } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { timeNode } from '../../dom/time.ts';
import type { WatchPage } from './index.ts';
import { facts, mayOperate } from './parts.ts';

/** A line for each channel that fails, with the one that is used instead of it. */
export function failing(
  page: WatchPage,
  channels: readonly Channel[],
  deliveries: readonly Delivery[],
): HTMLElement[] {
  const { words, format, clock } = page;
  const nameOf = (id: string): string => channels.find((one) => one.id === id)?.name ?? id;
  return channels
    .filter(({ enabled, status }) => enabled && status.failingSinceMs !== null)
    .map(({ id, name, status }) => {
      const other = deliveries.find(({ channel, handedTo }) => channel === id && handedTo !== null)?.handedTo;
      const since = format.since(status.failingSinceMs ?? 0, clock.now());
      return h(
        'div',
        { class: 'warning', role: 'alert' },
        icon('attention'),
        h(
          'div',
          null,
          h('p', null, words.say('channels.fails', { name, since })),
          other === undefined || other === null
            ? null
            : h('p', null, words.say('channels.instead', { name: nameOf(other) })),
          status.words === '' ? null : h('q', { class: 'soft' }, status.words),
        ),
      );
    });
}

/** For pages that only mention it. */
export async function channelWarning(page: WatchPage, place: HTMLElement): Promise<void> {
  try {
    const { channels } = await page.watch.channels();
    const bad = channels.some(({ enabled, status }) => enabled && status.failingSinceMs !== null);
    const deliveries = bad && mayOperate(page) ? await page.watch.deliveries(200) : [];
    place.replaceChildren(...failing(page, channels, deliveries));
    if (channels.length === 0)
      place.replaceChildren(
        h(
          'p',
          { class: 'warning' },
          icon('attention'),
          h(
            'span',
            null,
            page.words.say('channels.none'),
            ' ',
            h('a', { href: '/channels' }, page.words.say('channels.new')),
          ),
        ),
      );
  } catch (error) {
    // The page says elsewhere that the watch is away.
    console.info('channels are not known:', error);
  }
}

export function stateFacts(
  page: WatchPage,
  { enabled, status, takes, digestAt }: Channel,
  groups: readonly Group[],
): HTMLElement {
  const { words, format, clock } = page;
  const { lastSentMs, waiting } = status;
  return facts(
    enabled ? null : words.say('rules.off'),
    words.say('channels.from', { severity: words.say(`severity.${takes.least}`) }),
    takes.groups.length === 0
      ? null
      : takes.groups.map((id) => groups.find((one) => one.id === id)?.name ?? id).join(', '),
    digestAt === null ? null : words.say('channels.digestText', { time: digestAt }),
    lastSentMs === null
      ? words.say('channels.neverSent')
      : h('span', null, words.say('channels.lastSent'), ' ', timeNode(format, lastSentMs, clock.now())),
    waiting === 0 ? null : words.count('channels.waiting', waiting),
  );
}
