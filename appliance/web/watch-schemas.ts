/** The nouns of the watch over REST: incidents, rules, timetables, groups. */
import * as T from 'typebox';
import { endings, holds, incidentStates, scheduleKinds, severities } from '../watch/client/types.ts';
import { closed, nullable, timeMs } from './schemas.ts';

const text = T.Object({ en: T.String(), fr: T.String() });
const severity = T.Enum([...severities]);
const evidence = T.Record(
  T.String(),
  T.Unsafe<number | string | null>({ type: ['number', 'string', 'null'] }),
  {
    description: 'What was seen: numbers and short words.',
  },
);

export const incident = T.Object({
  id: T.Integer({ minimum: 1 }),
  rule: T.String(),
  kind: T.String(),
  machine: nullable(T.Integer({ description: 'Null: the box itself.' })),
  subject: T.String({ description: 'The series that is meant; empty when it is the machine itself.' }),
  severity,
  state: T.Enum([...incidentStates]),
  verdict: T.Enum(['good', 'bad', 'unknown'], { description: 'Unknown while its machine is not heard.' }),
  openedMs: timeMs('When it was opened.'),
  trusted: T.Boolean({ description: "Whether the box's clock was known to be right then." }),
  resolvedMs: nullable(timeMs('When it ended.')),
  ending: nullable(T.Enum([...endings])),
  acknowledged: nullable(
    T.Object({ who: T.String(), note: T.String(), atMs: T.Number(), untilMs: nullable(T.Number()) }),
  ),
  told: T.Boolean({ description: 'Whether anybody was told of it.' }),
  toldMs: nullable(T.Number()),
  timesTold: T.Integer(),
  hold: nullable(T.Enum([...holds], { description: 'Why nobody is told now.' })),
  cause: nullable(T.Integer({ description: 'The incident that explains it.' })),
  text,
  evidence,
  revision: T.Integer(),
});
export const incidentPage = T.Object({
  incidents: T.Array(incident),
  more: nullable(T.Integer({ description: '`before` of the next page.' })),
});
export const incidentQuery = T.Object(
  {
    state: T.Optional(T.Enum(['open', 'all'], { description: 'Open ones, acknowledged too, if not given.' })),
    machine: T.Optional(T.Integer({ minimum: 1 })),
    before: T.Optional(T.Integer({ minimum: 1 })),
    limit: T.Optional(T.Integer({ minimum: 1, maximum: 1000 })),
  },
  closed,
);
export const incidentParams = T.Object({ incident: T.Integer({ minimum: 1, maximum: 1e9 }) });
export const acknowledgeBody = T.Object(
  {
    note: T.Optional(T.String({ maxLength: 500 })),
    untilMs: T.Optional(nullable(T.Number({ description: 'From then on it is told again.' }))),
  },
  closed,
);

const optionValues = T.Record(T.String(), T.Unsafe<number | string>({ type: ['number', 'string'] }));
const changeFields = {
  enabled: T.Optional(T.Boolean()),
  severity: T.Optional(severity),
  options: T.Optional(optionValues),
  cooldownMs: T.Optional(
    T.Integer({ minimum: 0, description: 'After it was told, the next failure is held for so long.' }),
  ),
  repeatMs: T.Optional(
    T.Integer({ minimum: 0, description: 'Told again so often until somebody acknowledges; 0: never.' }),
  ),
};
export const ruleChange = T.Object(changeFields, closed);
export const newRule = T.Object(
  { ...changeFields, kind: T.String(), name: T.String({ minLength: 1, maxLength: 100 }) },
  closed,
);
export const rule = T.Object({
  id: T.String(),
  kind: T.String(),
  name: text,
  builtIn: T.Boolean(),
  enabled: T.Boolean(),
  severity,
  options: optionValues,
  cooldownMs: T.Number(),
  repeatMs: T.Number(),
  overrides: T.Record(T.String(), ruleChange, { description: 'By group:NAME or machine:NUMBER.' }),
});
const option = T.Object({
  type: T.Enum(['number', 'duration', 'choice', 'metric']),
  default: T.Unsafe<number | string>({ type: ['number', 'string'] }),
  about: text,
  unit: T.Optional(T.String()),
  min: T.Optional(T.Number()),
  max: T.Optional(T.Number()),
  choices: T.Optional(T.Unsafe<readonly string[]>({ type: 'array', items: { type: 'string' } })),
});
export const rules = T.Object({
  kinds: T.Array(T.Object({ kind: T.String(), about: text, options: T.Record(T.String(), option) })),
  rules: T.Array(rule),
});
const ruleId = T.String({ pattern: '^[a-z0-9-]{1,40}$' });
export const ruleParams = T.Object({ rule: ruleId });
export const ruleScopeParams = T.Object({
  rule: ruleId,
  scope: T.String({ maxLength: 64, description: 'all, group:NAME, machine:NUMBER or probe:ID.' }),
});
export const previewBody = T.Object(
  {
    rule: newRule,
    days: T.Optional(T.Number({ minimum: 0.01, maximum: 31, description: '7 if not given.' })),
    machines: T.Optional(T.Array(T.Integer({ minimum: 1 }), { minItems: 1, maxItems: 1000 })),
  },
  closed,
);
const previewIncident = T.Object({
  subject: T.String(),
  openedMs: T.Number(),
  resolvedMs: nullable(T.Number()),
  text,
  evidence,
});
export const previewAnswer = T.Object({
  fromMs: T.Number(),
  toMs: T.Number(),
  stepMs: nullable(T.Number({ description: 'Means of so long were looked at; null: every sample.' })),
  machines: T.Array(
    T.Object({
      machine: T.Integer(),
      series: T.Integer({ description: 'How many subjects the rule judges there.' }),
      incidents: T.Array(previewIncident),
    }),
  ),
  probes: T.Array(T.Object({ probe: T.String(), name: T.String(), incidents: T.Array(previewIncident) }), {
    description: 'Of a rule about probes.',
  }),
  warnings: T.Array(text),
});

const timeOfDay = T.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });
const scheduleFields = {
  kind: T.Enum([...scheduleKinds]),
  name: T.String({ minLength: 1, maxLength: 100 }),
  scopes: T.Array(
    T.Unsafe<'all' | `group:${string}` | `machine:${number}` | `probe:${string}`>({
      type: 'string',
      maxLength: 64,
    }),
    {
      minItems: 1,
      maxItems: 64,
      description: 'all, group:NAME, machine:NUMBER or probe:ID.',
    },
  ),
  weekly: T.Optional(
    T.Object(
      {
        days: T.Array(T.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
        from: timeOfDay,
        to: timeOfDay,
        zone: T.String({ minLength: 1, maxLength: 64, description: 'As in Europe/Paris.' }),
      },
      closed,
    ),
  ),
  once: T.Optional(T.Object({ fromMs: T.Number(), toMs: T.Number() }, closed)),
  below: T.Optional(severity),
};
export const newSchedule = T.Object(scheduleFields, closed);
export const schedule = T.Object({ id: T.String(), ...scheduleFields });
export const schedules = T.Object({ schedules: T.Array(schedule) });
export const scheduleParams = T.Object({ schedule: T.String({ pattern: '^[a-z0-9]{8}$' }) });

const groupFields = {
  name: T.String({ minLength: 1, maxLength: 100 }),
  machines: T.Array(T.Integer({ minimum: 1 }), { maxItems: 1000 }),
  /** The probe of the switch or router that all of them hang behind. */
  parent: T.Optional(T.String({ pattern: '^[a-z2-7]{8}$' })),
};
export const groupBody = T.Object(groupFields, closed);
export const group = T.Object({ id: T.String(), ...groupFields });
export const groups = T.Object({ groups: T.Array(group) });
export const groupParams = T.Object({ group: T.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' }) });
