/** What is wrong now, worst first, and below it what was. */
import type { Incident } from '../../api/watch.ts';
import { createEnds, type View } from '../../context.ts';
import { h, setText } from '../../dom/h.ts';
import { type Head, underCauses, withIncident } from '../../fleet/incidents.ts';
import { errorLine, errorText, teach } from '../parts.ts';
import { channelWarning } from './channel-state.ts';
import { incidentCard, isWritten } from './incident-card.ts';
import type { WatchPage } from './index.ts';
import { arrange, help, mayManage, watchTabs } from './parts.ts';
import { createPast } from './past.ts';

/** More than the page keeps of itself; nobody reads further. */
const mostOpen = 1000;

export function incidentsView(page: WatchPage): View {
  const { words, connection, api } = page;
  const ends = createEnds();
  const line = errorLine();
  const sentence = h('p', { class: 'sentence-line', role: 'status' });
  const list = h('ul', { class: 'incidents', 'aria-label': words.say('incidents.open') });
  const watched = h('p');
  const well = teach(words.say('incidents.well'), watched);
  const warning = h('div');
  const past = createPast(page);
  const node = h(
    'div',
    { class: 'watch' },
    h('h1', null, words.say('nav.incidents')),
    watchTabs(page, '/incidents'),
    warning,
    line.node,
    sentence,
    well,
    list,
    help(words.say('incidents.help'), words.say('incidents.help1'), words.say('incidents.help2')),
    past.node,
  );
  const cards = new Map<number, { key: string; node: HTMLElement }>();
  let older: readonly Incident[] = [];

  const onDone = (incident: Incident): void => {
    older = older.filter(({ id }) => id !== incident.id);
    connection.incidents.set(withIncident(connection.incidents.get(), incident));
    page.announce(words.say(incident.acknowledged === null ? 'incident.released' : 'incident.acknowledged'));
  };
  const cardOf = (head: Head): HTMLElement => {
    const { id } = head.incident;
    const key = JSON.stringify([head.incident, head.explains]);
    const known = cards.get(id);
    if (known !== undefined && (known.key === key || isWritten(known.node))) return known.node;
    const fresh = incidentCard(page, head, onDone);
    const isOpen = known?.node.querySelector('details')?.open ?? false;
    const details = fresh.querySelector('details');
    if (details !== null) details.open = isOpen;
    const hadFocus = known?.node.contains(document.activeElement) ?? false;
    known?.node.replaceWith(fresh);
    cards.set(id, { key, node: fresh });
    if (hadFocus) fresh.querySelector<HTMLElement>('a')?.focus();
    return fresh;
  };
  const show = (): void => {
    const newest = connection.incidents.get();
    const known = new Set(newest.map(({ id }) => id));
    const heads = underCauses([...newest, ...older.filter(({ id }) => !known.has(id))]);
    arrange(list, heads.map(cardOf));
    const shown = new Set(heads.map(({ incident }) => incident.id));
    for (const id of cards.keys()) if (!shown.has(id)) cards.delete(id);
    const news = heads.filter(({ incident }) => incident.state === 'open').length;
    const text =
      heads.length === 0
        ? ''
        : `${words.count('incidents.count', heads.length)}${news === heads.length ? '' : ` · ${words.count('incidents.news', news)}`}`;
    setText(sentence, text);
    well.hidden = heads.length > 0;
    list.hidden = heads.length === 0;
  };
  const load = async (): Promise<void> => {
    try {
      const before = connection.incidents.get().at(-1)?.id;
      const page = await api.incidents({ limit: mostOpen, before });
      older = page.incidents;
      line.show(null);
      show();
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  const tellWatched = async (): Promise<void> => {
    const [{ rules }, probes] = await Promise.all([page.watch.rules(), page.watch.probes().catch(() => [])]);
    const machines = connection.fleet.rows.size;
    watched.textContent = words.say('incidents.watched', {
      machines: words.count('count.machines', machines),
      rules: words.count('count.rules', rules.filter(({ enabled }) => enabled).length),
      probes: words.count('count.probes', probes.filter(({ probe }) => probe.enabled).length),
    });
  };
  ends.add(
    connection.incidents.watch(show),
    connection.onIncident((incident) => {
      older = older.filter(({ id }) => id !== incident.id);
    }),
    connection.onUp(() => void load()),
    () => past.stop(),
  );
  void load();
  tellWatched().catch(() => setText(watched, ''));
  if (mayManage(page)) void channelWarning(page, warning);
  return { node, title: words.say('nav.incidents'), stop: () => ends.all() };
}
