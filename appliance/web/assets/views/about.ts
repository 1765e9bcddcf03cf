/** What this box is, what it keeps, what it sends, and by which mark one knows it again. */
import type { View } from '../context.ts';
import { h, setText } from '../dom/h.ts';
import type { BesidePage } from './beside.ts';
import { pairs } from './parts.ts';

export function aboutView({ words, session, clock, format, connection }: BesidePage): View {
  const { box } = session;
  const fact = (label: string, value: string | HTMLElement): HTMLElement =>
    h('div', null, h('dt', null, label), h('dd', null, value));
  const clockLine = h('span');
  // The page opens before the box has said whether its clock is right.
  const stop = connection.clockTrusted.watch((trusted) => {
    const word = words.say(trusted ? 'about.clockTrusted' : 'about.clockUntrusted');
    setText(clockLine, `${format.day(clock.now())}, ${format.timeOfDay(clock.now())} · ${word}`);
  });
  const node = h(
    'div',
    { class: 'about' },
    h('h1', null, words.say('about.title')),
    h(
      'section',
      { class: 'card' },
      h(
        'dl',
        { class: 'facts' },
        fact(words.say('about.name'), box.name),
        fact(words.say('about.version'), box.version),
        fact(words.say('about.clock'), clockLine),
        fact(words.say('about.licence'), 'MIT'),
      ),
      h(
        'div',
        { class: 'fingerprint' },
        h('h2', null, words.say('about.fingerprint')),
        h('p', { class: 'soft' }, words.say('about.fingerprintText')),
        h('code', null, pairs(box.certificate)),
        h('p', null, h('a', { href: '/certificate' }, words.say('certificate.warning'))),
      ),
    ),
    h(
      'section',
      { class: 'card' },
      h('h2', null, words.say('about.built')),
      h('p', null, words.say('about.builtText')),
    ),
    h('p', null, h('a', { href: '/privacy' }, words.say('privacy.title'))),
    h('p', null, h('a', { href: '/api/v1/openapi.json' }, words.say('about.api'))),
  );
  return { node, title: words.say('about.title'), stop };
}
