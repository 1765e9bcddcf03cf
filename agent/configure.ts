/** `netmonitor-agent configure`: asks for what a person may want to set, or takes it from flags, and writes the file. */
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Places, placesOf } from '../appliance/runtime/config.ts';
import type { Environment } from '../appliance/runtime/environment.ts';
import { Failure, messageOf, systemCodeOf } from '../appliance/runtime/errors.ts';
import { readText, unwritable, writeFileSafely } from '../appliance/runtime/files.ts';
import { agentConfig } from './config.ts';
import { type Changes, changeKeys } from './config-file.ts';
import { parseAddress } from './find/typed.ts';
import type { House } from './installation.ts';

const largest = 64 * 1024;

/** What has a flag of its own; everything else that agent.toml knows is set with --set. */
const asked = ['box', 'interval', 'name'] as const;
type Key = keyof typeof agentConfig;

const options = {
  box: { type: 'string' },
  'box-hash': { type: 'string' },
  interval: { type: 'string' },
  name: { type: 'string' },
  set: { type: 'string', multiple: true },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  'no-restart': { type: 'boolean' },
} as const;

export async function configure(
  house: House & { environment: Environment },
  argv: string[],
): Promise<number> {
  const { terminal, words, installation } = house;
  const { values } = parseArgs({ args: argv, options });
  const places = placesOf('agent', house.environment);
  const {
    set = [],
    token: typed,
    'token-file': file,
    'no-restart': noRestart = false,
    'box-hash': hash,
    ...rest
  } = values;
  const token = file === undefined ? typed : await tokenIn(file);
  const given = new Map<string, string>(Object.entries(rest));
  if (hash !== undefined) given.set('box_hash', hash);
  for (const one of set) {
    const [, key = '', value = ''] = /^([a-z_]+)=(.*)$/s.exec(one) ?? [];
    if (key === '') throw new TypeError(`--set needs KEY=VALUE, not ${JSON.stringify(one)}`);
    given.set(key, value);
  }
  if (given.size === 0 && token === undefined) {
    const answers = await ask(house, await textOf(places));
    if (answers === undefined) {
      terminal.print(`\n${words.nobodyToAsk}\n`);
      return 1;
    }
    for (const [key, value] of answers) given.set(key, value);
  }
  try {
    if (given.size > 0) {
      await write(places, valuesOf(given));
      terminal.print(`${words.written} ${places.configFile}\n`);
    }
    if (token !== undefined) await keepToken(token, places);
  } catch (error) {
    if (!isDenied(error)) throw error;
    const advice = process.platform === 'win32' ? words.needsAdministrator : words.needsRoot;
    throw new Failure('FORBIDDEN', `${messageOf(error.cause)}. ${advice}`, { cause: error });
  }
  if (noRestart) return 0;
  if (installation !== undefined) return installation.run('restart');
  terminal.print(`${words.startAgain}\n`);
  return 0;
}

const isDenied = (error: unknown): error is Failure =>
  error instanceof Failure && ['EACCES', 'EPERM'].includes(systemCodeOf(error.cause) ?? '');

/** Enter leaves a value as it is, "-" takes it away. Undefined when there is nobody to ask. */
async function ask({ terminal, words }: House, text: string): Promise<Map<string, string> | undefined> {
  const answers = new Map<string, string>();
  terminal.print(`${words.configureIntro}\n`);
  for (const key of asked) {
    const now = new RegExp(`^\\s*${key}\\s*=\\s*"(.*)"`, 'm').exec(text)?.[1] ?? '';
    for (;;) {
      const question = `${words[`ask_${key}`]}${now === '' ? '' : ` [${now}]`}: `;
      const said = (await terminal.ask(question, new AbortController().signal))?.trim();
      if (said === undefined) return undefined;
      if (said === '') break;
      const value = said === '-' ? defaultOf(key) : said;
      const problem = problemOf(key, value);
      if (problem === undefined) {
        answers.set(key, value);
        break;
      }
      terminal.print(`${problem}\n`);
    }
  }
  return answers;
}

const defaultOf = (key: Key): string => String(agentConfig[key].type.show(agentConfig[key].default as never));

function problemOf(key: Key, value: string): string | undefined {
  const parsed = agentConfig[key].type.parse(value);
  if ('problem' in parsed) return parsed.problem;
  try {
    if (key === 'box' && value !== '') parseAddress(value);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  return undefined;
}

function valuesOf(given: ReadonlyMap<string, string>): Changes {
  const changes = new Map<string, string | number | boolean | undefined>();
  for (const [name, value] of given) {
    if (!Object.hasOwn(agentConfig, name))
      throw new Failure(
        'CONFIG_INVALID',
        `there is no key ${name}; known are ${Object.keys(agentConfig).join(', ')}`,
      );
    const key = name as Key;
    const problem = problemOf(key, value);
    if (problem !== undefined) throw new Failure('CONFIG_INVALID', `${name} ${problem}`, { path: name });
    const { type } = agentConfig[key];
    const parsed = type.parse(value) as { value: never };
    const shown = type.show(parsed.value);
    changes.set(name, String(shown) === defaultOf(key) ? undefined : shown);
  }
  return changes;
}

const textOf = async (places: Places): Promise<string> => (await readText(places.configFile, largest)) ?? '';

async function write(places: Places, changes: Changes): Promise<void> {
  const { configFile } = places;
  const text = changeKeys(await textOf(places), changes, configFile);
  await mkdir(dirname(configFile), { recursive: true, mode: 0o755 }).catch((error: unknown) => {
    throw unwritable(configFile, error);
  });
  // The agent reads it as its own user.
  await writeFileSafely(configFile, text, { mode: 0o644 });
}

async function tokenIn(file: string): Promise<string> {
  const text = await readText(file, 256);
  if (text === undefined) throw new Failure('NOT_FOUND', `${file} is not there`, { path: file });
  return text.trim();
}

/** For the agent alone, as whose user it must belong. */
async function keepToken(token: string, { stateDir }: Places): Promise<void> {
  if (!/^[0-9a-f]{32}$/.test(token)) throw new Failure('BAD_REQUEST', 'a token has 32 hexadecimal digits');
  const { uid, gid } = await stat(stateDir).catch((cause: unknown) => {
    throw new Failure('STATE_UNWRITABLE', `${stateDir} does not exist: the agent was never here`, { cause });
  });
  const owner = process.platform === 'win32' ? {} : { owner: { uid, gid } };
  await writeFileSafely(join(stateDir, 'token'), `${token}\n`, { mode: 0o600, ...owner });
}
