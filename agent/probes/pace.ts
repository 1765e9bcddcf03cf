/** No target gets more than ten packets a second from this machine, however many probes are aimed at it: they share its turn. */
import type { Clock } from '../../appliance/runtime/clock.ts';
import { Fault } from './probe.ts';

const packetsPerSecond = 10;
/** What may go at once when nothing went before: an encrypted page. */
const burst = 10;
/** Whoever would have to wait for longer leaves its turn to others. */
export const longestWaitMs = 2_000;
/** Beyond so many targets those whose turn has long been free are forgotten. */
const mostKept = 1_024;

/** About as many packets as one look sends, the small ones that only confirm counted, too. */
export const packetsOf = { datagram: 1, connection: 4, page: 6, securePage: 10 } as const;

const msPerPacket = 1_000 / packetsPerSecond;

export class Pace {
  readonly #clock: Clock;
  /** Until when the packets that were allowed last for each address, at the pace of one after the other. */
  readonly #takenUntilMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In how many milliseconds so many packets may go there, which is settled with that; a fault when that is too late. */
  turn(address: string, packets: number, mostMs: number = longestWaitMs): number {
    const nowMs = this.#clock.monotonicMs();
    const fromMs = Math.max(nowMs, this.#takenUntilMs.get(address) ?? 0);
    const untilMs = fromMs + packets * msPerPacket;
    const waitMs = Math.max(0, untilMs - burst * msPerPacket - nowMs);
    if (waitMs > Math.min(longestWaitMs, mostMs))
      throw new Fault(
        'CROWDED',
        `the probes of this machine ask ${address} as often as they may, which is ${packetsPerSecond} packets a second`,
      );
    if (this.#takenUntilMs.size >= mostKept) this.#forget(nowMs);
    this.#takenUntilMs.set(address, untilMs);
    return waitMs;
  }

  /** How many targets are kept. */
  get size(): number {
    return this.#takenUntilMs.size;
  }

  #forget(nowMs: number): void {
    for (const [address, untilMs] of this.#takenUntilMs)
      if (untilMs <= nowMs) this.#takenUntilMs.delete(address);
  }
}
