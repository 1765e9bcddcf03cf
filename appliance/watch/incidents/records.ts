/** How incidents and occasions stand in the store: names, keys, and what is read back. */
import { type Check, flag, integer, nullable, number, object, oneOf, text } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import {
  type Evidence,
  endings,
  holds,
  type Incident,
  incidentStates,
  type Occasion,
  severities,
} from '../client/types.ts';

export const incidentRecords = 'watch.incidents';
export const occasionRecords = 'watch.occasions';

/** Open ones apart, because a start needs all of them; the newest first, because that is how they are looked at. */
export const openPrefix = 'open/';
export const pastPrefix = 'past/';
const highest = 1e9;

export function orderOf(id: number): string {
  return String(highest - id).padStart(10, '0');
}

export function recordKeyOf({ id, state }: Pick<Incident, 'id' | 'state'>): string {
  return `${state === 'resolved' ? pastPrefix : openPrefix}${orderOf(id)}`;
}

/** In the order in which they happened, if the clock was right. */
export function occasionKey({ atMs, incident }: Occasion, revision: number): string {
  return `${String(Math.max(0, Math.round(atMs))).padStart(14, '0')}-${incident}-${revision}`;
}

const words = text({ max: 4096 });
const both = object({ en: words, fr: words });

const checkEvidence: Check<Evidence> = (value, path = '') => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed('WRONG_TYPE', path, 'an object is wanted');
  return { ...value } as Evidence;
};

export const checkIncident: Check<Incident> = object({
  id: integer({ min: 1, max: highest }),
  rule: words,
  kind: words,
  machine: nullable(integer({ min: 1 })),
  subject: words,
  severity: oneOf(severities),
  state: oneOf(incidentStates),
  verdict: oneOf(['good', 'bad', 'unknown']),
  openedMs: number(),
  trusted: flag,
  resolvedMs: nullable(number()),
  ending: nullable(oneOf(endings)),
  acknowledged: nullable(object({ who: words, note: words, atMs: number(), untilMs: nullable(number()) })),
  told: flag,
  toldMs: nullable(number()),
  timesTold: integer({ min: 0 }),
  hold: nullable(oneOf(holds)),
  cause: nullable(integer({ min: 1 })),
  text: both,
  evidence: checkEvidence,
  revision: integer({ min: 0 }),
});
