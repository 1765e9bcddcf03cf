/** Probes as people write them and as they are read back, checked; and what may be aimed at. */
import { isIP } from 'node:net';
import {
  type Check,
  flag,
  integer,
  list,
  nullable,
  object,
  oneOf,
  optional,
  text,
} from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import { Malformed } from '../../protocol/malformed.ts';
import type { LooseOptions } from '../../protocol/probes/exchange.ts';
import { type ProbeKind, probeKinds } from '../../protocol/probes/kinds.table.ts';
import { isNowhere, isWithin } from '../../protocol/probes/networks.ts';
import { checkProbeOptions } from '../../protocol/probes/options.ts';
import { hostAimedAt } from '../../protocol/probes/target.ts';
import type { NewProbe, ProbeChange, ProbeDefinition } from '../client/probes.ts';
import { groupPattern } from '../library/checks.ts';

/** On the whole box, with those that come with the program: the box itself may have to check all of them. */
export const mostProbes = 1_000;
/** What checks one target from so many places is no check any more. */
const mostVantages = 16;
const mostGroups = 16;
export const usualIntervalMs = 20_000;

const kindNames = Object.keys(probeKinds) as ProbeKind[];
const machineNumber = integer({ min: 1, max: 2 ** 32 - 1 });
export const probeIdPattern = /^[a-z2-7]{8}$/;
const probeId = text({
  max: 8,
  pattern: probeIdPattern,
  what: { en: 'the id of a probe', fr: 'l’identifiant d’une sonde' },
});
const anyOptions: Check<Record<string, unknown>> = (value, path = '') => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Malformed(value === undefined ? 'MISSING' : 'WRONG_TYPE', path, {
      en: 'options are wanted',
      fr: 'il faut des options',
    });
  return { ...value };
};
const interval = integer({ min: limits.probeIntervalMs, max: 86_400_000 });
const fields = {
  name: text({ min: 1, max: 100 }),
  options: anyOptions,
  intervalMs: interval,
  vantages: list(machineNumber, { max: mostVantages }),
  enabled: flag,
  groups: list(
    text({
      max: 32,
      pattern: groupPattern,
      what: { en: 'the id of a group', fr: 'l’identifiant d’un groupe' },
    }),
    { max: mostGroups },
  ),
  parent: nullable(probeId),
  beyond: flag,
};

const checkNew = object({
  ...{ kind: oneOf(kindNames), name: fields.name, options: fields.options },
  ...{ intervalMs: optional(fields.intervalMs), vantages: optional(fields.vantages) },
  ...{ enabled: optional(fields.enabled), groups: optional(fields.groups) },
  ...{ parent: optional(fields.parent), beyond: optional(fields.beyond) },
});

export const checkNewProbe: Check<NewProbe> = (value, path = '') => {
  const probe = checkNew(value, path) as NewProbe;
  return { ...probe, options: optionsOf(probe.kind, probe.options, path) };
};

const checkChange = object({
  ...{ name: optional(fields.name), options: optional(fields.options) },
  ...{ intervalMs: optional(fields.intervalMs), vantages: optional(fields.vantages) },
  ...{ enabled: optional(fields.enabled), groups: optional(fields.groups) },
  ...{ parent: optional(fields.parent), beyond: optional(fields.beyond) },
});

/** Its options are checked when it is known what they change. */
export const checkProbeChange: Check<ProbeChange> = (value, path = '') => {
  const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, 'kind');
  if (isThere)
    throw new Malformed('OUT_OF_RANGE', joined(path, 'kind'), {
      en: 'a probe stays of its kind: make another one',
      fr: 'une sonde reste de sa sorte : créez-en une autre',
    });
  return checkChange(value, path) as ProbeChange;
};

/** All that its kind declares; what is wrong is named as callers name it. */
export function optionsOf(
  kind: ProbeKind,
  given: Readonly<Record<string, unknown>>,
  path = '',
): LooseOptions {
  try {
    return { ...checkProbeOptions(kind, given) } as LooseOptions;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { code, message, said, path: option } = error;
    const words = message.startsWith(`${option}: `) ? message.slice(option.length + 2) : message;
    throw new Malformed(code, joined(path, joined('options', option)), said ?? words);
  }
}

const joined = (path: string, field: string) => (path === '' ? field : `${path}.${field}`);

/** Most networks are of this size; agents know theirs exactly, and look again. */
function aroundOf(address: string): string[] {
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return [];
  return [`${address}/${family === 4 ? 24 : 64}`];
}

/** What one look at the whole shows, beyond each option alone. `own`: addresses of the machines that check it. */
export function assertSound(
  probe: Omit<ProbeDefinition, 'id' | 'builtIn'>,
  own: readonly string[] = [],
): void {
  const { options, intervalMs, beyond, vantages } = probe;
  const target = hostAimedAt(options);
  const at = 'url' in options ? 'options.url' : 'options.host';
  if (isIP(target) !== 0 && isNowhere(target))
    throw new Malformed('OUT_OF_RANGE', at, {
      en: `${target} is nowhere that a probe may go`,
      fr: `${target} n’est pas un endroit où une sonde peut aller`,
    });
  if (isIP(target) !== 0 && !beyond && !isWithin(target, own.flatMap(aroundOf)))
    throw new Malformed('OUT_OF_RANGE', at, {
      en: `${target} is outside of the local networks: if it is meant, allow this probe to leave this network (beyond)`,
      fr: `${target} est hors des réseaux locaux : si c’est voulu, permettez à cette sonde d’en sortir (beyond)`,
    });
  if (Number(options.timeoutMs) > intervalMs)
    throw new Malformed('OUT_OF_RANGE', 'options.timeoutMs', {
      en: 'it is longer than the interval',
      fr: 'c’est plus long que l’intervalle',
    });
  if (new Set(vantages).size < vantages.length)
    throw new Malformed('OUT_OF_RANGE', 'vantages', {
      en: 'a machine is named twice',
      fr: 'une machine est nommée deux fois',
    });
}
