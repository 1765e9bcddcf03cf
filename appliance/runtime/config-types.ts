/** The kinds of values a configuration may hold: how each is read from TOML, read from a flag, and shown. */
import { isAbsolute, resolve } from 'node:path';
import { hasControls } from './plain-text.ts';

export type Read<T> = { value: T } | { problem: string };

export type ConfigType<T> = {
  /** What the value is, for `--help`: `DURATION`, `true|false`. */
  readonly label: string;
  /** Reads a value of the TOML file. */
  read(value: unknown): Read<T>;
  /** Reads the text of a flag. */
  parse(text: string): Read<T>;
  /** What `read` accepts and gives the same value. */
  show(value: T): string | number | boolean;
};

export function integer(o: { min?: number; max?: number } = {}): ConfigType<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = o;
  return {
    label: 'NUMBER',
    read: (value) =>
      typeof value === 'number' && Number.isSafeInteger(value)
        ? within(value, min, max, String)
        : problem('a whole number', value),
    parse(text) {
      return /^[+-]?\d{1,16}$/.test(text) ? this.read(Number(text)) : problem('a whole number', text);
    },
    show: (value) => value,
  };
}

export function port(): ConfigType<number> {
  return { ...integer({ min: 0, max: 65535 }), label: 'PORT' };
}

export function text(o: { max?: number; pattern?: RegExp } = {}): ConfigType<string> {
  const { max = 1000, pattern } = o;
  const read = (value: unknown): Read<string> => {
    if (typeof value !== 'string') return problem('a text', value);
    if (value.length > max) return { problem: `must have at most ${max} characters, has ${value.length}` };
    if (hasControls(value)) return { problem: 'must not contain control characters' };
    if (pattern && !pattern.test(value))
      return { problem: `must match ${pattern.source}, is ${quote(value)}` };
    return { value };
  };
  return { label: 'TEXT', read, parse: read, show: (value) => value };
}

export function flag(): ConfigType<boolean> {
  return {
    label: 'true|false',
    read: (value) => (typeof value === 'boolean' ? { value } : problem('true or false', value)),
    parse: (given) =>
      given === 'true' || given === 'false' ? { value: given === 'true' } : problem('true or false', given),
    show: (value) => value,
  };
}

/** An absolute path, or '' for none. On the command line a path is relative to the current folder. */
export function filePath(): ConfigType<string> {
  const read = (value: unknown): Read<string> => {
    if (typeof value !== 'string') return problem('a path', value);
    if (value.includes('\0')) return { problem: 'must not contain a NUL character' };
    if (value !== '' && !isAbsolute(value)) return problem('an absolute path', value);
    return { value };
  };
  return {
    label: 'PATH',
    read,
    parse: (given) => read(given === '' ? '' : resolve(given)),
    show: (value) => value,
  };
}

export function oneOf<const L extends readonly [string, ...string[]]>(choices: L): ConfigType<L[number]> {
  const isChoice = (value: unknown): value is L[number] => choices.includes(value as string);
  const read = (value: unknown): Read<L[number]> =>
    isChoice(value) ? { value } : problem(`one of ${choices.join(', ')}`, value);
  return { label: choices.join('|'), read, parse: read, show: (value) => value };
}

/** A text with a unit, "500ms", "30s", "5min", "2h", "1d"; the value is in milliseconds. */
export function durationMs(o: { min?: number; max?: number } = {}): ConfigType<number> {
  return withUnits('DURATION', 'a duration such as "30s" or "5min"', durationUnits, o);
}

/** A text with a unit, "512B", "64KiB", "1MiB", "2GB"; the value is in bytes. */
export function bytes(o: { min?: number; max?: number } = {}): ConfigType<number> {
  return withUnits('SIZE', 'a size such as "64KiB" or "1MiB"', byteUnits, o);
}

type Unit = { name: string; factor: number; shown: boolean };

/** Largest first: the first that divides a value is the one it is shown in. */
const durationUnits: readonly Unit[] = [
  { name: 'd', factor: 86_400_000, shown: true },
  { name: 'h', factor: 3_600_000, shown: true },
  { name: 'min', factor: 60_000, shown: true },
  { name: 's', factor: 1000, shown: true },
  { name: 'ms', factor: 1, shown: true },
];

const byteUnits: readonly Unit[] = [
  { name: 'TiB', factor: 2 ** 40, shown: true },
  { name: 'GiB', factor: 2 ** 30, shown: true },
  { name: 'MiB', factor: 2 ** 20, shown: true },
  { name: 'KiB', factor: 2 ** 10, shown: true },
  { name: 'TB', factor: 1e12, shown: false },
  { name: 'GB', factor: 1e9, shown: false },
  { name: 'MB', factor: 1e6, shown: false },
  { name: 'kB', factor: 1000, shown: false },
  { name: 'B', factor: 1, shown: true },
];

function withUnits(
  label: string,
  wanted: string,
  units: readonly Unit[],
  o: { min?: number; max?: number },
): ConfigType<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = o;
  const show = (value: number): string => {
    if (value === 0) return `0${label === 'SIZE' ? 'B' : 's'}`;
    const unit = units.find((one) => one.shown && value % one.factor === 0);
    return unit ? `${value / unit.factor}${unit.name}` : String(value);
  };
  const read = (value: unknown): Read<number> => {
    const match =
      typeof value === 'string' ? /^(\d{1,16}(?:\.\d{1,6})?) ?([A-Za-z]{1,3})$/.exec(value) : null;
    const unit = units.find((one) => one.name === match?.[2]);
    if (!match || !unit)
      return problem(`${wanted} (units: ${units.map((one) => one.name).join(', ')})`, value);
    const amount = Math.round(Number(match[1]) * unit.factor);
    return Number.isSafeInteger(amount) ? within(amount, min, max, show) : { problem: 'is too large' };
  };
  return { label, read, parse: read, show };
}

function within(value: number, min: number, max: number, show: (value: number) => string): Read<number> {
  if (value < min) return { problem: `must be at least ${show(min)}, is ${show(value)}` };
  if (value > max) return { problem: `must be at most ${show(max)}, is ${show(value)}` };
  return { value };
}

function problem(wanted: string, value: unknown): { problem: string } {
  return { problem: `must be ${wanted}, is ${quote(value)}` };
}

function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  return typeof value === 'object' && value !== null ? 'a table' : String(value);
}
