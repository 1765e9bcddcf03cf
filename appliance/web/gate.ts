/** Counts connections, in all and per address, and closes those beyond the limit before they cost a handshake; crowds give way. */
import type { Server, Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';
import { networkOf } from '../runtime/network-of.ts';
import type { WebLimits } from './limits.ts';

/**
 * Each address is a source of its own, IPv6 too: in a LAN all neighbours share one /64, and a pupil must not be able to
 * use up what the admin has. What all addresses of a /64 have together leaves a quarter to others, however many they are.
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
  | 'connections'
  | 'connectionsPerAddress'
  | 'connectionsPerNetwork'
  | 'handshakesPerSecond'
  | 'handshakesPerAddress'
  | 'handshakesPerNetwork'
>;

/** Whoever has this much more open than a newcomer gives way to it when all places are taken. */
const fewConnections = 2;

/** Connections of somebody, the oldest first, with what frees the place of each. */
type Held = Map<Socket, () => void>;
type Network = { all: Held; sources: Map<string, Held> };

export function createGate(limits: GateLimits, clock: Clock): Gate {
  const perSource = new Map<string, Held>();
  const perNetwork = new Map<string, Network>();
  const pace = createPace(limits, clock);
  let open = 0;
  let refused = 0;

  function admit(socket: Socket, paced: boolean): void {
    const source = sourceOf(socket.remoteAddress);
    const network = networkOf(source);
    const own = perSource.get(source) ?? new Map();
    const near = perNetwork.get(network) ?? { all: new Map(), sources: new Map() };
    const isNearFull = network !== source && near.all.size >= limits.connectionsPerNetwork;
    const isFull = isNearFull || open >= limits.connections;
    const crowded = isNearFull
      ? oldestOf(crowd(near.sources.values(), own.size))
      : isFull && crowdOfAll(own.size, near.all.size);
    const isRefused = own.size >= limits.connectionsPerAddress || (isFull && !crowded);
    if (isRefused || (paced && !pace(source, network))) {
      refused++;
      socket.destroy();
      return;
    }
    if (crowded) turnOut(crowded);
    open++;
    const leave = () => {
      if (!own.delete(socket)) return;
      near.all.delete(socket);
      open--;
      if (own.size === 0) {
        perSource.delete(source);
        near.sources.delete(source);
      }
      if (near.all.size === 0) perNetwork.delete(network);
    };
    perSource.set(source, own.set(socket, leave));
    near.all.set(socket, leave);
    near.sources.set(source, own);
    perNetwork.set(network, near);
    socket.once('close', leave);
  }

  /** Slow connections fill all places from few addresses: then these give way, so that a person still gets in. */
  function crowd(held: Iterable<Held>, ownSize: number): Held {
    let largest: Held = new Map();
    for (const one of held) if (one.size > largest.size) largest = one;
    return largest.size > ownSize + fewConnections ? largest : new Map();
  }

  function crowdOfAll(ownSize: number, nearSize: number) {
    const networks = [...perNetwork.values()].map(({ all }) => all);
    return oldestOf(crowd(perSource.values(), ownSize)) ?? newestOf(crowd(networks, nearSize));
  }

  const oldestOf = (held: Held) => held.entries().next().value;
  /** Among many addresses those who were there before are not the ones that flood. */
  const newestOf = (held: Held) => [...held].at(-1);

  function turnOut([socket, leave]: [Socket, () => void]): void {
    refused++;
    leave();
    socket.destroy();
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
function createPace(limits: GateLimits, clock: Clock): (source: string, network: string) => boolean {
  const sources = new Map<string, number>();
  const networks = new Map<string, number>();
  let all = 0;
  let lastMs = clock.monotonicMs();

  /** What was taken trickles away at the rate of the limits. */
  function forget(): void {
    const nowMs = clock.monotonicMs();
    const passedS = (nowMs - lastMs) / 1_000;
    if (passedS < 0.05) return;
    lastMs = nowMs;
    all = Math.max(0, all - passedS * limits.handshakesPerSecond);
    trickle(sources, passedS * limits.handshakesPerAddress);
    trickle(networks, passedS * limits.handshakesPerNetwork);
  }

  return (source, network) => {
    forget();
    const taken = sources.get(source) ?? 0;
    const near = network === source ? 0 : (networks.get(network) ?? 0);
    if (taken >= limits.handshakesPerAddress * burstS) return false;
    if (near >= limits.handshakesPerNetwork * burstS) return false;
    if (taken >= fewHandshakes && all >= limits.handshakesPerSecond * burstS) return false;
    // Twice the whole is the end for everybody: it takes very many addresses to get there.
    if (all >= limits.handshakesPerSecond * burstS * 2) return false;
    all++;
    sources.set(source, taken + 1);
    if (network !== source) networks.set(network, near + 1);
    return true;
  };
}

function trickle(taken: Map<string, number>, away: number): void {
  for (const [whose, much] of taken) {
    if (much > away) taken.set(whose, much - away);
    else taken.delete(whose);
  }
}
