/** What a test of a channel said, in the server's own words; and a certificate that a person may trust. */
import type { Channel, ChannelField, ChannelTest } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import { icon } from '../../dom/icons.ts';
import { field } from '../form.ts';
import { button, errorLine, errorText, pairs, whileBusy } from '../parts.ts';
import type { WatchPage } from './index.ts';
import { capital, textIn } from './parts.ts';

type Secrets = Record<string, string>;

const sentence = (text: string): string => `${capital(text)}.`;

/** What this machine says when nobody answers. */
const silence = /\bE[A-Z]{5,}\b|^Timeout$/;
const isOfServer = (said: string): boolean => !silence.test(said);

/** Servers answer with a number, and they and systems mostly in English. */
function hintsTo({ words }: WatchPage, said: string): HTMLElement[] {
  const code = /^[45]\d\d(?=[ -])/.exec(said) ?? silence.exec(said);
  const hint = words.maybe(`answer.${code?.[0]}`, '');
  return hint === '' ? [] : [h('p', null, hint)];
}

export function testResult(
  page: WatchPage,
  { id, name }: Channel,
  { delivered, words: said, texts, fingerprint }: ChannelTest,
  /** What the server would be told: typed again by whoever trusts it. */
  kept: readonly ChannelField[],
  trust: (fingerprint: string, secrets: Secrets) => Promise<void>,
): HTMLElement {
  const { words } = page;
  const line = errorLine();
  const again = kept.map((one) => {
    const label = capital(textIn(words, one.about));
    const props = { type: 'password', autocomplete: 'off' };
    return { name: one.name, field: field(`channel-${id}-again-${one.name}`, label, null, props) };
  });
  const accept = button(words.say('channels.trust'), {}, async () => {
    try {
      const secrets = Object.fromEntries(again.map(({ name: one, field: { input } }) => [one, input.value]));
      await whileBusy([accept], () => trust(fingerprint ?? '', secrets));
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
    ...(texts === null
      ? said === ''
        ? []
        : [
            ...(delivered ? [] : hintsTo(page, said)),
            isOfServer(said) ? h('p', { class: 'soft' }, words.say('channels.itsWords')) : null,
            h('blockquote', null, said),
          ]
      : [h('p', null, sentence(textIn(words, texts)))]),
    ...(fingerprint === null
      ? []
      : [
          h('p', null, words.say('channels.fingerprint')),
          h('code', { class: 'print' }, pairs(fingerprint)),
          h('p', { class: 'soft' }, words.say('channels.fingerprintText')),
          ...again.map(({ field: { node } }) => node),
          line.node,
          h('div', { class: 'buttons' }, accept),
        ]),
  );
}
