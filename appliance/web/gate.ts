/** Counts connections, in all and per address, and closes those beyond the limit before they cost a handshake. */
import type { Server, Socket } from 'node:net';
import type { WebLimits } from './limits.ts';

/**
 * Each address is a source of its own, IPv6 too: in a LAN all neighbours share one /64, and a pupil must not be able to
 * use up what the admin has.
 */
export function sourceOf(address: string | undefined): string {
  return (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '').split('%')[0]!;
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
