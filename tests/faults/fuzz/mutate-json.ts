/** Mutations that leave JSON what it is and change what it says. */
import { pick, type Random } from './mutate.ts';

/** Written as text, because some of it is no value of JavaScript. */
const strange = [
  ...[
    'null',
    'true',
    '0',
    '-1',
    '-0',
    '1.5',
    '1e400',
    '9007199254740993',
    '1e-7',
    '4294967296',
    '""',
    '[]',
    '{}',
  ],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\u202e"',
    '"\\ufeff"',
    '"\\n\\r"',
    '"__proto__"',
    '"../../etc"',
    '[[[[]]]]',
  ],
  ...[JSON.stringify('x'.repeat(300)), JSON.stringify('é'.repeat(1100)), JSON.stringify('f'.repeat(64))],
];

/** Null when the bytes are no JSON. */
export function mutateJson(bytes: Uint8Array, random: Random): Uint8Array | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    // Corpora of text parsers hold text that is no JSON too.
    return null;
  }
  const marks = places(value);
  const place = pick(marks, random);
  const text = JSON.stringify(put(value, place, random, pick(marks, random)));
  return Buffer.from(
    text?.replace(new RegExp(`"${mark}(\\d+)"`, 'g'), (_, at) => strange[Number(at)]!) ?? '',
    'utf8',
  );
}

/** Stands for a strange value until the text is made. */
const mark = '\u0001strange';
type Place = readonly (string | number)[];

function places(value: unknown, path: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).slice(0, 40);
  return [path, ...inner.flatMap(([key, one]) => places(one, [...path, key]))];
}

function at(value: unknown, path: Place): unknown {
  return path.reduce<unknown>((inside, key) => (inside as Record<string, unknown> | undefined)?.[key], value);
}

function put(value: unknown, path: Place, random: Random, other: Place): unknown {
  const replacement = random() < 0.7 ? `${mark}${Math.floor(random() * strange.length)}` : at(value, other);
  if (path.length === 0) return replacement;
  const copy = structuredClone(value);
  const parent = at(copy, path.slice(0, -1)) as Record<string, unknown> | unknown[];
  const key = String(path.at(-1));
  const kind = random();
  if (kind < 0.2) Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key];
  else if (kind < 0.35 && Array.isArray(parent)) parent.push(...parent.slice(0, 600));
  else if (kind < 0.35) (parent as Record<string, unknown>)[`${key}x`] = replacement;
  else (parent as Record<string, unknown>)[key] = nudged(at(copy, path), random) ?? replacement;
  return copy;
}

/** A number beside the one that was there: bounds are where parsers are wrong. */
function nudged(value: unknown, random: Random): unknown {
  if (typeof value !== 'number' || random() < 0.5) return undefined;
  return pick([value + 1, value - 1, -value, value * 2, value + 0.5, 2 ** 53, 2 ** 48 + 1, 65_536], random);
}
