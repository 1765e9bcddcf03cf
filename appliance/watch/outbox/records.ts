/** How deliveries and channels stand in the store, and what is read back. */
import {
  type Check,
  flag,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  optional,
  text,
} from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { type Delivery, deliveryStates, languages, type NewChannel } from '../client/channels.ts';
import { type Occasion, severities } from '../client/types.ts';
import { checkWeekly, checkZone, groupPattern, timeOfDay } from '../library/checks.ts';

export const deliveryRecords = 'watch.deliveries';
export const channelRecords = 'watch.channels';

/** Those that wait in their order; those that are done with the newest first. */
export const waitingPrefix = 'wait/';
export const donePrefix = 'done/';
const highest = 1e14;

export function waitingKey(id: string): string {
  return waitingPrefix + id;
}

export function doneKey({ id, doneMs }: Pick<Delivery, 'id' | 'doneMs'>): string {
  return `${donePrefix}${String(Math.max(0, highest - Math.round(doneMs ?? 0))).padStart(15, '0')}-${id}`;
}

const words = text({ max: 4096 });
const both = object({ en: words, fr: words });
const kinds = ['opened', 'repeated', 'recovered'] as const;
const names = list(words, { max: 100 });

export const checkDelivery: Check<Delivery> = object({
  ...{ id: words, channel: words, state: oneOf(deliveryStates) },
  items: list(
    object({
      incident: integer({ min: 1 }),
      kind: oneOf(kinds),
      severity: oneOf(severities),
      text: both,
      more: optional(both),
      next: optional(both),
      atMs: number(),
    }),
    { max: 1000 },
  ),
  ...{
    madeMs: number(),
    dueMs: nullable(number()),
    tries: integer({ min: 0 }),
    words,
    doneMs: nullable(number()),
  },
  ...{ messageId: words, left: nullable(names), also: names, instead: names, handedTo: nullable(words) },
});

export const checkOccasion: Check<Occasion> = object({
  ...{ incident: integer({ min: 1 }), kind: oneOf(kinds), severity: oneOf(severities) },
  ...{
    machine: nullable(integer({ min: 1 })),
    groups: list(words, { max: 1000 }),
    text: both,
    more: optional(both),
    next: optional(both),
    atMs: number(),
  },
});

const name = text({ min: 1, max: 100 });
const anyOptions: Check<Record<string, unknown>> = (value, path = '') => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed('WRONG_TYPE', path, { en: 'an object is wanted', fr: 'il faut un objet' });
  return { ...value };
};

/** Options are checked by their kind. */
export const checkChannel: Check<Omit<NewChannel, 'secrets'>> = object({
  ...{ kind: name, name, enabled: flag, language: oneOf(languages), zone: checkZone },
  takes: object({
    least: oneOf(severities),
    groups: list(text({ max: 32, pattern: groupPattern, what: { en: 'a group', fr: 'un groupe' } }), {
      max: 64,
    }),
    weekly: optional(checkWeekly),
  }),
  digestAt: nullable(timeOfDay),
  options: anyOptions,
});

const mostSecrets = 16;
export const checkSecrets: Check<Record<string, string | null>> = (value, path = '') => {
  const given = Object.entries(anyOptions(value, path));
  if (given.length > mostSecrets)
    throw new Malformed('OUT_OF_RANGE', path, {
      en: `more than ${mostSecrets} secrets`,
      fr: `plus de ${mostSecrets} secrets`,
    });
  const check = nullable(text({ min: 1, max: 2_000 }));
  return Object.fromEntries(given.map(([field, secret]) => [field, check(secret, `${path}.${field}`)]));
};
