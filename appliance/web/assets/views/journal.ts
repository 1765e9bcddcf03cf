/** What happened on this box, newest first: who did what, when, from where. */
import type { JournalEntry } from '../api/types.ts';
import { createEnds, type View } from '../context.ts';
import { h } from '../dom/h.ts';
import { timeNode } from '../dom/time.ts';
import type { BesidePage } from './beside.ts';
import { button, errorLine, errorText, whileBusy } from './parts.ts';

const pageSize = 50;
const typingMs = 300;
/** The kinds that the box writes today; others show up once an entry of theirs was seen. */
const knownKinds = [
  'machine.admitted',
  'machine.refused',
  'machine.removed',
  'machine.vanished',
  'sign-in.ok',
  'sign-in.failed',
  'password.first',
] as const;

export function journalView(page: BesidePage): View {
  const { words, api, connection, format, clock } = page;
  const ends = createEnds();
  const line = errorLine();
  const body = h('ol', { class: 'entries' });
  const none = h('p', { class: 'card soft', hidden: true }, words.say('journal.none'));
  const more = button(
    words.say('journal.more'),
    { hidden: true },
    () => void whileBusy([more], () => load(oldest)),
  );
  const kind = h(
    'select',
    { 'aria-label': words.say('journal.kind'), on: { change: () => void load(undefined) } },
    h('option', { value: '' }, words.say('journal.allKinds')),
  );
  const kinds = new Set<string>();
  const text = h('input', {
    type: 'search',
    placeholder: words.say('journal.search'),
    'aria-label': words.say('journal.search'),
    maxlength: 100,
    on: { input: typed },
  });
  const node = h(
    'div',
    { class: 'journal' },
    h('h1', null, words.say('journal.title')),
    h(
      'form',
      { class: 'filters', role: 'search', on: { submit: (event) => event.preventDefault() } },
      kind,
      text,
    ),
    line.node,
    body,
    none,
    more,
  );
  let oldest: number | undefined;
  let typing: ReturnType<typeof setTimeout> | null = null;
  let asked = 0;

  function typed(): void {
    if (typing !== null) clearTimeout(typing);
    typing = setTimeout(() => void load(undefined), typingMs);
  }
  const offer = (name: string): void => {
    if (kinds.has(name)) return;
    kinds.add(name);
    kind.append(h('option', { value: name }, words.maybe(`kind.${name}`, name)));
  };
  for (const name of knownKinds) offer(name);

  const entry = (one: JournalEntry): HTMLElement => {
    const who = [one.who, one.from].filter((part) => part !== '').join(' · ');
    return h(
      'li',
      { 'data-id': one.id },
      timeNode(format, one.atMs, clock.now()),
      h(
        'div',
        null,
        h('p', null, one.machine === null ? one.text[words.language] : machineLink(one, one.machine)),
        h(
          'p',
          { class: 'soft' },
          words.maybe(`kind.${one.kind}`, one.kind),
          who === '' ? null : ` · ${who}`,
          one.trusted ? null : ` · ${words.say('journal.untrusted')}`,
        ),
      ),
    );
  };
  const machineLink = (one: JournalEntry, machine: number): HTMLElement =>
    h('a', { href: `/machines/${machine}` }, one.text[words.language]);

  /** Whether it would be on the first page as it is filtered now; a text search is left to the box. */
  const wanted = (one: JournalEntry): boolean =>
    (kind.value === '' || kind.value === one.kind) &&
    text.value.trim() === '' &&
    body.querySelector(`[data-id="${one.id}"]`) === null;

  const load = async (before: number | undefined): Promise<void> => {
    const mine = ++asked;
    try {
      const { entries, more: next } = await api.journal({
        limit: pageSize,
        ...(before === undefined ? {} : { before }),
        ...(kind.value === '' ? {} : { kind: kind.value }),
        ...(text.value.trim() === '' ? {} : { text: text.value.trim() }),
      });
      if (mine !== asked) return;
      line.show(null);
      for (const one of entries) offer(one.kind);
      if (before === undefined) body.replaceChildren();
      body.append(...entries.map(entry));
      oldest = next ?? undefined;
      more.hidden = next === null;
      none.hidden = body.childElementCount > 0 || next !== null;
    } catch (error) {
      if (mine === asked) line.show(errorText(error, words));
    }
  };
  ends.add(
    connection.onJournal((one) => {
      if (!wanted(one)) return;
      offer(one.kind);
      body.prepend(entry(one));
      none.hidden = true;
    }),
    connection.onUp(() => void load(undefined)),
    () => {
      asked += 1;
      if (typing !== null) clearTimeout(typing);
    },
  );
  void load(undefined);
  return { node, title: words.say('journal.title'), stop: () => ends.all() };
}
