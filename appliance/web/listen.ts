/** Opens the ports; says plainly which key of the configuration to change when one is taken. */
import type { AddressInfo, Server } from 'node:net';
import { Failure, messageOf, systemCodeOf } from '../runtime/errors.ts';

export type ListenOptions = { host: string; port: number; key: string };

export async function listen(server: Server, o: ListenOptions): Promise<number> {
  try {
    return await listenOn(server, o.host, o.port);
  } catch (error) {
    // A kernel without IPv6 knows no "::"; all IPv4 addresses are then all there are.
    const code = systemCodeOf(error);
    if (o.host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL'))
      return listen(server, { ...o, host: '0.0.0.0' });
    throw failureOf(error, code, o);
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function failureOf(error: unknown, code: string | undefined, { host, port, key }: ListenOptions): Failure {
  const where = `port ${port} of ${host}`;
  if (code === 'EADDRINUSE')
    return new Failure(
      'PORT_TAKEN',
      `${where} is taken by another program: stop it, or set ${key} to another port`,
      {
        cause: error,
        path: key,
      },
    );
  if (code === 'EACCES')
    return new Failure('PORT_TAKEN', `${where} needs a privilege: set ${key} to a port above 1023`, {
      cause: error,
      path: key,
    });
  return new Failure(
    'CONFIG_INVALID',
    `cannot listen on ${where}: ${messageOf(error)}; check listen and ${key}`,
    {
      cause: error,
      path: 'listen',
    },
  );
}

/** Streams never end by themselves: whoever is still connected is cut off. */
export function closeServer(server: Server & { closeAllConnections(): void }): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
