/** Incidents that are over, newest first, a page at a time. */
import type { Incident } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { timeNode } from '../../dom/time.ts';
import { isTheSame } from '../../fleet/incidents.ts';
import { button, errorLine, errorText, whileBusy } from '../parts.ts';
import { acknowledgement, incidentFacts } from './incident-card.ts';
import type { WatchPage } from './index.ts';
import { textIn } from './parts.ts';

const pageSize = 50;

export function createPast(page: WatchPage): { node: HTMLElement; stop(): void } {
  const { words, api, connection } = page;
  const line = errorLine();
  const list = h('ol', { class: 'entries' });
  const none = h('p', { class: 'card soft', hidden: true }, words.say('past.none'));
  const more = button(
    words.say('past.more'),
    { hidden: true },
    () => void whileBusy([more], () => load(oldest)),
  );
  const node = h('section', null, h('h2', null, words.say('past.title')), line.node, list, none, more);
  let oldest: number | undefined;
  let asked = 0;
  const known = new Map<number, Incident>();

  const load = async (before: number | undefined): Promise<void> => {
    const mine = ++asked;
    try {
      const found = await api.incidents({ state: 'all', limit: pageSize, before });
      if (mine !== asked) return;
      line.show(null);
      if (before === undefined) list.replaceChildren();
      for (const one of found.incidents) known.set(one.id, one);
      for (const one of found.incidents)
        if (one.state === 'resolved' && !isSaid(one) && entryOf(one.id) === null)
          list.append(entry(page, one));
      oldest = found.more ?? undefined;
      more.hidden = found.more === null;
      none.hidden = list.childElementCount > 0 || found.more !== null;
    } catch (error) {
      if (mine === asked) line.show(errorText(error, words));
    }
  };
  const entryOf = (id: number): Element | null => list.querySelector(`[data-id="${id}"]`);
  /** The incident that explains it says the same. */
  const isSaid = (one: Incident): boolean => {
    const head = one.cause === null ? undefined : known.get(one.cause);
    return head !== undefined && isTheSame(head, one) && head.cause !== one.id;
  };
  const stops = [
    connection.onIncident((incident) => {
      known.set(incident.id, incident);
      if (incident.state !== 'resolved') return;
      entryOf(incident.id)?.remove();
      for (const one of known.values())
        if (one.cause === incident.id && isSaid(one)) entryOf(one.id)?.remove();
      if (!isSaid(incident)) list.prepend(entry(page, incident));
      none.hidden = true;
    }),
    connection.onUp(() => void load(undefined)),
  ];
  void load(undefined);
  return {
    node,
    stop() {
      asked += 1;
      for (const stop of stops) stop();
    },
  };
}

function entry(page: WatchPage, incident: Incident): HTMLElement {
  const { words, format, clock } = page;
  const { id, text, resolvedMs, openedMs, ending } = incident;
  return h(
    'li',
    { 'data-id': id },
    timeNode(format, resolvedMs ?? openedMs, clock.now()),
    h(
      'div',
      null,
      h(
        'p',
        null,
        icon(ending === 'recovered' ? 'well' : 'off'),
        ' ',
        h('a', { href: `/incidents/${id}` }, textIn(words, text)),
      ),
      ending === null || ending === 'recovered'
        ? null
        : h('p', { class: 'soft' }, words.say(`ending.${ending}`)),
      incidentFacts(page, incident),
      acknowledgement(page, incident),
    ),
  );
}
