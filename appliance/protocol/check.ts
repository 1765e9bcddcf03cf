/**
 * A small checker for what comes from outside: each check returns a fresh value of the declared shape,
 * or throws Malformed with the path of what does not fit. Unknown fields are dropped, never copied.
 */
import { Malformed, type Said } from './malformed.ts';

export type Check<T> = (value: unknown, path?: string) => T;
export type Checked<C> = C extends Check<infer T> ? T : never;
type Fields = Record<string, Check<unknown>>;
type Optional<T> = { [K in keyof T as undefined extends T[K] ? K : never]?: T[K] };
type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] };
type Shape<F extends Fields> = { [K in keyof F]: Checked<F[K]> };

/** What is wanted, as in `a whole number is wanted`: in English, or also in French. */
type Wanted = string | Said;

const inBoth = (wanted: Wanted): Said => (typeof wanted === 'string' ? { en: wanted, fr: wanted } : wanted);

function wrong(path: string, wanted: Wanted, value: unknown): Malformed {
  const { en, fr } = inBoth(wanted);
  if (value === undefined)
    return new Malformed('MISSING', path, { en: `${en} is missing`, fr: `il manque ${fr}` });
  const got =
    value === null || typeof value === 'number'
      ? { en: String(value), fr: String(value) }
      : Array.isArray(value)
        ? { en: 'a list', fr: 'une liste' }
        : { en: typeof value, fr: typeof value };
  return new Malformed('WRONG_TYPE', path, {
    en: `${en} is wanted, not ${got.en}`,
    fr: `il faut ${fr}, et non ${got.fr}`,
  });
}

function notBetween(path: string, value: number, min: number, max: number): Malformed {
  return new Malformed('OUT_OF_RANGE', path, {
    en: `${value} is not between ${min} and ${max}`,
    fr: `${value} n’est pas entre ${min} et ${max}`,
  });
}

export function integer(range: { min?: number; max?: number } = {}): Check<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  return (value, path = '') => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value))
      throw wrong(path, { en: 'a whole number', fr: 'un nombre entier' }, value);
    if (value < min || value > max) throw notBetween(path, value, min, max);
    return value;
  };
}

export function number(range: { min?: number; max?: number } = {}): Check<number> {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = range;
  return (value, path = '') => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw wrong(path, { en: 'a number', fr: 'un nombre' }, value);
    if (value < min || value > max) throw notBetween(path, value, min, max);
    return value;
  };
}

/** All but printable ASCII and what begins behind the second block; `\p{Cc}` would load Unicode's tables for megabytes. */
const control = /[^ -~\u00a0-\u{10ffff}]/u;

/** Text without control characters and without half surrogate pairs. */
export function text(options: { min?: number; max: number; pattern?: RegExp; what?: Wanted }): Check<string> {
  const { min = 0, max, pattern, what = { en: 'text', fr: 'un texte' } } = options;
  return (value, path = '') => {
    if (typeof value !== 'string') throw wrong(path, what, value);
    if (value.length > max) {
      throw new Malformed('TOO_LONG', path, {
        en: `${value.length} characters are more than ${max}`,
        fr: `${value.length} caractères sont plus que ${max}`,
      });
    }
    if (value.length < min)
      throw new Malformed('BAD_TEXT', path, {
        en: `fewer than ${min} characters`,
        fr: `moins de ${min} caractère${min > 1 ? 's' : ''}`,
      });
    if (control.test(value) || !value.isWellFormed()) {
      throw new Malformed('BAD_TEXT', path, {
        en: 'control characters and broken characters are not allowed',
        fr: 'les caractères de contrôle et les caractères abîmés ne sont pas admis',
      });
    }
    if (pattern !== undefined && !pattern.test(value))
      throw new Malformed('BAD_TEXT', path, {
        en: `this is not ${inBoth(what).en}`,
        fr: `ce n’est pas ${inBoth(what).fr}`,
      });
    return value;
  };
}

/** Bytes written as lower-case hexadecimal. */
export function hex(bytes: number): Check<string> {
  return text({
    max: bytes * 2,
    pattern: new RegExp(`^[0-9a-f]{${bytes * 2}}$`),
    what: { en: `${bytes * 2} hexadecimal digits`, fr: `${bytes * 2} chiffres hexadécimaux` },
  });
}

export const flag: Check<boolean> = (value, path = '') => {
  if (typeof value !== 'boolean') throw wrong(path, { en: 'true or false', fr: 'true ou false' }, value);
  return value;
};

export function oneOf<const T extends string>(choices: readonly T[]): Check<T> {
  return (value, path = '') => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) {
      const listed = choices.join(', ');
      if (typeof value !== 'string')
        throw wrong(path, { en: `one of ${listed}`, fr: `l’un de ${listed}` }, value);
      throw new Malformed('OUT_OF_RANGE', path, {
        en: `this is none of ${listed}`,
        fr: `ce n’est aucun de ${listed}`,
      });
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
    if (!Array.isArray(value)) throw wrong(path, { en: 'a list', fr: 'une liste' }, value);
    if (value.length > max || value.length < min) {
      throw new Malformed('TOO_LONG', path, {
        en: `${value.length} entries are not between ${min} and ${max}`,
        fr: `${value.length} entrées ne sont pas entre ${min} et ${max}`,
      });
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
      throw wrong(path, { en: 'an object', fr: 'un objet' }, value);
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
