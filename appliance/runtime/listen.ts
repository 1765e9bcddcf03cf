/** Opens a listening socket, and says in one sentence why it cannot be opened. */
import type { ListenOptions, Server } from 'node:net';
import { flagOf } from './config.ts';
import { Failure, messageOf, systemCodeOf } from './errors.ts';

/** A port of the configuration; `key` is what a person changes when it cannot be opened. */
export type PortOptions = { host: string; port: number; key: string; backlog?: number };

/** Resolves to the number of the port. On a kernel without IPv6, "::" means all addresses of IPv4. */
export async function openPort(server: Server, o: PortOptions): Promise<number> {
  const { key, ...options } = o;
  try {
    await open(server, options);
  } catch (error) {
    const code = systemCodeOf(error);
    if (o.host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'))
      return openPort(server, { ...o, host: '0.0.0.0' });
    throw listenFailure(error, placeOf(options), key);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : o.port;
}

export async function listen(server: Server, options: ListenOptions): Promise<void> {
  try {
    await open(server, options);
  } catch (error) {
    throw listenFailure(error, placeOf(options));
  }
}

function open(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Whether an error came from opening a listening socket, also where it was not opened with listen() above. */
export function isListenError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

export function listenFailure(error: unknown, place: string, key?: string): Failure {
  const options = { cause: error, ...(key === undefined ? {} : { path: key }) };
  const another = key === undefined ? 'choose another' : `set ${key} (${flagOf(key)}) to another port`;
  switch (systemCodeOf(error)) {
    case 'EADDRINUSE':
      return new Failure(
        'PORT_TAKEN',
        `${place} is taken by another process: stop it, or ${another}`,
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
      return new Failure('CONFIG_INVALID', `this user may not listen on ${place}: ${another}`, options);
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EAI_AGAIN':
    case 'EINVAL':
    case 'ENOTFOUND':
      return new Failure('CONFIG_INVALID', `${place} is not an address of this machine`, {
        cause: error,
        path: 'listen',
      });
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
