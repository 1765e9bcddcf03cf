/** Webhook: a POST of JSON, or of a text of one's own; signed, if there is a key. Enough for chat systems. */
import { createHmac } from 'node:crypto';
import { type Check, optional, text } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { checkUrl } from './address.ts';
import { type Letter, linesOf, type Notifier, type Order, type Outcome } from './notifier.ts';
import { posted } from './web-call.ts';

export type WebhookOptions = {
  url: string;
  key?: string | undefined;
  template?: string | undefined;
};

const places = ['title', 'text', 'severity', 'state', 'id', 'at', 'link'] as const;
type Place = (typeof places)[number];

const longest = text({ min: 2, max: 4_000 });
const checkTemplate: Check<string> = (value, path = '') => {
  const template = longest(value, path);
  const strange = [...template.matchAll(/\{\{([^{}]*)\}\}/g)].find(([, name]) => !isPlace(name));
  if (strange !== undefined)
    throw new Malformed('BAD_TEXT', path, {
      en: `${strange[0]} is none of ${places.join(', ')}`,
      fr: `${strange[0]} n’est aucun de ${places.join(', ')}`,
    });
  try {
    JSON.parse(filled(template, example));
  } catch (error) {
    throw new Malformed('BAD_TEXT', path, {
      en: `this is no JSON: ${String(error)}`,
      fr: `ce n’est pas du JSON : ${String(error)}`,
    });
  }
  return template;
};

export const webhook: Notifier<WebhookOptions> = {
  about: { en: 'Webhook', fr: 'Webhook' },
  fields: {
    // It is often the whole of what a chat system asks for to let somebody write.
    url: {
      check: checkUrl,
      isSecret: true,
      about: { en: 'address that is called', fr: 'adresse à appeler' },
    },
    key: {
      check: optional(text({ min: 8, max: 256 })),
      isOptional: true,
      isSecret: true,
      about: { en: 'key', fr: 'clé' },
      hint: {
        en: 'Calls are signed with it (HMAC-SHA256), so that the other side knows that they are of this box.',
        fr: 'Les appels en sont signés (HMAC-SHA256) : l’autre côté sait qu’ils viennent de ce boîtier.',
      },
    },
    template: {
      check: optional(checkTemplate),
      ...{ type: 'area', isOptional: true },
      about: { en: 'text of one’s own', fr: 'texte à vous' },
      hint: {
        en: `JSON with {{${places.join('}}, {{')}}} inside strings; left empty, all of it is sent.`,
        fr: `JSON avec {{${places.join('}}, {{')}}} dans les chaînes ; laissé vide, tout est envoyé.`,
      },
    },
  },
  serverOf: ({ url }) => ({ field: 'url', host: new URL(url).hostname }),
  send,
};

async function send({ options, letter, reach, timeoutMs, signal }: Order<WebhookOptions>): Promise<Outcome> {
  const { url, key, template } = options;
  const body = template === undefined ? JSON.stringify(whole(letter)) : filled(template, wordsOf(letter));
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'user-agent': 'NetMonitor',
    'idempotency-key': letter.messageId,
  };
  if (key !== undefined)
    headers['x-netmonitor-signature'] = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
  return { words: await posted({ url, headers, body, reach, timeoutMs, signal }), left: [] };
}

function whole(letter: Letter) {
  const { messageId, severity, isGood, subject, items, notes, link, atMs } = letter;
  const state = stateOf(isGood);
  return { id: messageId, title: subject, severity, state, items, notes, link: link?.url ?? null, atMs };
}

const stateOf = (isGood: boolean) => (isGood ? 'resolved' : 'open');

function wordsOf(letter: Letter): Record<Place, string> {
  const { messageId, severity, isGood, subject, atMs } = letter;
  return {
    ...{ id: messageId, title: subject, severity, state: stateOf(isGood) },
    text: linesOf(letter).join('\n'),
    at: new Date(atMs).toISOString(),
    link: letter.link?.url ?? '',
  };
}

const example = Object.fromEntries(places.map((place) => [place, ''])) as Record<Place, string>;

/** Inside a string of JSON, so that no text of a machine can end it. */
function filled(template: string, words: Record<Place, string>): string {
  return template.replaceAll(/\{\{([^{}]*)\}\}/g, (as, name: string) =>
    isPlace(name) ? JSON.stringify(words[name]).slice(1, -1) : as,
  );
}

function isPlace(name: string | undefined): name is Place {
  return places.some((place) => place === name);
}
