/** The nouns of the REST interface: type, check and documentation in one declaration each. */
import * as T from 'typebox';
import { machineStates } from '../store/client/types.ts';
import { roles, scopes } from './access.table.ts';

const nullable = <S extends T.TSchema>(schema: S) => T.Union([schema, T.Null()]);
const closed = { additionalProperties: false };
const timeMs = (description: string) => T.Number({ description: `${description} Milliseconds since 1970.` });

export const errorBody = T.Object({
  error: T.Object({
    code: T.String({ description: 'What programs read: NOT_FOUND, BAD_REQUEST, …' }),
    message: T.String({ description: 'For people, in the language of Accept-Language (English, French).' }),
    path: T.Optional(T.String({ description: 'Which part of the input does not fit.' })),
  }),
});

const machineState = T.Enum([...machineStates], {
  description: 'A value of a machine that is not up is unknown, never well.',
});

const facts = T.Object({
  os: T.Optional(T.String()),
  kernel: T.Optional(T.String()),
  arch: T.Optional(T.String()),
  cpuModel: T.Optional(T.String()),
  cores: T.Optional(T.Number()),
  memoryBytes: T.Optional(T.Number()),
  addresses: T.Optional(T.Array(T.String())),
  agentVersion: T.Optional(T.String()),
  model: T.Optional(T.String()),
});

const machineFields = {
  machine: T.Integer({ minimum: 1, description: 'Given at admission, never used again.' }),
  key: T.String({ description: "SHA-256 of the machine's public key, 64 hexadecimal digits." }),
  name: T.String(),
  state: machineState,
  stateSinceMs: timeMs('Since when it is in this state.'),
  admittedMs: timeMs('When a person let it in.'),
  admittedBy: T.String(),
  local: T.Boolean({ description: "The box's own agent." }),
  facts: nullable(facts),
  lastSampleMs: nullable(T.Number()),
  run: nullable(T.String()),
};
export const machine = T.Object(machineFields);

export const summary = T.Object(
  {
    cpu: T.Optional(T.Number()),
    memory: T.Optional(T.Number()),
    disk: T.Optional(T.Number()),
    receiveBps: T.Optional(T.Number()),
    transmitBps: T.Optional(T.Number()),
    temperature: T.Optional(T.Number()),
    load1: T.Optional(T.Number()),
    uptimeS: T.Optional(T.Number()),
  },
  {
    description: 'Shares are 0 to 1 (disk: the fullest file system), rates bytes per second, temperature °C.',
  },
);

const rowFields = { ...machineFields, tMs: nullable(T.Number()), summary: nullable(summary) };
export const row = T.Object(rowFields);

const kind = T.Enum(['gauge', 'counter']);
export const latest = T.Object({
  name: T.String(),
  unit: T.String(),
  kind,
  value: T.Number(),
  rate: T.Optional(T.Number({ description: 'Per second; counters only.' })),
  tMs: timeMs('When it was measured.'),
});
export const machineDetail = T.Object({ ...rowFields, latest: T.Array(latest) });

export const machines = T.Object({
  machines: T.Array(row),
  nowMs: timeMs("The box's clock."),
  clockTrusted: T.Boolean({ description: "Whether the box's clock is known to be right." }),
  staleSinceMs: nullable(timeMs('Since when the store is away: values do not change.')),
  ingestStaleSinceMs: nullable(timeMs("Since when the agents' door is away: states do not change.")),
});

const cells = T.Array(nullable(T.Number()), { description: 'One cell a bucket; null is a gap.' });
export const rangeAnswer = T.Object({
  machine: T.Integer(),
  startMs: timeMs('Begin of the first bucket.'),
  stepMs: T.Number(),
  count: T.Integer(),
  columns: T.Array(
    T.Object({ name: T.String(), unit: T.String(), kind, mean: cells, min: cells, max: cells }),
  ),
  clipped: T.Optional(T.Literal(true, { description: 'Fewer points than were asked for.' })),
  damaged: T.Optional(
    T.Array(T.Object({ fromMs: T.Number(), toMs: T.Number() }), {
      description: 'Times whose values are damaged and therefore not given.',
    }),
  ),
});
export const rangeQuery = T.Object(
  {
    series: T.Array(T.String({ minLength: 1, maxLength: 128 }), {
      minItems: 1,
      maxItems: 64,
      description: 'Repeat for several series.',
    }),
    from: T.Integer({ minimum: 0 }),
    to: T.Integer({ minimum: 0 }),
    points: T.Optional(T.Integer({ minimum: 1, maximum: 2000, description: '300 if not given.' })),
  },
  closed,
);

export const waitingMachine = T.Object({
  id: T.String({ description: "SHA-256 of the machine's public key." }),
  name: T.String(),
  address: T.String(),
  os: T.String(),
  version: T.String(),
  sinceMs: timeMs('Since when it knocks.'),
  digits: nullable(T.String({ description: 'To be compared with those at the machine.' })),
  machineAnswer: nullable(T.Enum(['yes', 'no'])),
  pinned: T.Boolean({ description: 'The machine knows this box by its key and needs no yes.' }),
  connected: T.Boolean(),
  earlier: T.Array(T.Object({ machine: T.Integer(), name: T.String(), removed: T.Boolean() }), {
    description: 'Machines of the same name: a person may say that it is one of them with a new key.',
  }),
});

export const journalEntry = T.Object({
  id: T.Integer(),
  atMs: timeMs('When it happened.'),
  trusted: T.Boolean({ description: "Whether the box's clock was known to be right then." }),
  kind: T.String(),
  who: T.String(),
  role: T.String(),
  from: T.String(),
  machine: nullable(T.Integer()),
  text: T.Object({ en: T.String(), fr: T.String() }),
  details: T.Record(T.String(), T.Unknown()),
  before: T.String({ description: 'Hash of the entry before.' }),
  hash: T.String(),
});

export const panelFrame = T.Object({
  bits: T.String({ description: 'Base64 of 1024 bytes: 8 pages of 128 columns, lowest bit on top.' }),
  screen: T.String(),
  text: T.Array(T.String()),
});

const role = T.Enum([...roles], { description: 'Each may do all that those before it may.' });
export const sessionState = T.Object({
  state: T.Enum(['first', 'signed-out', 'signed-in']),
  user: T.Optional(T.Object({ name: T.String(), role })),
  box: T.Object({
    name: T.String(),
    version: T.String(),
    fingerprint: T.String({
      description: "SHA-256 of the page's public key, hexadecimal, as the box's screen shows it.",
    }),
    certificate: T.String({
      description: "SHA-256 of the page's certificate, hexadecimal, as browsers show it.",
    }),
  }),
  language: T.Enum(['en', 'fr']),
});
const longText = T.String({ maxLength: 1024 });
export const credentials = T.Object({ name: longText, password: longText }, closed);
export const codeCredentials = T.Object({ code: longText, name: longText, password: longText }, closed);

export const machineParams = T.Object({ machine: T.Integer({ minimum: 1, maximum: 2 ** 31 }) });
export const waitingParams = T.Object({ id: T.String({ pattern: '^[0-9a-f]{64}$' }) });
export const digitsBody = T.Object(
  {
    digits: T.String({ pattern: '^[0-9]{6}$' }),
    same: T.Optional(
      T.Integer({
        minimum: 1,
        maximum: 2 ** 31,
        description:
          'It is this machine with a new key: number and history stay, the old key counts no more.',
      }),
    ),
  },
  closed,
);
export const pressBody = T.Object({ kind: T.Enum(['press', 'hold', 'double']) }, closed);
export const nothing = T.Unsafe<undefined>({ type: 'null', description: 'No content.' });

const id = T.String({ pattern: '^[^/]{1,128}$' });
export const personParams = T.Object({ person: id });
export const sessionParams = T.Object({ session: T.String({ pattern: '^[0-9a-f]{16}$' }) });
export const tokenParams = T.Object({ token: T.String({ pattern: '^[0-9a-f]{16}$' }) });

export const openSession = T.Object({
  id: T.String(),
  current: T.Boolean({ description: 'The one that asks.' }),
  from: T.String(),
  browser: T.String({ description: 'As it calls itself; may be empty.' }),
  startedMs: timeMs('When it signed in.'),
  idleMs: T.Number({ description: 'Milliseconds since it was last used.' }),
});
export const nameBody = T.Object({ name: longText, password: longText }, closed);
export const passwordBody = T.Object({ password: longText, next: longText }, closed);

const personFields = { id: T.String(), name: T.String(), role };
export const person = T.Object({
  ...personFields,
  createdMs: timeMs('When this person was added.'),
  hasPassword: T.Boolean({ description: 'False until the invitation was followed.' }),
  invitedUntilMs: nullable(timeMs('Until when the invitation can be followed.')),
});
export const personBody = T.Object({ name: longText, role }, closed);
export const roleBody = T.Object({ role }, closed);
export const invitation = T.Object({
  person: T.Object(personFields),
  code: T.String({ description: 'Told this once; the person types it with the name, within seven days.' }),
});

const scopeList = T.Array(T.Enum([...scopes]), {
  minItems: 1,
  maxItems: scopes.length,
  uniqueItems: true,
  description: 'read: look. change: what the role may change. manage: people, tokens, certificate.',
});
export const apiToken = T.Object({
  id: T.String(),
  name: T.String(),
  role,
  scopes: scopeList,
  madeBy: T.String(),
  createdMs: timeMs('When it was made.'),
  expiresMs: nullable(timeMs('When it ends by itself.')),
  usedMs: nullable(timeMs('When it was last used, to a quarter of an hour after a restart.')),
  usedFrom: nullable(T.String()),
});
export const apiTokenBody = T.Object(
  { name: longText, role, scopes: scopeList, days: nullable(T.Integer({ minimum: 1, maximum: 3660 })) },
  closed,
);
export const apiTokenMade = T.Object({
  secret: T.String({ description: 'Told this once, for the header Authorization: Bearer.' }),
  token: apiToken,
});

export const certificateAnswer = T.Object({
  serving: T.Enum(['own', 'uploaded']),
  fingerprint: T.String({ description: 'SHA-256 of the public key that is served.' }),
  certificateFingerprint: T.String({ description: 'SHA-256 of the certificate that is served.' }),
  uploaded: nullable(
    T.Object({
      subject: T.String(),
      issuer: T.String(),
      names: T.Array(T.String()),
      keyType: T.String(),
      chainLength: T.Integer(),
      validFromMs: timeMs('Valid from.'),
      validToMs: timeMs('Valid to.'),
    }),
  ),
});
const pem = T.String({ minLength: 1, maxLength: 64 * 1024 });
export const certificateBody = T.Object({ chain: pem, key: pem }, closed);
