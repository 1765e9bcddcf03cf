/** Probes over REST. */
import * as T from 'typebox';
import { type ProbeKind, probeKinds } from '../protocol/probes/kinds.table.ts';
import { closed, nullable, timeMs } from './schemas.ts';

const text = T.Object({ en: T.String(), fr: T.String() });
const kind = T.Enum(Object.keys(probeKinds) as [ProbeKind, ...ProbeKind[]]);
const value = T.Unsafe<string | number | boolean>({ type: ['string', 'number', 'boolean'] });
const options = T.Record(T.String(), value, {
  description: 'As `GET /probe-kinds` names them for this kind.',
});
const machineNumber = T.Integer({ minimum: 1, maximum: 2 ** 32 - 1 });
const probeId = T.String({ pattern: '^[a-z2-7]{8}$' });

const fields = {
  name: T.String({ minLength: 1, maxLength: 100 }),
  options,
  intervalMs: T.Integer({ minimum: 5_000, maximum: 86_400_000, description: 'How often; 20 s.' }),
  vantages: T.Array(machineNumber, {
    maxItems: 16,
    description: "Machines that check it; empty: the box's own agent.",
  }),
  enabled: T.Boolean({ description: 'Started or stopped.' }),
  groups: T.Array(T.String({ maxLength: 32 }), {
    maxItems: 16,
    description: 'Groups that it belongs to: who is told goes by them.',
  }),
  parent: nullable(
    T.String({ pattern: '^[a-z2-7]{8}$', description: 'The probe of the switch or router in front of it.' }),
  ),
  beyond: T.Boolean({ description: 'It may leave the networks of the machines that check it.' }),
};
const optional = {
  intervalMs: T.Optional(fields.intervalMs),
  vantages: T.Optional(fields.vantages),
  enabled: T.Optional(fields.enabled),
  groups: T.Optional(fields.groups),
  parent: T.Optional(fields.parent),
  beyond: T.Optional(fields.beyond),
};

export const newProbe = T.Object({ kind, name: fields.name, options, ...optional }, closed);
export const probeChange = T.Object(
  { name: T.Optional(fields.name), options: T.Optional(options), ...optional },
  closed,
);
export const probeParams = T.Object({ probe: probeId });

export const probeState = T.Object({
  probe: T.Object({
    id: T.String({ description: 'Series are named after it, as in `probe.up:ID`.' }),
    kind,
    builtIn: T.Boolean({
      description: 'Comes with the program: it can be changed and stopped, not removed.',
    }),
    ...fields,
  }),
  verdict: T.Enum(['good', 'bad', 'unknown']),
  sinceMs: nullable(timeMs('Since when the verdict is this one.')),
  text,
  vantages: T.Array(
    T.Object({
      machine: T.Integer(),
      verdict: T.Enum(['up', 'down', 'unknown']),
      reason: nullable(T.Object({ code: T.String(), detail: T.String() })),
      sinceMs: nullable(T.Number()),
      lastMs: nullable(timeMs('When it was checked last.')),
      durationS: nullable(T.Number({ description: 'How long the last check took.' })),
    }),
  ),
  incident: nullable(T.Integer({ description: 'The open incident about it.' })),
});
export const probes = T.Object({ probes: T.Array(probeState) });

export const availability = T.Object({
  spans: T.Array(
    T.Object({
      span: T.Enum(['24h', '7d', '30d', '365d']),
      share: nullable(T.Number({ description: '0 to 1 of the time that is known; null: none is.' })),
      knownS: T.Number({ description: 'Seconds of the span that somebody knows of.' }),
      unknownS: T.Number({ description: 'Seconds that are left out, because nobody does.' }),
      meanS: nullable(T.Number({ description: 'How long an answer took.' })),
      highestS: nullable(T.Number()),
    }),
  ),
});

export const probeKindList = T.Object({
  kinds: T.Array(
    T.Object({
      kind,
      about: text,
      options: T.Array(
        T.Object({
          name: T.String(),
          type: T.Enum(['host', 'url', 'text', 'choice', 'number', 'flag']),
          about: text,
          default: T.Optional(value),
          min: T.Optional(T.Number()),
          max: T.Optional(T.Number({ description: 'Of a text: its length.' })),
          choices: T.Optional(T.Array(T.String())),
          secret: T.Optional(T.Boolean({ description: 'Shown only to who may change it.' })),
        }),
      ),
    }),
  ),
});
