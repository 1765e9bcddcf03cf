/** Counts connections, in all and per address, and closes those beyond the limit before they cost a handshake. */
import type { Server, Socket } from 'node:net';
import type { WebLimits } from './limits.ts';

/** One subscriber of an IPv6 network owns a /64, so that is what counts as one source. */
export function sourceOf(address: string | undefined): string {
  if (!address) return 'unknown';
  if (address.startsWith('::ffff:')) return address.slice(7);
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}

export type Gate = { guard(server: Server): void; counts(): { open: number; refused: number } };

export function createGate(limits: Pick<WebLimits, 'connections' | 'connectionsPerAddress'>): Gate {
  const perSource = new Map<string, number>();
  let open = 0;
  let refused = 0;

  function admit(socket: Socket): void {
    const source = sourceOf(socket.remoteAddress);
    const count = perSource.get(source) ?? 0;
    if (open >= limits.connections || count >= limits.connectionsPerAddress) {
      refused++;
      socket.destroy();
      return;
    }
    open++;
    perSource.set(source, count + 1);
    socket.once('close', () => {
      open--;
      const left = (perSource.get(source) ?? 1) - 1;
      if (left > 0) perSource.set(source, left);
      else perSource.delete(source);
    });
  }

  return {
    guard: (server) => {
      server.on('connection', admit);
    },
    counts: () => ({ open, refused }),
  };
}
