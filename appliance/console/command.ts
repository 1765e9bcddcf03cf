/** One call of `netmonitor`: finds the verb, reads its options, runs it, turns what went wrong into words and a code. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Environment } from '../runtime/environment.ts';
import { Failure, messageIn, messageOf } from '../runtime/errors.ts';
import { nearest } from '../runtime/nearest.ts';
import { version } from '../runtime/version.ts';
import { findHome, findRunDir, openBox } from './box.ts';
import { mainHelp, verbHelp } from './help.ts';
import { plain, toJson } from './print.ts';
import { verbs } from './verbs/index.ts';
import { Misuse, type Terminal, type Values, type Verb } from './verbs/verb.ts';
import { type Language, languageOf, type Say, speaker } from './words.ts';

export type ExitCode = 0 | 1 | 2;

export type Outside = {
  environment: Environment;
  terminal: Terminal;
  /** The folder that this command was cloned into. */
  clone: string;
  nowMs: number;
  user: string;
  signal: AbortSignal;
};

const daemons = ['store', 'ingest', 'watch', 'web', 'display'];

const common = {
  json: { type: 'boolean' },
  run: { type: 'string' },
  home: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

export async function runCommand(outside: Outside): Promise<ExitCode> {
  const { terminal, environment } = outside;
  const language = languageOf(environment.locale);
  const say = speaker(language);
  const { name, rest } = splitVerb(environment.argv);
  try {
    if (name === undefined) return withoutVerb(rest, terminal, say, language);
    const verb: Verb | undefined = Object.hasOwn(verbs, name) ? verbs[name as keyof typeof verbs] : undefined;
    if (!verb) throw new Misuse(unknownVerb(name, say));
    const { values, words } = readOptions(name, verb, rest, say);
    if (values.version === true) {
      terminal.print(`netmonitor ${version}`);
      return 0;
    }
    if (values.help === true) {
      terminal.print(verbHelp(name, verb, say, language));
      return 0;
    }
    return await runVerb(verb, values, words, outside, language);
  } catch (error) {
    if (error instanceof Misuse) {
      terminal.complain(error.message.split('\n').map(plain).join('\n'));
      return 2;
    }
    throw error;
  }
}

/** The first word that is no option and no value of a common option. */
function splitVerb(argv: readonly string[]): { name: string | undefined; rest: string[] } {
  const { tokens } = parseArgs({
    args: [...argv],
    options: common,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const first = tokens.find((token) => token.kind === 'positional');
  if (!first) return { name: undefined, rest: [...argv] };
  return { name: first.value, rest: argv.filter((_, at) => at !== first.index) };
}

function withoutVerb(rest: string[], terminal: Terminal, say: Say, language: Language): ExitCode {
  const { values } = parsed(rest, {}, say, say('seeHelp'));
  if (values.version === true) terminal.print(`netmonitor ${version}`);
  else if (values.help === true) terminal.print(mainHelp(say, language));
  else throw new Misuse(say('noVerb'));
  return 0;
}

function unknownVerb(name: string, say: Say): string {
  const guess = nearest(name, Object.keys(verbs));
  return `${say('unknownVerb', name)}${guess ? say('didYouMean', guess) : ''}\n${say('seeHelp')}`;
}

function readOptions(
  name: string,
  verb: Verb,
  args: string[],
  say: Say,
): { values: Values; words: string[] } {
  const own = Object.fromEntries(
    Object.entries(verb.options).map(([option, { type }]) => [option, { type }]),
  );
  const hint = say('seeVerbHelp', name);
  const { values, positionals } = parsed(args, own, say, hint);
  if (values.help !== true && positionals.length > verb.mostWords)
    throw new Misuse(`${say('tooMany', positionals.slice(verb.mostWords).join(' '))}\n${hint}`);
  return { values, words: positionals };
}

type OwnOptions = Record<string, { type: 'string' | 'boolean' }>;

/** The usual mistakes in the language of the reader, the rare ones in parseArgs' own words. */
function parsed(
  args: string[],
  own: OwnOptions,
  say: Say,
  hint: string,
): { values: Values; positionals: string[] } {
  const options = { ...common, ...own };
  try {
    const { values, positionals } = parseArgs({ args, options, strict: true, allowPositionals: true });
    return { values: values as Values, positionals };
  } catch (error) {
    const unknown = /^Unknown option '--([^']+)'/.exec(messageOf(error))?.[1];
    const guess = unknown === undefined ? undefined : nearest(unknown, Object.keys(options));
    const bare = /^Option '(?:-\w, )?(--[^ ']+).*argument missing/.exec(messageOf(error))?.[1];
    const message = unknown
      ? say('unknownOption', `--${unknown}`)
      : bare
        ? say('needsValue', bare)
        : (messageOf(error).split(/\. (?:To specify|Did you)/)[0] ?? '');
    throw new Misuse(`netmonitor: ${message}${guess ? say('didYouMean', `--${guess}`) : ''}\n${hint}`);
  }
}

async function runVerb(
  verb: Verb,
  values: Values,
  words: readonly string[],
  outside: Outside,
  language: Language,
): Promise<ExitCode> {
  const { terminal, nowMs, user, signal } = outside;
  const say = speaker(language);
  const json = values.json === true;
  try {
    const flags = pick(values, 'run', 'home');
    const { environment, clone } = outside;
    const box = openBox(verb.offline === true ? '' : findRunDir(flags, environment, clone, say));
    const home = findHome(flags.home, environment, clone);
    try {
      return await verb.run({ box, home, terminal, say, language, json, values, words, nowMs, user, signal });
    } catch (error) {
      throw inWords(error, box.runDir, say);
    } finally {
      box.close();
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, path } = error;
    if (json) terminal.print(toJson({ error: { code, message, path } }));
    else terminal.complain(plain(messageIn(language, error)));
    return 1;
  }
}

/** Nobody listens on the socket: either that daemon or the whole box is not running. Any other failure speaks for itself. */
function inWords(error: unknown, runDir: string, say: Say): unknown {
  if (!(error instanceof Failure) || error.code !== 'UNAVAILABLE' || !error.path?.startsWith(runDir))
    return error;
  const missing = basename(dirname(error.path)).replace(/-console$/, '');
  const others = daemons.filter(
    (one) => one !== missing && existsSync(join(runDir, `${one}-console`, 'sock')),
  );
  const text = others.length > 0 ? say('daemonAway', `netmonitor-${missing}`) : say('notRunning', runDir);
  return new Failure('UNAVAILABLE', text, { cause: error });
}

function pick(values: Values, ...names: ('run' | 'home')[]): { run?: string; home?: string } {
  return Object.fromEntries(
    names.flatMap((name) => (typeof values[name] === 'string' ? [[name, values[name]]] : [])),
  );
}
