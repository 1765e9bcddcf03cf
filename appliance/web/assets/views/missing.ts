/** What the page says where there is nothing, or nobody answers. */
import type { Door, View } from '../context.ts';
import { h } from '../dom/h.ts';
import { button } from './parts.ts';

const nothing = (): void => undefined;

export function missingView({ words }: Door): View {
  const node = h(
    'section',
    { class: 'card teach' },
    h('h1', null, words.say('missing.title')),
    h('p', null, words.say('missing.text')),
    h('p', null, h('a', { href: '/' }, words.say('missing.home'))),
  );
  return { node, title: words.say('missing.title'), stop: nothing };
}

export function unreachableView({ words, enter }: Door): View {
  const node = h(
    'section',
    { class: 'card teach' },
    h('h1', null, words.say('unreachable.title')),
    h('p', null, words.say('unreachable.text')),
    button(words.say('unreachable.again'), { class: 'primary' }, () => void enter()),
  );
  return { node, title: words.say('unreachable.title'), stop: nothing };
}
