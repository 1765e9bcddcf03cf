/** The closed set of reasons for which something fails, and what each means for exit codes and HTTP. */

const codes = {
  CONFIG_INVALID: { http: 500, restartHelps: false },
  PORT_TAKEN: { http: 500, restartHelps: false },
  STATE_UNWRITABLE: { http: 500, restartHelps: false },
  STORE_LOCKED: { http: 500, restartHelps: false },
  STORE_DAMAGED: { http: 500, restartHelps: false },
  NOT_FOUND: { http: 404, restartHelps: true },
  BAD_REQUEST: { http: 400, restartHelps: true },
  UNAUTHORIZED: { http: 401, restartHelps: true },
  FORBIDDEN: { http: 403, restartHelps: true },
  CONFLICT: { http: 409, restartHelps: true },
  TOO_LARGE: { http: 413, restartHelps: true },
  TOO_MANY: { http: 429, restartHelps: true },
  UNAVAILABLE: { http: 503, restartHelps: true },
  TIMEOUT: { http: 504, restartHelps: true },
  CLOSED: { http: 503, restartHelps: true },
  INTERNAL: { http: 500, restartHelps: true },
} as const;

export type FailureCode = keyof typeof codes;

/** A sentence for people, in the languages that they read. */
export type Texts = { readonly en: string; readonly fr: string };

/**
 * An expected failure. The message says what happened, to what, and what to do; code is what programs read. Of what a person may
 * have typed there are both languages: whoever shows it takes the one of its reader, and everybody else the English one.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  /** Where in the input the trouble is (`batch[3].run`), or the file it is about. */
  readonly path?: string;
  readonly texts?: Texts;

  constructor(code: FailureCode, message: string | Texts, options: { cause?: unknown; path?: string } = {}) {
    const english = typeof message === 'string' ? message : message.en;
    super(english, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (typeof message !== 'string') this.texts = { en: message.en, fr: message.fr };
    if (options.path !== undefined) this.path = options.path;
  }
}

export function isFailureCode(value: unknown): value is FailureCode {
  return typeof value === 'string' && Object.hasOwn(codes, value);
}

/** 78 (EX_CONFIG) tells the supervisor that restarting won't help; 1 that it may. */
export function exitCodeOf(error: unknown): 78 | 1 {
  return error instanceof Failure && !codes[error.code].restartHelps ? 78 : 1;
}

export function httpStatusOf(code: FailureCode): number {
  return codes[code].http;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

/** In the language of a reader, if it is known in it. */
export function messageIn(language: keyof Texts, error: unknown): string {
  const texts = error instanceof Failure ? error.texts : undefined;
  return texts === undefined ? messageOf(error) : texts[language];
}

/** The system's code of an error (`ENOENT`, `EADDRINUSE`), if it has one. */
export function systemCodeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
