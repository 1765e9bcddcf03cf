/** Every error that leaves web: one shape, the right status, in the language of its reader. */
import { Failure, type FailureCode, httpStatusOf, messageIn } from '../runtime/errors.ts';
import type { Language } from './language.ts';
import { type TextKey, type TextValues, textOf } from './texts.table.ts';

export type RefusalOptions = { path?: string; values?: TextValues; retryAfterS?: number; cause?: unknown };

/** A failure whose sentence web knows in both languages. */
export class Refusal extends Failure {
  readonly text: TextKey;
  readonly values: TextValues;
  readonly retryAfterS: number | undefined;
  constructor(code: FailureCode, text: TextKey, options: RefusalOptions = {}) {
    const { path, values = {}, retryAfterS, cause } = options;
    super(code, textOf('en', text, values), { ...(path === undefined ? {} : { path }), cause });
    this.text = text;
    this.values = values;
    this.retryAfterS = retryAfterS;
  }
}

export type Answer = {
  status: number;
  retryAfterS?: number;
  body: { error: { code: FailureCode; message: string; path?: string } };
};

/** Sentences for failures that are known in English only. */
const textOfCode: Partial<Record<FailureCode, TextKey>> = {
  NOT_FOUND: 'notFound',
  BAD_REQUEST: 'badRequest',
  UNAUTHORIZED: 'signInNeeded',
  FORBIDDEN: 'forbidden',
  CONFLICT: 'conflict',
  TOO_LARGE: 'tooLarge',
  TOO_MANY: 'tooMany',
  UNAVAILABLE: 'unavailable',
  CLOSED: 'unavailable',
  TIMEOUT: 'timeout',
};
/** Their own sentence helps a person more than ours; the others may name paths and sockets of the box. */
const tellsPeople: readonly FailureCode[] = ['NOT_FOUND', 'BAD_REQUEST', 'CONFLICT', 'TOO_MANY', 'FORBIDDEN'];

export function answerOf(error: unknown, language: Language): Answer {
  if (error instanceof Refusal)
    return {
      ...plain(error.code, textOf(language, error.text, error.values), error.path),
      ...(error.retryAfterS === undefined ? {} : { retryAfterS: error.retryAfterS }),
    };
  if (error instanceof Failure) {
    const key = textOfCode[error.code];
    if (!key) return plain('INTERNAL', textOf(language, 'internal'));
    const isKnown = language === 'en' || error.texts !== undefined;
    const own = isKnown && tellsPeople.includes(error.code);
    return plain(error.code, own ? messageIn(language, error) : textOf(language, key), error.path);
  }
  return ofFramework(error, language);
}

/** fastify's errors carry a status; its sentences are for programmers. */
function ofFramework(error: unknown, language: Language): Answer {
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  if (statusCode === 413) return plain('TOO_LARGE', textOf(language, 'tooLarge'));
  if (statusCode === 415) return plain('FORBIDDEN', textOf(language, 'jsonOnly'));
  if (statusCode === 404) return plain('NOT_FOUND', textOf(language, 'notFound'));
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return plain('BAD_REQUEST', textOf(language, code === 'FST_ERR_BAD_URL' ? 'notFound' : 'badJson'));
  return plain('INTERNAL', textOf(language, 'internal'));
}

function plain(code: FailureCode, message: string, path?: string): Answer {
  return {
    status: httpStatusOf(code),
    body: { error: { code, message, ...(path === undefined ? {} : { path }) } },
  };
}
