/** One event, one line of `key=value`; whatever a value contains, it stays inside its line and its quotes. */
import { type Clock, systemClock } from './clock.ts';

export type Level = 'error' | 'warn' | 'info' | 'debug';
export const levels = ['error', 'warn', 'info', 'debug'] as const satisfies readonly Level[];

export type Fields = Record<string, string | number | boolean | null | undefined>;

export interface Log {
  error(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  debug(message: string, fields?: Fields): void;
  child(fields: Fields): Log;
}

/** journald reads these priorities from the start of a line (sd-daemon(3)). */
const priorities: Record<Level, string> = { error: '<3>', warn: '<4>', info: '<6>', debug: '<7>' };
const longestValue = 2000;

export function createLog(o: {
  name: string;
  level: Level;
  write?: (line: string) => void;
  journald?: boolean;
}): Log {
  const write = o.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const wanted = levels.indexOf(o.level);
  const emit = (level: Level, bound: string, message: string, fields: Fields | undefined) => {
    const prefix = o.journald ? priorities[level] : '';
    const head = `${prefix}level=${level} daemon=${quoteValue(o.name)} msg=${quoteText(message)}`;
    write(head + bound + (fields ? formatFields(fields) : ''));
  };
  return logOver((level, bound, message, fields) => {
    if (levels.indexOf(level) <= wanted) emit(level, bound, message, fields);
  }, '');
}

type Emit = (level: Level, bound: string, message: string, fields: Fields | undefined) => void;

function logOver(emit: Emit, bound: string): Log {
  return {
    error: (message, fields) => emit('error', bound, message, fields),
    warn: (message, fields) => emit('warn', bound, message, fields),
    info: (message, fields) => emit('info', bound, message, fields),
    debug: (message, fields) => emit('debug', bound, message, fields),
    child: (fields) => logOver(emit, bound + formatFields(fields)),
  };
}

function formatFields(fields: Fields): string {
  let text = '';
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    text += ` ${key.replace(/[^A-Za-z0-9_.]/g, '_') || '_'}=`;
    text += typeof value === 'string' ? quoteValue(value) : String(value);
  }
  return text;
}

function quoteValue(value: string): string {
  return /^[A-Za-z0-9_.:/@+-]{1,200}$/.test(value) ? value : quoteText(value);
}

/**
 * Quotes, backslashes, control characters (told as plain-text.ts tells them), line separators, direction marks and
 * broken surrogates are escaped.
 */
const unsafe =
  /["\\]|[^ -~\u00a0-\u{10ffff}]|[\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

function quoteText(value: string): string {
  const text = value.length > longestValue ? `${value.slice(0, longestValue)}…` : value;
  return `"${text.replace(unsafe, escapeOne)}"`;
}

function escapeOne(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const mostMessages = 200;

/**
 * The same message text at most once per everyMs; the next one that passes carries `suppressed=N`.
 * For what a stranger can provoke, and for what repeats while something is broken.
 */
export function limited(log: Log, everyMs: number, clock: Clock = systemClock): Log {
  const seen = new Map<string, { sinceMs: number; suppressed: number }>();
  const pass = (level: Level, message: string, fields: Fields | undefined, to: Log) => {
    const nowMs = clock.monotonicMs();
    const key = `${level} ${message}`;
    const before = seen.get(key);
    if (before && nowMs - before.sinceMs < everyMs) {
      before.suppressed++;
      return;
    }
    seen.delete(key);
    seen.set(key, { sinceMs: nowMs, suppressed: 0 });
    if (seen.size > mostMessages) seen.delete(seen.keys().next().value ?? key);
    to[level](message, before?.suppressed ? { ...fields, suppressed: before.suppressed } : fields);
  };
  const over = (to: Log): Log => ({
    error: (message, fields) => pass('error', message, fields, to),
    warn: (message, fields) => pass('warn', message, fields, to),
    info: (message, fields) => pass('info', message, fields, to),
    debug: (message, fields) => pass('debug', message, fields, to),
    child: (fields) => over(to.child(fields)),
  });
  return over(log);
}
