/** The frame around every view: name, ways, language, theme, what is stale, and the foot. */
import type { Connection, Freshness } from './api/connection.ts';
import { createEnds, type Door } from './context.ts';
import { h, setAttribute, setText } from './dom/h.ts';
import { icon } from './dom/icons.ts';
import { isNews } from './fleet/incidents.ts';
import type { Key, Language } from './language/words.ts';
import { themeSwitch } from './theme-switch.ts';

/** The way that an address lies on. */
function wayOf(path: string): string {
  const [, first = ''] = path.split('/');
  if (first === 'machines') return '/';
  return ['rules', 'timetables', 'channels'].includes(first) ? '/incidents' : `/${first}`;
}

export type Shell = { node: HTMLElement; show(content: HTMLElement, path: string): void; stop(): void };
type Deeds = { switchLanguage(next: Language): Promise<void>; signOut(): Promise<void> };

const ways: readonly { path: string; word: Key }[] = [
  { path: '/', word: 'nav.machines' },
  { path: '/incidents', word: 'nav.incidents' },
  { path: '/probes', word: 'nav.probes' },
  { path: '/waiting', word: 'nav.waiting' },
  { path: '/journal', word: 'nav.journal' },
  { path: '/panel', word: 'nav.panel' },
  { path: '/about', word: 'nav.about' },
];

export function createShell(door: Door, connection: Connection | null, deeds: Deeds): Shell {
  const { words, session } = door;
  const ends = createEnds();
  const badge = () => h('span', { class: 'badge', hidden: true });
  const badges = { '/incidents': badge(), '/waiting': badge() };
  const links = ways.map(({ path, word }) =>
    h('a', { href: path }, words.say(word), badges[path as keyof typeof badges]),
  );
  const count = (path: keyof typeof badges, n: number): void => {
    badges[path].hidden = n === 0;
    setText(badges[path], String(n));
  };
  const other: Language = words.language === 'fr' ? 'en' : 'fr';
  const tools = h(
    'div',
    { class: 'tools' },
    h(
      'button',
      {
        type: 'button',
        class: 'quiet',
        lang: other,
        'aria-label': words.say('nav.otherLanguage'),
        title: words.say('nav.otherLanguage'),
        on: { click: () => void deeds.switchLanguage(other) },
      },
      other,
    ),
    themeSwitch(words),
    connection === null
      ? null
      : h(
          'a',
          { href: '/account', class: 'who', title: words.say('nav.account') },
          icon('person'),
          h('span', { class: 'long' }, session.user?.name ?? ''),
        ),
    connection === null
      ? null
      : h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'aria-label': words.say('nav.signOut'),
            title: words.say('nav.signOut'),
            on: { click: () => void deeds.signOut() },
          },
          icon('leave'),
          h('span', { class: 'long' }, ` ${words.say('nav.signOut')}`),
        ),
  );
  const brand = h('a', { href: '/', class: 'brand' }, icon('mark'), 'NetMonitor');
  const header = h(
    'header',
    { class: 'top' },
    h(
      'div',
      { class: 'wrap' },
      brand,
      connection === null ? null : h('nav', { 'aria-label': words.say('nav.label') }, ...links),
      tools,
    ),
  );
  const banner = h('div', { class: 'stale', role: 'alert', hidden: true });
  const main = h('main', { id: 'main', tabindex: -1, class: 'wrap' });
  const trust = h('span', { hidden: true }, words.say('foot.clockUntrusted'));
  const foot = h(
    'footer',
    { class: 'wrap' },
    h('span', null, [session.box.name, session.box.version].filter((text) => text !== '').join(' · ')),
    connection === null ? null : h('a', { href: '/about' }, words.say('nav.about')),
    h('a', { href: '/privacy' }, words.say('privacy.title')),
    trust,
  );
  const skip = h('a', { href: '#main', class: 'skip', on: { click: jump } }, words.say('nav.skip'));
  function jump(event: Event): void {
    event.preventDefault();
    main.focus();
  }
  const node = h('div', { class: 'page' }, skip, header, banner, main, foot);

  if (connection !== null) {
    ends.add(
      connection.waiting.watch((waiting) => count('/waiting', waiting.length)),
      connection.incidents.watch((list) => count('/incidents', list.filter(isNews).length)),
      connection.freshness.watch((freshness) => showStale(freshness)),
      connection.clockTrusted.watch((trusted) => {
        trust.hidden = trusted;
      }),
    );
  }
  function showStale(freshness: Freshness): void {
    const lines: string[] = [];
    const now = door.clock.now();
    for (const source of ['link', 'store', 'ingest', 'watch'] as const) {
      const sinceMs = freshness[source];
      if (sinceMs !== null)
        lines.push(words.say(`stale.${source}`, { time: door.format.since(sinceMs, now) }));
      if (source === 'link' && sinceMs !== null) break;
    }
    banner.hidden = lines.length === 0;
    banner.replaceChildren(...lines.map((line) => h('p', { class: 'wrap' }, icon('attention'), line)));
    node.classList.toggle('is-stale', freshness.link !== null || freshness.store !== null);
  }

  return {
    node,
    show(content, path) {
      main.replaceChildren(content);
      for (const link of links) {
        const own = link.pathname === wayOf(path);
        setAttribute(link, 'aria-current', own ? 'page' : null);
      }
    },
    stop: () => ends.all(),
  };
}
