/** All probes by how they are, each with its sentence; and a new one. */
import type { Group, ProbeKindInfo, ProbeState } from '../../api/watch.ts';
import { createEnds, type View } from '../../context.ts';
import { h } from '../../dom/h.ts';
import { errorLine, errorText, teach } from '../parts.ts';
import { choice } from '../settled.ts';
import type { WatchPage } from './index.ts';
import {
  arrange,
  backLink,
  facts,
  help,
  lookMark,
  mayManage,
  probeName,
  sinceNode,
  textIn,
} from './parts.ts';
import { probeForm } from './probe-form.ts';

const places = ['bad', 'unknown', 'good', 'stopped'] as const;
type Place = (typeof places)[number];
const looks = { bad: 'bad', unknown: 'unknown', good: 'well', stopped: 'off' } as const;

export const placeOf = ({ probe, verdict }: ProbeState): Place => (probe.enabled ? verdict : 'stopped');
export const lookOf = (state: ProbeState): (typeof looks)[Place] => looks[placeOf(state)];

export function probesView(page: WatchPage): View {
  const { words, watch, connection } = page;
  const ends = createEnds();
  const line = errorLine();
  const lists = new Map(places.map((place) => [place, probeList(page, place)]));
  const empty = teach(words.say('probes.none'), h('p', null, words.say('probes.noneText')));
  empty.hidden = true;
  const node = h(
    'div',
    { class: 'watch' },
    h('h1', null, words.say('nav.probes')),
    h('p', null, words.say('probes.intro')),
    line.node,
    h(
      'div',
      { class: 'buttons' },
      mayManage(page) ? h('a', { href: '/probes/new', class: 'button' }, words.say('probes.new')) : null,
      h('a', { href: '/devices', class: 'button quiet' }, words.say('devices.title')),
    ),
    empty,
    ...[...lists.values()].map((one) => one.node),
    help(words.say('probes.help'), words.say('probes.help1'), words.say('probes.help2')),
  );
  const known = new Map<string, ProbeState>();
  const rows = new Map<string, { key: string; node: HTMLElement }>();

  const rowOf = (state: ProbeState): HTMLElement => {
    const { id } = state.probe;
    const { verdict, sinceMs, text, probe, incident } = state;
    const key = JSON.stringify([verdict, sinceMs, text, probe, incident]);
    const shown = rows.get(id);
    if (shown?.key === key) return shown.node;
    const fresh = probeRow(page, state);
    const hadFocus = shown?.node.contains(document.activeElement) ?? false;
    shown?.node.replaceWith(fresh);
    if (hadFocus) fresh.querySelector('a')?.focus();
    rows.set(id, { key, node: fresh });
    return fresh;
  };
  const show = (): void => {
    const collator = new Intl.Collator(words.language, { numeric: true });
    const all = [...known.values()].sort((a, b) =>
      collator.compare(probeName(page, a.probe), probeName(page, b.probe)),
    );
    for (const [place, list] of lists) list.show(all.filter((one) => placeOf(one) === place).map(rowOf));
    empty.hidden = known.size > 0;
  };
  const load = async (): Promise<void> => {
    try {
      const all = await watch.probes();
      known.clear();
      for (const one of all) known.set(one.probe.id, one);
      line.show(null);
      show();
    } catch (error) {
      line.show(errorText(error, words));
    }
  };
  ends.add(
    connection.onProbe((change) => {
      if ('probe' in change) known.set(change.probe.probe.id, change.probe);
      else known.delete(change.probeRemoved);
      show();
    }),
    connection.onUp(() => void load()),
  );
  void load();
  return { node, title: words.say('nav.probes'), stop: () => ends.all() };
}

function probeList({ words }: WatchPage, place: Place) {
  const title = h('h2');
  const list = h('ul', { class: 'rows' });
  const node = h('section', { class: `card probes ${place}`, hidden: true }, title, list);
  return {
    node,
    show(rows: readonly HTMLElement[]): void {
      node.hidden = rows.length === 0;
      title.textContent = `${words.say(`probes.${place}`)} · ${rows.length}`;
      arrange(list, rows);
    },
  };
}

function probeRow(page: WatchPage, state: ProbeState): HTMLElement {
  const { words } = page;
  const { probe, sinceMs, text, incident } = state;
  const look = lookOf(state);
  return h(
    'li',
    { 'data-id': probe.id },
    h(
      'div',
      null,
      h(
        'p',
        null,
        lookMark(look),
        ' ',
        h('a', { href: `/probes/${probe.id}`, class: 'strong' }, probeName(page, probe)),
        h('span', { class: 'soft' }, ` · ${probe.kind}`),
      ),
      h('p', null, probe.enabled ? textIn(words, text) : words.say('probes.isStopped')),
      // One that never answered here says nothing of the network: perhaps it is forbidden.
      probe.builtIn && look === 'bad' && incident === null
        ? h('p', { class: 'soft' }, words.say('probes.untold'))
        : null,
      facts(
        targetOf(state),
        sinceNode(page, sinceMs),
        incident === null
          ? null
          : h('a', { href: `/incidents/${incident}` }, words.say('incident.title', { id: incident })),
        probe.builtIn ? words.say('probes.builtIn') : null,
      ),
    ),
  );
}

export function targetOf({ probe }: ProbeState): string {
  const { url, host, port } = probe.options as Record<string, unknown>;
  if (typeof url === 'string') return url;
  const name = typeof host === 'string' ? host : '';
  return typeof port === 'number' && port > 0 ? `${name}:${port}` : name;
}

export function newProbeView(page: WatchPage): View {
  const { words, watch } = page;
  const line = errorLine();
  const body = h('div');
  const node = h(
    'div',
    { class: 'watch' },
    backLink('/probes', words.say('nav.probes')),
    h('h1', null, words.say('probes.new')),
    line.node,
    body,
  );
  const open = (
    kinds: readonly ProbeKindInfo[],
    probes: readonly ProbeState[],
    groups: readonly Group[],
  ): void => {
    const options = kinds.map(({ kind, about }) => ({
      value: kind,
      text: `${textIn(words, about)} (${kind})`,
    }));
    const kind = choice('probe-kind', words.say('probes.kind'), options, options[0]?.value ?? '');
    const place = h('div');
    const show = (): void => {
      const info = kinds.find((one) => one.kind === kind.value());
      if (info === undefined) return;
      place.replaceChildren(
        probeForm(page, {
          ...{ info, old: null, probes, groups },
          verb: words.say('probes.make'),
          onDone: async ({ probe }) => page.go(`/probes/${probe.id}`),
        }),
      );
    };
    kind.select.addEventListener('change', show);
    show();
    body.replaceChildren(h('section', { class: 'card' }, kind.node, place));
  };
  Promise.all([watch.probeKinds(), watch.probes(), watch.groups()]).then(
    ([kinds, probes, groups]) => open(kinds, probes, groups),
    (error: unknown) => line.show(errorText(error, words)),
  );
  return { node, title: words.say('probes.new'), stop: () => undefined };
}
