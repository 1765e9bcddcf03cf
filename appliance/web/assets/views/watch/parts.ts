/** Small pieces that the pages of the watch share. */
import { ApiError } from '../../api/client.ts';
import type { Group, Incident, ProbeState, Scope, Severity, WatchText } from '../../api/watch.ts';
import { type Child, h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { levelOf } from '../../fleet/incidents.ts';
import type { Format } from '../../language/format.ts';
import type { WatchKey, WatchPage, WatchWords } from './index.ts';

const tabs = [
  { path: '/incidents', word: 'nav.incidents' },
  { path: '/rules', word: 'rules.title' },
  { path: '/timetables', word: 'times.title' },
  { path: '/channels', word: 'channels.title' },
] as const satisfies readonly { path: string; word: WatchKey }[];

/** Who may do what an operator or an admin may. */
export const mayOperate = (page: WatchPage): boolean => page.session.user?.role !== 'viewer';
export const mayManage = (page: WatchPage): boolean => page.session.user?.role === 'admin';

/** The ways between the pages that belong together; channels hold addresses of people. */
export function watchTabs(page: WatchPage, current: (typeof tabs)[number]['path']): HTMLElement {
  const { words } = page;
  const shown = tabs.filter(({ path }) => path !== '/channels' || mayManage(page));
  return h(
    'nav',
    { class: 'tabs', 'aria-label': words.say('watch.tabs') },
    ...shown.map(({ path, word }) =>
      h('a', { href: path, 'aria-current': path === current ? 'page' : null }, words.say(word)),
    ),
  );
}

/** Icon and word, so that colour alone says nothing. */
export function severityMark(words: WatchWords, severity: Severity): HTMLElement {
  return h(
    'span',
    { class: `severity ${levelOf(severity)}` },
    icon(levelOf(severity)),
    words.say(`severity.${severity}`),
  );
}

/** The icon of how something is, in its colour, in front of words. */
export function lookMark(look: 'well' | 'bad' | 'unknown' | 'off'): HTMLElement {
  return h('span', { class: `mark-${look}` }, icon(look));
}

export const backLink = (href: string, text: string): HTMLElement =>
  h('p', null, h('a', { href, class: 'back' }, icon('back'), text));

export const textIn = (words: WatchWords, text: WatchText): string => text[words.language];
/** A moment of some day, for what is days away. */
export const moment = ({ day, timeOfDay }: Format, atMs: number): string =>
  `${day(atMs)}, ${timeOfDay(atMs)}`;
/** The time of day, with the exact moment on hover. */
export function sinceNode({ words, format, clock }: WatchPage, atMs: number | null): HTMLElement | null {
  if (atMs === null) return null;
  const time = format.since(atMs, clock.now());
  return h('span', { title: format.exact(atMs) }, words.say('machine.since', { time }));
}
export const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** A row of facts with dots between; what is empty is left out. */
export function facts(...parts: Child[]): HTMLElement {
  const kept = parts.filter((part) => part !== null && part !== undefined && part !== false && part !== '');
  return h('p', { class: 'soft facts-line' }, ...kept.map((part) => h('span', null, part)));
}

/** Things by the name that a person gave them. */
export type Names = {
  groups: readonly Group[];
  probes: readonly ProbeState[];
  machine(machine: number): string;
  scope(scope: string): string;
};

export async function readNames(page: WatchPage): Promise<Names> {
  const [groups, probes] = await Promise.all([page.watch.groups(), page.watch.probes().catch(none)]);
  const machine = (number: number): string => machineName(page, number);
  const called = (id: string): string => {
    const found = probes.find(({ probe }) => probe.id === id);
    return found === undefined ? id : probeName(page, found.probe);
  };
  return {
    groups,
    probes,
    machine,
    scope(scope) {
      const [kind, id = ''] = scope.split(':');
      const { words } = page;
      if (kind === 'machine') return machine(Number(id));
      if (kind === 'group')
        return words.say('scope.group', { name: groups.find((one) => one.id === id)?.name ?? id });
      if (kind === 'probe')
        return words.say('scope.probe', {
          name: called(id),
        });
      return words.say('scope.all');
    },
  };
}

/** Probes that come with the box are called in the language of the reader. */
export function probeName(
  { words }: Pick<WatchPage, 'words'>,
  { id, name, builtIn }: ProbeState['probe'],
): string {
  return builtIn ? words.maybe(`witness.${id}`, name) : name;
}

/** A part of the box that is not there yet has none. */
function none(error: unknown): never[] {
  if (error instanceof ApiError) return [];
  throw error;
}

export function machineName({ connection, words }: WatchPage, machine: number): string {
  return connection.fleet.rows.get(machine)?.name ?? words.say('machine.title', { n: machine });
}

export function machineLink(page: WatchPage, { machine }: Pick<Incident, 'machine'>): HTMLElement | null {
  if (machine === null) return null;
  return h('a', { href: `/machines/${machine}` }, machineName(page, machine));
}

/** Scopes that one can choose from: everything, groups, machines, and probes where they make sense. */
export function scopeChoices(page: WatchPage, names: Names, withProbes: boolean): [Scope, string][] {
  const collator = new Intl.Collator(page.words.language, { numeric: true });
  const machines = [...page.connection.fleet.rows.values()].sort((a, b) => collator.compare(a.name, b.name));
  return [
    ...names.groups.map(({ id }): [Scope, string] => [`group:${id}`, names.scope(`group:${id}`)]),
    ...(withProbes ? names.probes : []).map(({ probe }): [Scope, string] => [
      `probe:${probe.id}` as Scope,
      names.scope(`probe:${probe.id}`),
    ]),
    ...machines.map(({ machine, name }): [Scope, string] => [`machine:${machine}`, name]),
  ];
}

/** Puts nodes in order and moves only those that stand elsewhere: what has the focus keeps it. */
export function arrange(list: HTMLElement, nodes: readonly HTMLElement[]): void {
  for (const node of [...list.children]) if (!nodes.includes(node as HTMLElement)) node.remove();
  let at = list.firstElementChild;
  for (const node of nodes) {
    if (node === at) at = at.nextElementSibling;
    else list.insertBefore(node, at);
  }
}

/** A short help that opens where it is needed. */
export function help(title: string, ...lines: string[]): HTMLElement {
  return h(
    'details',
    { class: 'help' },
    h('summary', null, title),
    ...lines.map((line) => h('p', { class: 'soft' }, line)),
  );
}
