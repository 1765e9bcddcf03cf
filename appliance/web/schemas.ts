/** The nouns of the REST interface: type, check and documentation in one declaration each. */
import * as T from 'typebox';
import { machineStates } from '../store/client/types.ts';
import { roles } from './access.table.ts';

export const nullable = <S extends T.TSchema>(schema: S) => T.Union([schema, T.Null()]);
export const closed = { additionalProperties: false };
export const timeMs = (description: string) =>
  T.Number({ description: `${description} Milliseconds since 1970.` });

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
export const machineDetail = T.Object({
  ...rowFields,
  latest: T.Array(latest),
  failedServices: nullable(
    T.Integer({ description: 'Services that failed or fail again and again; null: it never told any.' }),
  ),
});

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
  signal: T.Optional(
    T.Object(
      { light: T.Boolean(), buzzer: T.Boolean() },
      { description: 'Whether the light and the buzzer beside it are on.' },
    ),
  ),
});

export const role = T.Enum([...roles], { description: 'Each may do all that those before it may.' });
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
export const longText = T.String({ maxLength: 1024 });
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
