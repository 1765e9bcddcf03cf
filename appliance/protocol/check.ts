/**
 * A small checker for what comes from outside: each check returns a fresh value of the declared shape,
 * or throws Malformed with the path of what does not fit. Unknown fields are dropped, never copied.
 */
import { Malformed } from './malformed.ts';

export type Check<T> = (value: unknown, path?: string) => T;
export type Checked<C> = C extends Check<infer T> ? T : never;
type Fields = Record<string, Check<unknown>>;
type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: T[K] };
type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] };
type Shape<F extends Fields> = { [K in keyof F]: Checked<F[K]> };

function wrong(path: string, wanted: string, value: unknown): Malformed {
  if (value === undefined) return new Malformed('MISSING', path, `${wanted} is missing`);
  const got =
    value === null || typeof value === 'number'
      ? String(value)
      : Array.isArray(value)
        ? 'a list'
        : typeof value;
  return new Malformed('WRONG_TYPE', path, `${wanted} is wanted, not ${got}`);
}

export function integer(range: { min?: number; max?: number } = {}): Check<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  return (value, path = '') => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(path, 'a whole number', value);
    if (value < min || value > max) {
      throw new Malformed('OUT_OF_RANGE', path, `${value} is not between ${min} and ${max}`);
    }
    return value;
  };
}

export function number(range: { min?: number; max?: number } = {}): Check<number> {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = range;
  return (value, path = '') => {
    if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(path, 'a number', value);
    if (value < min || value > max) {
      throw new Malformed('OUT_OF_RANGE', path, `${value} is not between ${min} and ${max}`);
    }
    return value;
  };
}

/** All but printable ASCII and what begins behind the second block; `\p{Cc}` would load Unicode's tables for megabytes. */
const control = /[^ -~\u00a0-\u{10ffff}]/u;

/** Text without control characters and without half surrogate pairs. */
export function text(options: { min?: number; max: number; pattern?: RegExp; what?: string }): Check<string> {
  const { min = 0, max, pattern, what = 'text' } = options;
  return (value, path = '') => {
    if (typeof value !== 'string') throw wrong(path, what, value);
    if (value.length > max) {
      throw new Malformed('TOO_LONG', path, `${value.length} characters are more than ${max}`);
    }
    if (value.length < min) throw new Malformed('BAD_TEXT', path, `fewer than ${min} characters`);
    if (control.test(value) || !value.isWellFormed()) {
      throw new Malformed('BAD_TEXT', path, 'control characters and broken characters are not allowed');
    }
    if (pattern !== undefined && !pattern.test(value))
      throw new Malformed('BAD_TEXT', path, `this is not ${what}`);
    return value;
  };
}

/** Bytes written as lower-case hexadecimal. */
export function hex(bytes: number): Check<string> {
  return text({
    max: bytes * 2,
    pattern: new RegExp(`^[0-9a-f]{${bytes * 2}}$`),
    what: `${bytes * 2} hexadecimal digits`,
  });
}

export const flag: Check<boolean> = (value, path = '') => {
  if (typeof value !== 'boolean') throw wrong(path, 'true or false', value);
  return value;
};

export function oneOf<const T extends string>(choices: readonly T[]): Check<T> {
  return (value, path = '') => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      if (typeof value !== 'string') throw wrong(path, `one of ${choices.join(', ')}`, value);
      throw new Malformed('OUT_OF_RANGE', path, `this is none of ${choices.join(', ')}`);
    }
    return found;
  };
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, path = '') => (value === undefined ? undefined : check(value, path));
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value, path = '') => (value === null ? null : check(value, path));
}

export function list<T>(check: Check<T>, size: { min?: number; max: number }): Check<T[]> {
  const { min = 0, max } = size;
  return (value, path = '') => {
    if (!Array.isArray(value)) throw wrong(path, 'a list', value);
    if (value.length > max || value.length < min) {
      throw new Malformed('TOO_LONG', path, `${value.length} entries are not between ${min} and ${max}`);
    }
    return value.map((entry: unknown, index) => check(entry, `${path}[${index}]`));
  };
}

export function pair<A, B>(first: Check<A>, second: Check<B>): Check<[A, B]> {
  return (value, path = '') => {
    if (!Array.isArray(value) || value.length !== 2) throw wrong(path, 'a list of two', value);
    return [first(value[0], `${path}[0]`), second(value[1], `${path}[1]`)];
  };
}

export function object<F extends Fields>(fields: F): Check<Optional<Shape<F>> & Required<Shape<F>>> {
  const entries = Object.entries(fields);
  return (value, path = '') => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw wrong(path, 'an object', value);
    const result: Record<string, unknown> = {};
    for (const [key, check] of entries) {
      const found = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
      const checked = check(found, path === '' ? key : `${path}.${key}`);
      if (checked !== undefined) result[key] = checked;
    }
    return result as Optional<Shape<F>> & Required<Shape<F>>;
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** JSON from bytes; a byte order mark, broken UTF-8 and anything that is not JSON is refused. */
export function parseJson(bytes: Uint8Array): unknown {
  let source: string;
  try {
    source = decoder.decode(bytes);
  } catch {
    throw new Malformed('NOT_UTF8', '', 'the text is not UTF-8');
  }
  try {
    return JSON.parse(source);
  } catch {
    throw new Malformed('NOT_JSON', '', 'the text is not JSON');
  }
}
