/** What a test of a channel said, in the server's own words; and a certificate that a person may trust. */
import type { Channel, ChannelTest } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { button, errorLine, errorText, pairs, whileBusy } from '../parts.ts';
import type { WatchPage } from './index.ts';

export function testResult(
  page: WatchPage,
  { name }: Channel,
  { delivered, words: said, fingerprint }: ChannelTest,
  trust: (fingerprint: string) => Promise<void>,
): HTMLElement {
  const { words } = page;
  const line = errorLine();
  const accept = button(words.say('channels.trust'), {}, async () => {
    try {
      await whileBusy([accept], () => trust(fingerprint ?? ''));
    } catch (error) {
      line.show(errorText(error, words));
    }
  });
  return h(
    'div',
    { class: delivered ? 'said well' : 'said bad', role: 'status' },
    h(
      'p',
      null,
      icon(delivered ? 'well' : 'bad'),
      ' ',
      words.say(delivered ? 'channels.delivered' : 'channels.refused', { name }),
    ),
    said === '' ? null : h('p', { class: 'soft' }, words.say('channels.itsWords')),
    said === '' ? null : h('blockquote', null, said),
    ...(fingerprint === null
      ? []
      : [
          h('p', null, words.say('channels.fingerprint')),
          h('code', { class: 'print' }, pairs(fingerprint)),
          h('p', { class: 'soft' }, words.say('channels.fingerprintText')),
          line.node,
          h('div', { class: 'buttons' }, accept),
        ]),
  );
}
