/** Flags of `probe`: one for each option of each kind, made from the table of kinds; and what a person wrote in them. */
import { isIP } from 'node:net';
import { Malformed } from '../../protocol/malformed.ts';
import type { LooseOptions } from '../../protocol/probes/exchange.ts';
import { type ProbeKind, type ProbeOption, probeKinds } from '../../protocol/probes/kinds.table.ts';
import { isNowhere, isWithin } from '../../protocol/probes/networks.ts';
import { checkProbeOptions } from '../../protocol/probes/options.ts';
import { hostAimedAt } from '../../protocol/probes/target.ts';
import { Failure } from '../../runtime/errors.ts';
import type { Language } from '../words.ts';
import { saying } from './probe-words.table.ts';
import { type Call, Misuse, type Option, type Text } from './verb.ts';

export const kindNames = Object.keys(probeKinds) as ProbeKind[];

export function optionsOfKind(kind: ProbeKind): [name: string, option: ProbeOption][] {
  return Object.entries(probeKinds[kind].options);
}

/** `timeoutMs` is `--timeout-ms`. */
export function flagOf(option: string): string {
  return option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const values = { host: 'HOST', url: 'URL', text: 'TEXT', choice: 'WORD', number: 'N' } as const;

function aboutOf(name: string, option: ProbeOption): Text {
  const kinds = kindNames.filter((kind) => Object.hasOwn(probeKinds[kind].options, name));
  const of = kinds.length === kindNames.length ? '' : ` [${kinds.join(', ')}]`;
  const choices = option.type === 'choice' ? ` (${option.choices.join(', ')})` : '';
  return { en: `${option.about.en}${choices}${of}`, fr: `${option.about.fr}${choices}${of}` };
}

/** Of all kinds; one that several have is described by the first. */
export function kindFlags(): Record<string, Option> {
  const flags: Record<string, Option> = {};
  for (const kind of kindNames)
    for (const [name, option] of optionsOfKind(kind))
      flags[flagOf(name)] ??=
        option.type === 'flag'
          ? { type: 'boolean', about: aboutOf(name, option) }
          : { type: 'string', value: values[option.type], about: aboutOf(name, option) };
  return flags;
}

/** Those that were given; one that the kind has not is a misuse. */
export function givenOptions(call: Call, kind: ProbeKind): LooseOptions {
  const say = saying(call.language);
  const own = new Map(optionsOfKind(kind).map(([name, option]) => [flagOf(name), { name, option }]));
  const given: LooseOptions = {};
  for (const flag of Object.keys(kindFlags())) {
    const value = call.values[flag];
    if (value === undefined) continue;
    const found = own.get(flag);
    if (found === undefined)
      throw new Misuse(say('noOption', kind, flag, [...own.keys()].map((one) => `--${one}`).join(', ')));
    given[found.name] = typedValue(found.option, value);
  }
  return given;
}

export function typedValue(option: ProbeOption, typed: string | boolean): string | number | boolean {
  return option.type === 'number' && typeof typed === 'string' && /^-?\d{1,9}$/.test(typed)
    ? Number(typed)
    : typed;
}

/** What does not fit, with the flag that says it; null: all does. */
export function faultOf(
  kind: ProbeKind,
  options: LooseOptions,
  language: Language,
): { option: string; message: string } | null {
  try {
    checkProbeOptions(kind, options);
    return null;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { path: option, message, said } = error;
    if (typeof options[option] === 'string' && isNumber(kind, option))
      return { option, message: saying(language)('notWhole') };
    if (said !== undefined) return { option, message: said[language] };
    return {
      option,
      message: message.startsWith(`${option}: `) ? message.slice(option.length + 2) : message,
    };
  }
}

const isNumber = (kind: ProbeKind, name: string): boolean =>
  optionsOfKind(kind).some(([one, { type }]) => one === name && type === 'number');

/** Said before anything is asked of the box. */
export function assertOptions(call: Call, kind: ProbeKind, options: LooseOptions): void {
  const say = saying(call.language);
  const missing = missingOptions(kind, options)[0];
  if (missing !== undefined)
    throw new Misuse(say('needsOption', kind, flagOf(missing[0]), missing[1].about[call.language]));
  const fault = faultOf(kind, options, call.language);
  if (fault !== null) throw new Misuse(say('badOption', flagOf(fault.option), fault.message));
}

/** What the box refuses, by the flags that a person knows it by: `options.timeoutMs` is `--timeout-ms`. */
export function byFlag(error: unknown): unknown {
  if (!(error instanceof Failure) || error.code !== 'BAD_REQUEST') return error;
  const flagged = (text: string) =>
    text
      .replace(/^options\.(\w+)(?= ?:)/, (_, option: string) => `--${flagOf(option)}`)
      .replace('(beyond)', '(--beyond)');
  const { path, cause } = error;
  const texts = error.texts ?? { en: error.message, fr: error.message };
  const options = { cause, ...(path === undefined ? {} : { path }) };
  return new Failure('BAD_REQUEST', { en: flagged(texts.en), fr: flagged(texts.fr) }, options);
}

/** Without a usual value, and not given. */
export function missingOptions(kind: ProbeKind, options: LooseOptions): [string, ProbeOption][] {
  return optionsOfKind(kind).filter(
    ([name, option]) => option.default === undefined && !Object.hasOwn(options, name),
  );
}

/** An address of the world, which only a probe that may leave the local networks reaches. */
export function isOutside(options: LooseOptions): boolean {
  const target = hostAimedAt(options);
  return isIP(target) !== 0 && !isNowhere(target) && !isWithin(target, []);
}

export function period(ms: number, language: Language): string {
  const day = language === 'fr' ? 'j' : 'd';
  for (const [unit, unitMs] of [
    [day, 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const)
    if (ms >= unitMs && (ms % unitMs === 0 || unit === 's')) return `${Math.round(ms / unitMs)} ${unit}`;
  return `${ms} ms`;
}
