/**
 * Who may connect at all, decided before any cryptography: connections in total, strangers in total and by address,
 * handshakes a second. Pure but for the time that it is told.
 */
import { TokenBucket } from './bucket.ts';

export type GateLimits = {
  connections: number;
  /** Connections that are not admitted; the rest is kept free for machines that are. */
  strangers: number;
  strangersByAddress: number;
  handshakesPerSecond: number;
  /** So that one address cannot use up the handshakes of all. */
  handshakesPerSecondByAddress: number;
};

export const gateLimits: GateLimits = {
  connections: 1_200,
  strangers: 200,
  strangersByAddress: 8,
  handshakesPerSecond: 50,
  handshakesPerSecondByAddress: 25,
};

export type Refusal = 'connections' | 'strangers' | 'address' | 'handshakes';
/** A place inside; `admit` once the machine is known, `leave` when the connection is gone. */
export type Place = { admit(): void; leave(): void };

export class Gate {
  readonly #limits: GateLimits;
  readonly #handshakes: TokenBucket;
  readonly #strangers = new Map<string, number>();
  /** Handshakes of each address in the present second. */
  readonly #recent = new Map<string, number>();
  #secondMs = 0;
  #inside = 0;
  #strangersInside = 0;

  constructor(nowMs: number, limits: GateLimits = gateLimits) {
    this.#limits = limits;
    this.#handshakes = new TokenBucket({
      perSecond: limits.handshakesPerSecond,
      burst: limits.handshakesPerSecond,
      nowMs,
    });
  }

  get inside(): number {
    return this.#inside;
  }

  enter(address: string, nowMs: number): Place | Refusal {
    const limits = this.#limits;
    const here = this.#strangers.get(address) ?? 0;
    if (this.#inside >= limits.connections) return 'connections';
    if (here >= limits.strangersByAddress) return 'address';
    if (this.#strangersInside >= limits.strangers) return 'strangers';
    if (nowMs - this.#secondMs >= 1000) {
      this.#recent.clear();
      this.#secondMs = nowMs;
    }
    const recent = this.#recent.get(address) ?? 0;
    if (recent >= limits.handshakesPerSecondByAddress || !this.#handshakes.take(nowMs)) return 'handshakes';
    this.#recent.set(address, recent + 1);
    this.#inside += 1;
    this.#strangersInside += 1;
    this.#strangers.set(address, here + 1);
    return this.#place(address);
  }

  #place(address: string): Place {
    let state: 'stranger' | 'admitted' | 'gone' = 'stranger';
    const noStranger = () => {
      this.#strangersInside -= 1;
      const rest = (this.#strangers.get(address) ?? 1) - 1;
      if (rest > 0) this.#strangers.set(address, rest);
      else this.#strangers.delete(address);
    };
    return {
      admit: () => {
        if (state !== 'stranger') return;
        noStranger();
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
