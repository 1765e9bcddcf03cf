/** What a person says about a rule, checked against what its kind declares. */
import { type Check, flag, integer, object, oneOf, optional, text } from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import { Malformed } from '../../protocol/malformed.ts';
import {
  type NewRule,
  type OptionSpec,
  type OptionValues,
  type RuleChange,
  severities,
} from '../client/types.ts';
import { kindNamed, ruleKindNames } from './index.ts';
import { type AnyRuleKind, dayMs } from './rule.ts';

const metricPattern = /^([a-z0-9_.:/-]+\*?)?$/;
const metric = text({
  max: limits.seriesNameLength + 1,
  pattern: metricPattern,
  what: {
    en: 'the name of a series, or its beginning and a star',
    fr: 'le nom d’une série, ou son début et une étoile',
  },
});

function checkOption(spec: OptionSpec): Check<number | string> {
  const { type, min = -Number.MAX_VALUE, max = Number.MAX_VALUE, choices = [] } = spec;
  if (type === 'choice') return oneOf(choices);
  if (type === 'metric') return metric;
  return (value, path = '') => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new Malformed('WRONG_TYPE', path, { en: 'a number is wanted', fr: 'il faut un nombre' });
    if (value < min || value > max)
      throw new Malformed('OUT_OF_RANGE', path, {
        en: `${value} is not between ${min} and ${max}`,
        fr: `${value} n’est pas entre ${min} et ${max}`,
      });
    return value;
  };
}

/** Only options that the kind has; a wrong name is said. */
function checkOptions(kind: AnyRuleKind): Check<OptionValues> {
  return (value, path = '') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new Malformed('WRONG_TYPE', path, { en: 'an object is wanted', fr: 'il faut un objet' });
    const checked: Record<string, number | string> = {};
    for (const [name, given] of Object.entries(value)) {
      const spec = Object.hasOwn(kind.options, name) ? kind.options[name] : undefined;
      if (spec === undefined)
        throw new Malformed('OUT_OF_RANGE', `${path}.${name}`, {
          en: 'there is no such option',
          fr: 'il n’y a pas de telle option',
        });
      checked[name] = checkOption(spec)(given, `${path}.${name}`);
    }
    return checked;
  };
}

const pause = integer({ min: 0, max: 30 * dayMs });

export function checkChange(kind: AnyRuleKind): Check<RuleChange> {
  return object({
    enabled: optional(flag),
    severity: optional(oneOf(severities)),
    options: optional(checkOptions(kind)),
    cooldownMs: optional(pause),
    repeatMs: optional(pause),
  }) as Check<RuleChange>;
}

const checkHead = object({ kind: oneOf(ruleKindNames), name: text({ min: 1, max: 100 }) });

export const checkNewRule: Check<NewRule> = (value, path = '') => {
  const { kind, name } = checkHead(value, path);
  return { ...checkChange(kindNamed(kind)!)(value, path), kind, name };
};
