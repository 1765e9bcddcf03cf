/** One incident: what was seen, what it explains, and who was told. */
import { ApiError } from '../../api/client.ts';
import type { Delivery, Incident } from '../../api/watch.ts';
import { createEnds, type View } from '../../context.ts';
import { h } from '../../dom/h.ts';
import { withIncident } from '../../fleet/incidents.ts';
import { missingView } from '../missing.ts';
import { errorLine, errorText } from '../parts.ts';
import { section } from '../settled.ts';
import { deliveryRow, mostDeliveries } from './deliveries.ts';
import { incidentCard, isWritten } from './incident-card.ts';
import type { WatchPage } from './index.ts';
import { backLink, mayOperate } from './parts.ts';

export function incidentView(page: WatchPage, id: number): View {
  const { words, connection, watch } = page;
  const ends = createEnds();
  const line = errorLine();
  const card = h('ul', { class: 'incidents' });
  const seen = h('div');
  const told = h('div');
  const node = h(
    'div',
    { class: 'watch' },
    backLink('/incidents', words.say('nav.incidents')),
    h('h1', null, words.say('incident.title', { id })),
    line.node,
    card,
    seen,
    told,
  );
  let now: Incident | null = null;
  let others: readonly Incident[] = [];

  const show = (): void => {
    if (now === null || (card.firstElementChild !== null && isWritten(card))) return;
    const explains = others.filter(({ cause }) => cause === id);
    card.replaceChildren(incidentCard(page, { incident: now, explains }, learn));
    seen.replaceChildren(...evidence(page, now));
  };
  const learn = (incident: Incident): void => {
    if (incident.id === id && (now === null || incident.revision >= now.revision)) now = incident;
    else if (incident.cause === id) others = [incident, ...others.filter((one) => one.id !== incident.id)];
    connection.incidents.set(withIncident(connection.incidents.get(), incident));
    show();
  };
  const load = async (): Promise<void> => {
    try {
      now = await watch.incident(id);
      others = connection.incidents.get();
      line.show(null);
      show();
      if (mayOperate(page)) {
        const all = await watch.deliveries(mostDeliveries);
        told.replaceChildren(...deliveriesOf(page, all, id));
      }
    } catch (error) {
      if (error instanceof ApiError && (error.status === 404 || error.status === 400))
        node.replaceChildren(missingView(page).node);
      else line.show(errorText(error, words));
    }
  };
  ends.add(
    connection.onIncident((incident) => {
      if (incident.id !== id && incident.cause !== id) return;
      learn(incident);
    }),
    connection.onUp(() => void load()),
  );
  void load();
  return { node, title: words.say('incident.title', { id }), stop: () => ends.all() };
}

function evidence({ words, format }: WatchPage, { evidence: seen, rule }: Incident): HTMLElement[] {
  const rows = Object.entries(seen).filter(([, value]) => value !== null);
  const written = (name: string, value: number | string | null): string => {
    if (typeof value !== 'number') return words.maybe(`choice.${value}`, value ?? '');
    return /Ms$/.test(name) ? format.duration(value / 1000) : format.plain(value);
  };
  return [
    section(
      words.say('incident.seen'),
      null,
      h(
        'dl',
        { class: 'facts' },
        ...rows.map(([name, value]) =>
          h(
            'div',
            null,
            h('dt', null, words.maybe(`evidence.${name}`, name)),
            h('dd', { class: 'num' }, written(name, value)),
          ),
        ),
      ),
      h('p', null, h('a', { href: `/rules/${rule}` }, words.say('incident.rule'))),
    ),
  ];
}

function deliveriesOf(page: WatchPage, all: readonly Delivery[], id: number): HTMLElement[] {
  const own = all.filter(({ items }) => items.some(({ incident }) => incident === id));
  if (own.length === 0) return [];
  return [
    section(
      page.words.say('deliveries.title'),
      null,
      h('ul', { class: 'rows' }, ...own.map((one) => deliveryRow(page, one, new Map()))),
    ),
  ];
}
