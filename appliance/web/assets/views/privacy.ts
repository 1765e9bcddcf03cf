/** What this box keeps and sends: of whom, why, for how long, and where it goes. Anybody may read it. */
import type { View } from '../context.ts';
import { h } from '../dom/h.ts';
import type { peopleEn } from '../language/people.en.table.ts';
import { type HouseDoor, section } from './settled.ts';

const kept = [
  ...['machines', 'samples', 'running', 'devices', 'messages'],
  ...['people', 'sessions', 'tokens', 'journal'],
];
const parts = ['what', 'why', 'long'] as const;

export function privacyView({ words }: Pick<HouseDoor, 'words'>): View {
  const say = (key: string): string => words.say(`privacy.${key}` as keyof typeof peopleEn);
  const entry = (noun: string): HTMLElement =>
    section(
      say(noun),
      null,
      h(
        'dl',
        { class: 'facts' },
        ...parts.map((part) =>
          h('div', null, h('dt', null, say(part)), h('dd', null, say(`${noun}.${part}`))),
        ),
      ),
    );
  const plain = (noun: string): HTMLElement => section(say(noun), null, h('p', null, say(`${noun}.text`)));
  const node = h(
    'div',
    { class: 'account privacy' },
    h('h1', null, words.say('privacy.title')),
    h('p', null, say('intro')),
    ...kept.map(entry),
    ...['where', 'browser', 'rest', 'contact'].map(plain),
  );
  return { node, title: words.say('privacy.title'), stop: () => undefined };
}
