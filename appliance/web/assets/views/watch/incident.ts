/** One incident: what was seen, what it explains, and who was told. */
import { ApiError } from '../../api/client.ts';
import type { Delivery, Incident } from '../../api/watch.ts';
import { createEnds, type View } from '../../context.ts';
import { h } from '../../dom/h.ts';
import { isTheSame, withIncident } from '../../fleet/incidents.ts';
import { missingView } from '../missing.ts';
import { errorLine, errorText } from '../parts.ts';
import { section } from '../settled.ts';
import { deliveryRow, mostDeliveries } from './deliveries.ts';
import { incidentCard, isWritten } from './incident-card.ts';
import type { WatchPage } from './index.ts';
import { backLink, mayManage, mayOperate } from './parts.ts';
import { amountOf } from './rule-words.ts';

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
    const head = now;
    const explains = others.filter((one) => one.cause === id && !isTheSame(one, head));
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
        const [all, names] = await Promise.all([watch.deliveries(mostDeliveries), channelNames(page)]);
        told.replaceChildren(...deliveriesOf(page, all, id, names));
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

/** What the sentence says already. */
const isSaid = new Set(['probe', 'reason', 'known', 'side']);

function evidence({ words, format }: WatchPage, { evidence: seen, rule, subject }: Incident): HTMLElement[] {
  const rows = Object.entries(seen).filter(
    ([name, value]) =>
      value !== null && value !== '' && !isSaid.has(name) && !(name === 'away' && value === 0),
  );
  const written = (name: string, value: number | string | null): string => {
    if (typeof value !== 'number') return words.maybe(`choice.${value}`, value ?? '');
    if (/[a-z]Ms$/.test(name)) return format.duration(value / 1000);
    if (/[a-z]S$/.test(name)) return format.duration(value);
    if (name === 'confidence') return format.percent(value);
    return ['value', 'limit', 'usual'].includes(name)
      ? amountOf(subject, value, { words, format })
      : format.plain(value);
  };
  const probe = /^probe\.[^:]+:([a-z0-9]+)/.exec(subject)?.[1];
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
      h(
        'p',
        null,
        probe === undefined ? null : h('a', { href: `/probes/${probe}` }, words.say('incident.probe')),
        probe === undefined ? null : ' · ',
        h('a', { href: `/rules/${rule}` }, words.say('incident.rule')),
      ),
    ),
  ];
}

/** Only admins see what channels are called. */
async function channelNames(page: WatchPage): Promise<Map<string, string>> {
  if (!mayManage(page)) return new Map();
  const { channels } = await page.watch.channels();
  return new Map(channels.map(({ id, name }) => [id, name]));
}

function deliveriesOf(
  page: WatchPage,
  all: readonly Delivery[],
  id: number,
  names: ReadonlyMap<string, string>,
): HTMLElement[] {
  const own = all.filter(({ items }) => items.some(({ incident }) => incident === id));
  if (own.length === 0) return [];
  return [
    section(
      page.words.say('deliveries.title'),
      null,
      h('ul', { class: 'rows' }, ...own.map((one) => deliveryRow(page, one, names))),
    ),
  ];
}
