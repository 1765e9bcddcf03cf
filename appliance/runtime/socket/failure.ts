/** What can go wrong between two daemons of a machine, in the words of a Failure. */
import { Failure, isFailureCode, messageOf, systemCodeOf, type Texts } from '../errors.ts';

/** What a failed connection means for the caller, in one sentence with the place where to look. */
export function connectionFailure(socketPath: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = systemCodeOf(error);
  const options = { cause: error, path: socketPath };
  if (code === 'EACCES' || code === 'EPERM') {
    return new Failure(
      'FORBIDDEN',
      `this user may not open ${socketPath}: join the group netmonitor`,
      options,
    );
  }
  if (code === 'ENOENT' || code === 'ECONNREFUSED') {
    return new Failure('UNAVAILABLE', `nobody answers on ${socketPath}: is that daemon running?`, options);
  }
  return new Failure(
    'UNAVAILABLE',
    `the connection to ${socketPath} broke off: ${messageOf(error)}`,
    options,
  );
}

/** The error that the server wrote, or one that names the status. */
export function answeredFailure(status: number, body: Uint8Array): Failure {
  const { error } = (tryParse(body) ?? {}) as {
    error?: { code?: unknown; message?: unknown; path?: unknown; texts?: unknown };
  };
  const code = isFailureCode(error?.code) ? error.code : 'INTERNAL';
  const message = typeof error?.message === 'string' ? error.message : `the answer was status ${status}`;
  const said = textsOf(error?.texts) ?? message;
  return new Failure(code, said, typeof error?.path === 'string' ? { path: error.path } : {});
}

function textsOf(value: unknown): Texts | undefined {
  const { en, fr } = (value ?? {}) as { en?: unknown; fr?: unknown };
  return typeof en === 'string' && typeof fr === 'string' ? { en, fr } : undefined;
}

/** The value of a JSON text, undefined when it is none: the caller says what that means. */
export function tryParse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // Not JSON.
    return undefined;
  }
}
