/**
 * Who may connect at all, decided before any cryptography: connections in total, strangers in total, by address and by network of
 * IPv6, handshakes a second. Pure but for the time that it is told.
 */
import { networkOf } from '../runtime/network-of.ts';
import { TokenBucket } from './bucket.ts';

export type GateLimits = {
  connections: number;
  /** Connections that are not admitted; the rest is kept free for machines that are. */
  strangers: number;
  strangersByAddress: number;
  /** Of all addresses of a network of IPv6 together: a quarter is left to others. */
  strangersByNetwork: number;
  handshakesPerSecond: number;
  /** So that one address cannot use up the handshakes of all. */
  handshakesPerSecondByAddress: number;
  handshakesPerSecondByNetwork: number;
  /** Of addresses from which a machine was admitted; so many are kept in mind. */
  handshakesPerSecondOfKnown: number;
  knownAddresses: number;
};

export const gateLimits: GateLimits = {
  connections: 1_200,
  strangers: 200,
  strangersByAddress: 8,
  strangersByNetwork: 150,
  handshakesPerSecond: 50,
  handshakesPerSecondByAddress: 25,
  handshakesPerSecondByNetwork: 38,
  handshakesPerSecondOfKnown: 25,
  knownAddresses: 2_000,
};

export type Refusal = 'connections' | 'strangers' | 'address' | 'handshakes';
/** A place inside; `admit` once the machine is known, `leave` when the connection is gone. */
export type Place = { admit(): void; leave(): void };

export class Gate {
  readonly #limits: GateLimits;
  readonly #handshakes: TokenBucket;
  readonly #handshakesOfKnown: TokenBucket;
  /** Where admitted machines came from: before its handshake one that comes back is a stranger like any other. */
  readonly #known = new Set<string>();
  readonly #strangers = new Map<string, number>();
  /** Strangers of each network of IPv6. */
  readonly #near = new Map<string, number>();
  /** Handshakes of each address and of each network in the present second. */
  readonly #recent = new Map<string, number>();
  #secondMs = 0;
  #inside = 0;
  #strangersInside = 0;

  constructor(nowMs: number, limits: GateLimits = gateLimits) {
    this.#limits = limits;
    const bucket = (perSecond: number) => new TokenBucket({ perSecond, burst: perSecond, nowMs });
    this.#handshakes = bucket(limits.handshakesPerSecond);
    this.#handshakesOfKnown = bucket(limits.handshakesPerSecondOfKnown);
  }

  get inside(): number {
    return this.#inside;
  }

  enter(address: string, nowMs: number): Place | Refusal {
    const limits = this.#limits;
    const here = this.#strangers.get(address) ?? 0;
    if (this.#inside >= limits.connections) return 'connections';
    if (here >= limits.strangersByAddress) return 'address';
    const known = this.#known.has(address);
    const network = networkOf(address);
    const isShared = network !== address && !known;
    const near = this.#near.get(network) ?? 0;
    if (isShared && near >= limits.strangersByNetwork) return 'address';
    if (!known && this.#strangersInside >= limits.strangers) return 'strangers';
    if (nowMs - this.#secondMs >= 1000) {
      this.#recent.clear();
      this.#secondMs = nowMs;
    }
    const recent = this.#recent.get(address) ?? 0;
    const recentNear = isShared ? (this.#recent.get(network) ?? 0) : 0;
    const handshakes = known ? this.#handshakesOfKnown : this.#handshakes;
    const tooMany =
      recent >= limits.handshakesPerSecondByAddress || recentNear >= limits.handshakesPerSecondByNetwork;
    if (tooMany || !handshakes.take(nowMs)) return 'handshakes';
    this.#recent.set(address, recent + 1);
    if (isShared) {
      this.#recent.set(network, recentNear + 1);
      this.#near.set(network, near + 1);
    }
    this.#inside += 1;
    if (!known) this.#strangersInside += 1;
    this.#strangers.set(address, here + 1);
    return this.#place(address, known, isShared ? network : undefined);
  }

  #know(address: string): void {
    this.#known.delete(address);
    this.#known.add(address);
    const [oldest] = this.#known;
    if (this.#known.size > this.#limits.knownAddresses && oldest !== undefined) this.#known.delete(oldest);
  }

  #place(address: string, known: boolean, network: string | undefined): Place {
    let state: 'stranger' | 'admitted' | 'gone' = 'stranger';
    const noStranger = () => {
      if (!known) this.#strangersInside -= 1;
      oneLess(this.#strangers, address);
      if (network !== undefined) oneLess(this.#near, network);
    };
    return {
      admit: () => {
        if (state !== 'stranger') return;
        noStranger();
        this.#know(address);
        state = 'admitted';
      },
      leave: () => {
        if (state === 'gone') return;
        if (state === 'stranger') noStranger();
        this.#inside -= 1;
        state = 'gone';
      },
    };
  }
}

function oneLess(counts: Map<string, number>, whose: string): void {
  const rest = (counts.get(whose) ?? 1) - 1;
  if (rest > 0) counts.set(whose, rest);
  else counts.delete(whose);
}
