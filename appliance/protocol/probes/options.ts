/** Options of a probe, checked against what its kind declares; what is left away has its usual value. */
import { type Check, flag, integer, oneOf, text } from '../check.ts';
import { Malformed } from '../malformed.ts';
import { type ProbeKind, type ProbeOption, probeKinds } from './kinds.table.ts';
import { checkHost, checkUrl } from './target.ts';

type ValueOf<O> = O extends { type: 'number' }
  ? number
  : O extends { type: 'flag' }
    ? boolean
    : O extends { choices: readonly (infer C)[] }
      ? C
      : string;
type Declared = typeof probeKinds;
export type ProbeOptions<K extends ProbeKind> = {
  readonly [O in keyof Declared[K]['options']]: ValueOf<Declared[K]['options'][O]>;
};

export function isProbeKind(kind: string): kind is ProbeKind {
  return Object.hasOwn(probeKinds, kind);
}

/** Throws Malformed with the option that does not fit. */
export function checkProbeOptions<K extends ProbeKind>(
  kind: K,
  given: Readonly<Record<string, unknown>>,
): ProbeOptions<K> {
  const declared: Record<string, ProbeOption> = probeKinds[kind].options;
  const stranger = Object.keys(given).find((name) => !Object.hasOwn(declared, name));
  if (stranger !== undefined)
    throw new Malformed('OUT_OF_RANGE', stranger, {
      en: `${kind} has ${Object.keys(declared).join(', ')}`,
      fr: `${kind} a ${Object.keys(declared).join(', ')}`,
    });
  const checked = Object.entries(declared).map(([name, option]) => {
    const value = Object.hasOwn(given, name) ? given[name] : option.default;
    return [name, checkOf(option)(value, name)];
  });
  const options = Object.fromEntries(checked) as ProbeOptions<K>;
  if ('url' in options && !String(options.url).startsWith(`${kind}:`))
    throw new Malformed('BAD_TEXT', 'url', {
      en: `it begins with ${kind}://`,
      fr: `elle commence par ${kind}://`,
    });
  return options;
}

function checkOf(option: ProbeOption): Check<unknown> {
  switch (option.type) {
    case 'host':
      return checkHost;
    case 'url':
      return checkUrl;
    case 'flag':
      return flag;
    case 'choice':
      return oneOf(option.choices);
    case 'number':
      return integer(option);
    case 'text':
      return text({
        max: option.max,
        ...(option.pattern ? { pattern: option.pattern, what: option.about } : {}),
      });
  }
}
