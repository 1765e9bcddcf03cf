/** The configuration of a process: one table of keys; a flag wins over the file, the file over the default. */
import { readFileSync } from 'node:fs';
import { parse as parseToml, TomlError } from 'smol-toml';
import type { ConfigType, Read } from './config-types.ts';
import type { Environment } from './environment.ts';
import { Failure, messageOf, systemCodeOf } from './errors.ts';
import { nearest } from './nearest.ts';
import { type Places, placesOf } from './places.ts';

export {
  bytes,
  type ConfigType,
  durationMs,
  filePath,
  flag,
  integer,
  oneOf,
  port,
  text,
} from './config-types.ts';
export { type Places, placesOf } from './places.ts';

export type Key<T> = {
  readonly type: ConfigType<T>;
  readonly default: T;
  /** One sentence for `--help`; the unit belongs to the type. */
  readonly about: string;
};

export type ConfigTable = Readonly<Record<string, Key<unknown>>>;

export type Config<T extends ConfigTable> = {
  readonly [K in keyof T]: T[K] extends { type: ConfigType<infer V> } ? V : never;
};

export type Source = 'default' | 'file' | 'flag';
export type Loaded<T extends ConfigTable> = {
  config: Config<T>;
  places: Places;
  sources: Readonly<Record<string, Source>>;
};

export function loadConfig<T extends ConfigTable>(o: {
  daemon: string;
  table: T;
  environment: Environment;
}): Loaded<T> {
  const places = placesOf(o.daemon, o.environment);
  const values: Record<string, unknown> = {};
  const sources: Record<string, Source> = {};
  const set = (name: string, value: unknown, source: Source) => {
    values[name] = value;
    sources[name] = source;
  };
  for (const [name, key] of Object.entries(o.table)) set(name, key.default, 'default');
  for (const [name, value] of Object.entries(readToml(places.configFile))) {
    const where = `${places.configFile}: ${name}`;
    set(name, accept(keyNamed(o.table, name, places.configFile).type.read(value), where, name), 'file');
  }
  for (const [name, given] of readFlags(o.table, o.environment.argv)) {
    set(name, accept(keyNamed(o.table, name, '').type.parse(given), flagOf(name), name), 'flag');
  }
  return { config: values as Config<T>, places, sources };
}

/** `commit_interval` is `--commit-interval` on the command line. */
export function flagOf(name: string): string {
  return `--${name.replaceAll('_', '-')}`;
}

/** What the TOML file of this configuration would contain, each value with its source. */
export function showConfig(table: ConfigTable, loaded: Loaded<ConfigTable>): string {
  const rows = Object.entries(table).map(([name, key]) => {
    const shown = key.type.show(loaded.config[name]);
    return {
      text: `${name} = ${typeof shown === 'string' ? JSON.stringify(shown) : shown}`,
      source: loaded.sources[name] === 'flag' ? flagOf(name) : loaded.sources[name],
    };
  });
  const width = Math.min(40, Math.max(0, ...rows.map((row) => row.text.length)));
  const lines = rows.map((row) => `${row.text.padEnd(width)}  # ${row.source}`);
  const { configFile, stateDir, runDir } = loaded.places;
  return [`# file: ${configFile}`, `# state: ${stateDir}`, `# sockets: ${runDir}`, ...lines, ''].join('\n');
}

function readToml(file: string): Record<string, unknown> {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCodeOf(error) ?? '')) return {};
    throw new Failure('CONFIG_INVALID', `cannot read ${file}: ${messageOf(error)}`, {
      cause: error,
      path: file,
    });
  }
  try {
    return parseToml(content);
  } catch (error) {
    const at = error instanceof TomlError ? ` in line ${error.line}, column ${error.column}` : '';
    const what = messageOf(error).split('\n')[0];
    throw new Failure('CONFIG_INVALID', `${file} is not valid TOML${at}: ${what}`, {
      cause: error,
      path: file,
    });
  }
}

function* readFlags(table: ConfigTable, argv: readonly string[]): Generator<[name: string, given: string]> {
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const match = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(argument);
    if (!match)
      throw new Failure('CONFIG_INVALID', `unexpected argument ${JSON.stringify(argument)}: see --help`);
    const [, written = '', attached] = match;
    const name = written.replaceAll('-', '_');
    const positive = name.replace(/^no_/, '');
    if (isSwitch(table, name)) yield [name, attached ?? 'true'];
    else if (name !== positive && isSwitch(table, positive) && attached === undefined)
      yield [positive, 'false'];
    else {
      keyNamed(table, name, '');
      const given = attached ?? argv[++index];
      if (given === undefined)
        throw new Failure('CONFIG_INVALID', `${flagOf(name)} needs a value: see --help`);
      yield [name, given];
    }
  }
}

function isSwitch(table: ConfigTable, name: string): boolean {
  return Object.hasOwn(table, name) && typeof table[name]?.default === 'boolean';
}

/** With a file, the name is a key of that file; without, a flag. */
function keyNamed(table: ConfigTable, name: string, file: string): Key<unknown> {
  const key = Object.hasOwn(table, name) ? table[name] : undefined;
  if (key) return key;
  const spell = (one: string) => (file ? one : flagOf(one));
  const guess = nearest(name, Object.keys(table));
  const hint = guess
    ? `did you mean ${spell(guess)}?`
    : `known are ${Object.keys(table).map(spell).join(', ') || 'none'}`;
  const what = file ? `${file}: unknown key ${JSON.stringify(name)}` : `unknown option ${flagOf(name)}`;
  throw new Failure('CONFIG_INVALID', `${what}; ${hint}`, { path: name });
}

function accept(read: Read<unknown>, where: string, name: string): unknown {
  if ('value' in read) return read.value;
  throw new Failure('CONFIG_INVALID', `${where} ${read.problem}`, { path: name });
}
