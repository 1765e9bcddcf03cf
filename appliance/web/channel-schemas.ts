/** Channels and deliveries over REST. */
import * as T from 'typebox';
import { deliveryStates, fieldTypes, languages } from '../watch/client/channels.ts';
import { severities } from '../watch/client/types.ts';
import { closed, nullable, timeMs } from './schemas.ts';

const text = T.Object({ en: T.String(), fr: T.String() });
const severity = T.Enum([...severities]);
const pattern = '^([01][0-9]|2[0-3]):[0-5][0-9]$';
const timeOfDay = T.String({ pattern });
const options = T.Record(T.String(), T.Unsafe<unknown>({ type: ['string', 'number', 'boolean', 'array'] }), {
  description: 'As `kinds` names them for this kind.',
});

const channelFields = {
  kind: T.String({ maxLength: 100, description: 'One of `kinds`.' }),
  name: T.String({ minLength: 1, maxLength: 100 }),
  enabled: T.Boolean(),
  language: T.Enum([...languages]),
  zone: T.String({ minLength: 1, maxLength: 64, description: 'Of the times it names, as in Europe/Paris.' }),
  takes: T.Object(
    {
      least: severity,
      groups: T.Array(T.String({ maxLength: 32 }), {
        maxItems: 64,
        description: 'Machines of one of these groups; empty: everything.',
      }),
      weekly: T.Optional(
        T.Object(
          {
            days: T.Array(T.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
            from: timeOfDay,
            to: timeOfDay,
            zone: T.String({ minLength: 1, maxLength: 64 }),
          },
          { ...closed, description: 'Only then.' },
        ),
      ),
    },
    closed,
  ),
  digestAt: nullable(
    T.String({
      pattern,
      description: 'What is low waits for this time of day; null: at once.',
    }),
  ),
  options,
};
export const newChannel = T.Object(
  {
    ...channelFields,
    secrets: T.Optional(
      T.Record(T.String(), T.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 2_000 }), {
        description:
          'What is left out stays, unless the channel goes to another server now; null takes it away. Never said again.',
      }),
    ),
  },
  closed,
);
export const channel = T.Object({
  id: T.String(),
  ...channelFields,
  secrets: T.Array(T.String({ description: 'Names of the secrets that are set.' })),
  status: T.Object({
    failingSinceMs: nullable(T.Number({ description: 'Null: the last try went well, or there was none.' })),
    words: T.String({ description: 'The last answer, in the words of the other side.' }),
    lastSentMs: nullable(T.Number()),
    waiting: T.Integer(),
  }),
});
export const channels = T.Object({
  kinds: T.Array(
    T.Object({
      kind: T.String(),
      about: text,
      fields: T.Array(
        T.Object({
          name: T.String(),
          about: text,
          isSecret: T.Boolean(),
          type: T.Enum([...fieldTypes], { description: 'How a form asks for it.' }),
          choices: T.Unsafe<readonly string[]>({ type: 'array', items: { type: 'string' } }),
          isOptional: T.Boolean(),
          hint: nullable(text),
        }),
      ),
    }),
  ),
  channels: T.Array(channel),
});
export const channelParams = T.Object({ channel: T.String({ pattern: '^[a-z0-9]{8}$' }) });
export const channelTest = T.Object({
  delivered: T.Boolean(),
  words: T.String({ description: "The server's own words." }),
  texts: nullable(
    T.Object(
      { en: T.String(), fr: T.String() },
      { description: 'The same in both languages, where it is the box that says it.' },
    ),
  ),
  fingerprint: nullable(
    T.String({
      description: 'Of the certificate that is not trusted: as the option `fingerprint` it would be.',
    }),
  ),
});

const security = T.Enum(['starttls', 'tls', 'none']);
const fingerprint = nullable(T.String({ description: 'SHA-256 of its certificate, if it encrypts.' }));
export const mailServer = T.Object(
  {
    host: T.String({
      ...{ minLength: 1, maxLength: 254 },
      description: 'Name or address of a server; or a mail address, whose server is looked for.',
    }),
  },
  closed,
);
export const mailOffer = T.Object({
  host: T.String({ description: 'The server that was found.' }),
  tried: T.Array(T.String(), { description: 'All that were asked, for a mail address.' }),
  answers: T.Array(
    T.Object({
      port: T.Integer(),
      answers: T.Boolean(),
      security: nullable(security),
      words: T.String({ description: "The server's own words, or why there are none." }),
      fingerprint,
      names: T.Array(T.String(), { description: 'Of its certificate.' }),
      doubt: nullable(T.String({ description: 'Why nobody vouches for the certificate.' })),
    }),
  ),
  suggestion: nullable(
    T.Object(
      { port: T.Integer(), security, fingerprint },
      { description: 'Options of a channel; with the fingerprint that would have to be trusted.' },
    ),
  ),
});

const delivery = T.Object({
  id: T.String(),
  channel: T.String(),
  state: T.Enum([...deliveryStates]),
  items: T.Array(
    T.Object({
      incident: T.Integer(),
      kind: T.Enum(['opened', 'repeated', 'recovered']),
      severity,
      text,
      atMs: timeMs('When it happened.'),
    }),
  ),
  madeMs: T.Number(),
  dueMs: nullable(T.Number({ description: 'It gathers what comes until then.' })),
  tries: T.Integer(),
  words: T.String({ description: 'The answer to the last try.' }),
  doneMs: nullable(T.Number()),
  instead: T.Array(T.String({ description: 'The channels that it stands in for.' })),
  handedTo: nullable(T.String({ description: 'The channel that tells it because this one fails.' })),
});
export const deliveries = T.Object({ deliveries: T.Array(delivery) });
export const deliveryQuery = T.Object(
  { limit: T.Optional(T.Integer({ minimum: 1, maximum: 1000 })) },
  closed,
);
