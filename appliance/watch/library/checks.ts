/** Schedules and groups as people write them and as they are read back, checked. */
import { type Check, integer, list, number, object, oneOf, optional, text } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import {
  type Group,
  type NewSchedule,
  type Scope,
  scheduleKinds,
  severities,
  type Weekly,
} from '../client/types.ts';
import { isZone } from '../incidents/schedule.ts';

export const groupPattern = /^[a-z0-9][a-z0-9-]{0,31}$/;
const scopePattern = /^(all|group:[a-z0-9][a-z0-9-]{0,31}|machine:[1-9]\d{0,9}|probe:[a-z2-7]{8})$/;
const name = text({ min: 1, max: 100 });

export const checkScope = text({
  max: 64,
  pattern: scopePattern,
  what: {
    en: 'all, group:NAME, machine:NUMBER or probe:ID',
    fr: 'all, group:NOM, machine:NUMÉRO ou probe:ID',
  },
}) as Check<Scope>;

export const timeOfDay = text({
  max: 5,
  pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
  what: { en: 'a time such as 07:30', fr: 'une heure comme 07:30' },
});

export const checkZone: Check<string> = (value, path = '') => {
  const zone = text({ min: 1, max: 64 })(value, path);
  if (!isZone(zone))
    throw new Malformed('BAD_TEXT', path, {
      en: 'this is no time zone such as Europe/Paris',
      fr: 'ce n’est pas un fuseau horaire comme Europe/Paris',
    });
  return zone;
};

export const checkWeekly: Check<Weekly> = object({
  days: list(integer({ min: 1, max: 7 }), { min: 1, max: 7 }),
  from: timeOfDay,
  to: timeOfDay,
  zone: checkZone,
});

const checkShape = object({
  kind: oneOf(scheduleKinds),
  name,
  scopes: list(checkScope, { min: 1, max: 64 }),
  weekly: optional(checkWeekly),
  once: optional(object({ fromMs: number(), toMs: number() })),
  below: optional(oneOf(severities)),
});

export const checkSchedule: Check<NewSchedule> = (value, path = '') => {
  const schedule = checkShape(value, path);
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  if (schedule.weekly === undefined && schedule.once === undefined)
    throw new Malformed('MISSING', at('weekly'), {
      en: 'a time that comes every week, or once, is missing',
      fr: 'il manque une heure qui revient chaque semaine, ou une fois',
    });
  if (schedule.once !== undefined && schedule.once.toMs <= schedule.once.fromMs)
    throw new Malformed('OUT_OF_RANGE', at('once.toMs'), {
      en: 'the end is not after the beginning',
      fr: 'la fin n’est pas après le début',
    });
  return schedule as NewSchedule;
};

export const checkGroup: Check<Omit<Group, 'id'>> = object({
  name,
  machines: list(integer({ min: 1, max: 2 ** 32 - 1 }), { max: 1000 }),
  parent: optional(
    text({
      max: 8,
      pattern: /^[a-z2-7]{8}$/,
      what: { en: 'the id of a probe', fr: 'l’identifiant d’une sonde' },
    }),
  ),
});
