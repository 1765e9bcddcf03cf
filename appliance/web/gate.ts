/** Counts connections, in all and per address, and closes those beyond the limit before they cost a handshake; crowds give way. */
import type { Server, Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';
import type { WebLimits } from './limits.ts';

/**
 * Each address is a source of its own, IPv6 too: in a LAN all neighbours share one /64, and a pupil must not be able to
 * use up what the admin has.
 */
export function sourceOf(address: string | undefined): string {
  return (address ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, '').split('%')[0]!;
}

export type Gate = {
  /** `handshakes`: where each connection costs one, they are paced as well. */
  guard(server: Server, o?: { handshakes: boolean }): void;
  counts(): { open: number; refused: number };
};

type GateLimits = Pick<
  WebLimits,
  'connections' | 'connectionsPerAddress' | 'handshakesPerSecond' | 'handshakesPerAddress'
>;

/** Whoever has this much more open than a newcomer gives way to it when all places are taken. */
const fewConnections = 2;

export function createGate(limits: GateLimits, clock: Clock): Gate {
  /** The oldest first, with what frees its place. */
  const perSource = new Map<string, Map<Socket, () => void>>();
  const pace = createPace(limits, clock);
  let open = 0;
  let refused = 0;

  function admit(socket: Socket, paced: boolean): void {
    const source = sourceOf(socket.remoteAddress);
    const own = perSource.get(source) ?? new Map<Socket, () => void>();
    const full = own.size >= limits.connectionsPerAddress || (open >= limits.connections && !crowd(own.size));
    if (full || (paced && !pace(source))) {
      refused++;
      socket.destroy();
      return;
    }
    if (open >= limits.connections) turnOut(crowd(own.size)!);
    open++;
    const leave = () => {
      if (!own.delete(socket)) return;
      open--;
      if (own.size === 0) perSource.delete(source);
    };
    perSource.set(source, own.set(socket, leave));
    socket.once('close', leave);
  }

  /** Slow connections fill all places from few addresses: then these give way, so that a person still gets in. */
  function crowd(ownSize: number): Map<Socket, () => void> | null {
    let largest: Map<Socket, () => void> | null = null;
    for (const one of perSource.values()) if (one.size > (largest?.size ?? 0)) largest = one;
    return largest !== null && largest.size > ownSize + fewConnections ? largest : null;
  }

  function turnOut(from: Map<Socket, () => void>): void {
    for (const [oldest, leave] of from) {
      refused++;
      leave();
      oldest.destroy();
      return;
    }
  }

  return {
    guard: (server, { handshakes } = { handshakes: false }) => {
      server.on('connection', (socket) => admit(socket, handshakes));
    },
    counts: () => ({ open, refused }),
  };
}

/** Of the handshakes of a second, this share is kept for sources that have asked for few. */
const fewHandshakes = 8;
const burstS = 4;

/** A second's worth of handshakes at a time; a burst of four seconds' worth when it was quiet before. */
function createPace(limits: GateLimits, clock: Clock): (source: string) => boolean {
  const sources = new Map<string, number>();
  let all = 0;
  let lastMs = clock.monotonicMs();

  /** What was taken trickles away at the rate of the limits. */
  function forget(): void {
    const nowMs = clock.monotonicMs();
    const passedS = (nowMs - lastMs) / 1_000;
    if (passedS < 0.05) return;
    lastMs = nowMs;
    all = Math.max(0, all - passedS * limits.handshakesPerSecond);
    for (const [source, taken] of sources) {
      const left = taken - passedS * limits.handshakesPerAddress;
      if (left > 0) sources.set(source, left);
      else sources.delete(source);
    }
  }

  return (source) => {
    forget();
    const taken = sources.get(source) ?? 0;
    if (taken >= limits.handshakesPerAddress * burstS) return false;
    if (taken >= fewHandshakes && all >= limits.handshakesPerSecond * burstS) return false;
    // Twice the whole is the end for everybody: it takes very many addresses to get there.
    if (all >= limits.handshakesPerSecond * burstS * 2) return false;
    all++;
    sources.set(source, taken + 1);
    return true;
  };
}
