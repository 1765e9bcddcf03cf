/** netmonitor-agent, the command: reads its arguments, opens the agent's socket, runs one verb. */
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { placesOf } from '../appliance/runtime/config.ts';
import { type Environment, readEnvironment } from '../appliance/runtime/environment.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import { createLocalClient } from '../appliance/runtime/socket/client.ts';
import { version } from '../appliance/runtime/version.ts';
import {
  type Arguments,
  type Command,
  goodbye,
  newIdentity,
  pair,
  status,
  type Terminal,
} from './commands.ts';
import { configure } from './configure.ts';
import { doctor } from './doctor.ts';
import { type House, installationIn, logs, uninstall } from './installation.ts';
import { installationWords, usageOf } from './installation-words.table.ts';
import { watch } from './watch.ts';
import { speaksFrench, wordsFor } from './words.ts';

const commands = { status, pair, watch, doctor, goodbye, 'new-identity': newIdentity } satisfies Record<
  string,
  Command
>;
type Verb = keyof typeof commands;

/** What concerns the installation, whether the agent runs or not; each has options of its own. */
const houseCommands = { configure, logs, uninstall } satisfies Record<
  string,
  (house: House & { environment: Environment }, argv: string[]) => Promise<number>
>;
type HouseVerb = keyof typeof houseCommands;
const isVerb = (verb: string): verb is Verb | HouseVerb => Object.hasOwn(commands, verb) || isHouseVerb(verb);
const isHouseVerb = (verb: string): verb is HouseVerb => Object.hasOwn(houseCommands, verb);

const options = {
  help: { type: 'boolean' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  forget: { type: 'boolean' },
  same: { type: 'boolean' },
  other: { type: 'boolean' },
  digits: { type: 'string' },
  box: { type: 'string' },
  home: { type: 'string' },
} as const;

const terminal: Terminal = {
  print: (text) => void process.stdout.write(text),
  async ask(question, signal) {
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    // The line reader takes Ctrl-C for itself; whoever presses it means the whole command.
    lines.once('SIGINT', () => {
      process.stdout.write('\n');
      process.kill(process.pid, 'SIGINT');
    });
    const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
    try {
      return await Promise.race([lines.question(question, { signal }), ended]);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    } finally {
      lines.close();
    }
  },
};

process.exitCode = await main();

/** Windows says in no variable which language people read there. */
function here(): Environment {
  const environment = readEnvironment();
  if (process.platform !== 'win32' || environment.locale !== undefined) return environment;
  return { ...environment, locale: Intl.DateTimeFormat().resolvedOptions().locale };
}

async function main(): Promise<number> {
  const environment = here();
  const words = wordsFor(environment.locale);
  const french = speaksFrench(environment.locale);
  try {
    const [first = '', ...rest] = environment.argv;
    if (isHouseVerb(first) && !rest.includes('--help')) {
      const installation = installationIn(import.meta.dirname);
      const house = { installation, terminal, words: installationWords(french), environment };
      return await houseCommands[first](house, rest);
    }
    if (isVerb(first) && rest.includes('--help')) return say(usageOf(first, french), 0);
    const { values, positionals } = parseArgs({ args: environment.argv, options, allowPositionals: true });
    const verb = positionals[0] ?? '';
    if (values.help || (verb === '' && !values.version)) return say(words.usage, values.help ? 0 : 64);
    if (values.version) return say(`netmonitor-agent ${version}\n`, 0);
    if (!Object.hasOwn(commands, verb) || positionals.length > (verb === 'goodbye' ? 2 : 1))
      return complain(`${words.unknownVerb}: ${positionals.join(' ')}`, 64);
    const home = values.home === undefined ? {} : { home: values.home };
    const there = { ...environment, ...home };
    const { runDir } = placesOf('agent', there);
    const client = createLocalClient({ path: join(runDir, 'agent.sock') });
    try {
      return await commands[verb as Verb](
        { client, words, terminal, environment: there },
        {
          ...argumentsOf(values),
          ...(positionals[1] === undefined ? {} : { reason: positionals[1] }),
        },
      );
    } catch (error) {
      if (error instanceof Failure && error.code === 'FORBIDDEN') {
        const { needsAdministrator, needsRoot } = installationWords(french);
        return complain(process.platform === 'win32' ? needsAdministrator : needsRoot, 77);
      }
      if (!(error instanceof Failure) || error.code !== 'UNAVAILABLE') throw error;
      return complain(`${words.notRunning} (${error.message})`, 1);
    } finally {
      client.close();
    }
  } catch (error) {
    return complain(messageOf(error), error instanceof Failure ? 1 : 64);
  }
}

function argumentsOf(values: {
  json?: boolean;
  forget?: boolean;
  digits?: string;
  box?: string;
  same?: boolean;
  other?: boolean;
}): Arguments {
  if (values.digits !== undefined && values.same === values.other) {
    throw new TypeError('--digits needs --same or --other');
  }
  return {
    json: values.json ?? false,
    forget: values.forget ?? false,
    ...(values.box === undefined ? {} : { box: values.box }),
    ...(values.digits === undefined ? {} : { digits: values.digits, same: values.same === true }),
  };
}

function say(text: string, code: number): number {
  terminal.print(text);
  return code;
}

function complain(text: string, code: number): number {
  process.stderr.write(`netmonitor-agent: ${text}\n`);
  return code;
}
