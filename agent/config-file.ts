/** Changes single keys of a configuration file and leaves the rest as a person wrote it, comments too. */
import { isDeepStrictEqual } from 'node:util';
import { parse as parseToml } from 'smol-toml';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';

/** `undefined` takes the key away: what is not written is as it is by default. */
export type Changes = ReadonlyMap<string, string | number | boolean | undefined>;

/** The changed text. Refused where the file is written in a way in which a line cannot simply be exchanged. */
export function changeKeys(text: string, changes: Changes, file: string): string {
  const before = read(text, file);
  const lines = text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  for (const [key, value] of changes) {
    const at = lines.findIndex((line) => new RegExp(`^\\s*${key}\\s*=`).test(line));
    const line = value === undefined ? [] : [`${key} = ${JSON.stringify(value)}`];
    if (at >= 0) lines.splice(at, 1, ...line);
    else lines.push(...line);
  }
  const changed = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  const expected = Object.entries({ ...before, ...Object.fromEntries(changes) });
  const wanted = Object.fromEntries(expected.filter(([, value]) => value !== undefined));
  if (isDeepStrictEqual({ ...read(changed, file) }, wanted)) return changed;
  throw new Failure('CONFIG_INVALID', `${file} is written in a way that only a person can change: edit it`, {
    path: file,
  });
}

function read(text: string, file: string): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch (error) {
    const what = messageOf(error).split('\n')[0];
    throw new Failure('CONFIG_INVALID', `${file} is not valid TOML: ${what}`, { cause: error, path: file });
  }
}
