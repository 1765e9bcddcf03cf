/** Opens a listening socket, and says in one sentence why it cannot be opened. */
import type { ListenOptions, Server } from 'node:net';
import { Failure, messageOf, systemCodeOf } from './errors.ts';

export function listen(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(listenFailure(error, placeOf(options)));
    server.once('error', fail);
    server.listen(options, () => {
      server.off('error', fail);
      resolve();
    });
  });
}

/** Whether an error came from opening a listening socket, also where it was not opened with listen() above. */
export function isListenError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

export function listenFailure(error: unknown, place: string): Failure {
  const options = { cause: error };
  switch (systemCodeOf(error)) {
    case 'EADDRINUSE':
      return new Failure(
        'PORT_TAKEN',
        `${place} is taken by another process: stop it, or choose another`,
        options,
      );
    case 'EACCES':
    case 'EPERM':
    case 'ENOENT':
      // For a unix socket, libuv says EACCES also when its folder is missing.
      if (place.startsWith('/')) {
        const what = `cannot make the socket ${place}: its folder does not exist or is not writable for this user`;
        return new Failure('STATE_UNWRITABLE', what, { cause: error, path: place });
      }
      return new Failure('CONFIG_INVALID', `this user may not listen on ${place}: choose another`, options);
    case 'EADDRNOTAVAIL':
      return new Failure('CONFIG_INVALID', `${place} is not an address of this machine`, options);
    default:
      return new Failure('UNAVAILABLE', `cannot listen on ${place}: ${messageOf(error)}`, options);
  }
}

function placeOf({ path, port, host }: ListenOptions): string {
  if (path !== undefined) return path;
  return host === undefined || host === '::' || host === '0.0.0.0'
    ? `port ${port}`
    : `port ${port} of ${host}`;
}
