/** What a verb of the command is. */
import type { Box } from '../box.ts';
import type { Paint } from '../print.ts';
import type { Language, Say } from '../words.ts';

export type Text = { en: string; fr: string };

export type Option = { type: 'string' | 'boolean'; value?: string; about: Text };

export type Values = Record<string, string | boolean | undefined>;

/** The outside of one call of the command; a test passes its own. */
export type Terminal = {
  print(text: string): void;
  complain(text: string): void;
  /** Null when nobody can answer: no terminal, or its input ended. */
  ask(question: string): Promise<string | null>;
  /** As ask, without showing what is typed. */
  askSecret(question: string): Promise<string | null>;
  /** Bytes where others read text: a backup that goes through a pipe. */
  bytes(piece: Uint8Array): Promise<void>;
  readonly interactive: boolean;
  /** How wide it is; undefined where a program reads. */
  readonly columns: number | undefined;
  readonly paint: Paint;
};

export type Call = {
  box: Box;
  /** The home of a box that npm start runs; undefined on an installed box. */
  home: string | undefined;
  terminal: Terminal;
  say: Say;
  language: Language;
  json: boolean;
  values: Values;
  words: readonly string[];
  nowMs: number;
  /** Who calls, for the journal. */
  user: string;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
};

export type Verb = {
  about: Text;
  /** What stands after the verb, for its help. */
  usage: string;
  mostWords: number;
  options: Record<string, Option>;
  /** It works while no box runs, and asks none. */
  offline?: true;
  /** Resolves to the exit code: 0 or 1. What does not fit the command throws a Misuse. */
  run(call: Call): Promise<0 | 1>;
};

/** The command was not understood: exit code 2. */
export class Misuse extends Error {
  override readonly name = 'Misuse';
}

/** Reads a whole number out of an option. */
export function wholeNumber(
  call: Call,
  option: string,
  o: { min: number; max: number; otherwise: number },
): number {
  const given = call.values[option];
  if (given === undefined) return o.otherwise;
  const value = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
  if (!(value >= o.min && value <= o.max))
    throw new Misuse(call.say('notNumber', `--${option}`, o.min, o.max));
  return value;
}

export function textOption(call: Call, option: string): string | undefined {
  const given = call.values[option];
  return typeof given === 'string' ? given : undefined;
}
