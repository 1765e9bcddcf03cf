/** ntfy: notices on telephones, through ntfy.sh or a server of one's own. */
import { optional, text } from '../../protocol/check.ts';
import type { Severity } from '../client/types.ts';
import { checkUrl } from './address.ts';
import { linesOf, type Notifier, type Order, type Outcome } from './notifier.ts';
import { posted } from './web-call.ts';

export type NtfyOptions = { server: string; topic: string; token?: string | undefined };

const priorities: Record<Severity, number> = { low: 2, medium: 3, high: 4, critical: 5 };
const longestMessage = 3_000;

export const ntfy: Notifier<NtfyOptions> = {
  about: { en: 'ntfy (telephones)', fr: 'ntfy (téléphones)' },
  fields: {
    server: {
      check: checkUrl,
      isBound: true,
      about: { en: 'server', fr: 'serveur' },
      hint: { en: 'As in https://ntfy.sh', fr: 'Par exemple https://ntfy.sh' },
    },
    topic: {
      check: text({
        max: 64,
        pattern: /^[A-Za-z0-9_-]{1,64}$/,
        what: {
          en: 'a topic of letters, digits, - and _',
          fr: 'un sujet fait de lettres, de chiffres, de - et de _',
        },
      }),
      about: { en: 'topic', fr: 'sujet' },
      hint: {
        en: 'Who knows it can read along on a public server: take one that nobody guesses.',
        fr: 'Sur un serveur public, qui le connaît peut lire : prenez-en un que personne ne devine.',
      },
    },
    token: {
      check: optional(
        text({
          max: 256,
          pattern: /^[A-Za-z0-9_.~+/=-]{1,256}$/,
          what: { en: 'an access token', fr: 'un jeton d’accès' },
        }),
      ),
      isOptional: true,
      isSecret: true,
      about: { en: 'access token', fr: 'jeton d’accès' },
      hint: { en: 'If the server asks for one.', fr: 'Si le serveur en demande un.' },
    },
  },
  serverOf: ({ server }) => ({ field: 'server', host: new URL(server).hostname }),
  send,
};

async function send({ options, letter, reach, timeoutMs, signal }: Order<NtfyOptions>): Promise<Outcome> {
  const { server: url, topic, token } = options;
  const { severity, isGood, subject } = letter;
  const message = linesOf(letter).join('\n').slice(0, longestMessage);
  const body = JSON.stringify({
    ...{ topic, title: subject.slice(0, 200), message, priority: isGood ? 3 : priorities[severity] },
    ...(letter.link === null ? {} : { click: letter.link.url }),
    tags: [isGood ? 'white_check_mark' : severity === 'low' ? 'information_source' : 'warning'],
  });
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'NetMonitor',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  return { words: await posted({ url, headers, body, reach, timeoutMs, signal }), left: [] };
}
