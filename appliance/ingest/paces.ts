/** What one machine may ask of the box, whatever it does with its connections: coming back begins nothing anew. */
import { limits } from '../protocol/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import { TokenBucket } from './bucket.ts';

export type Pace = {
  /** Frames of any kind. */
  messages: TokenBucket;
  /** Ticks times series: what reading, keeping and sealing cost. */
  values: TokenBucket;
  /** Each costs a handshake and records on disk. */
  connections: TokenBucket;
};

export const paceLimits = {
  burstMessages: 40,
  /** A backlog of six hours with 100 series comes in within 20 s. */
  valuesPerSecond: limits.valuesPerSecond,
  burstValues: 100_000,
  connectionsPerMinute: 12,
  burstConnections: 60,
};

export class Paces {
  readonly #clock: Clock;
  readonly #byMachine = new Map<number, Pace>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(machine: number): Pace {
    const known = this.#byMachine.get(machine);
    if (known !== undefined) return known;
    const nowMs = this.#clock.monotonicMs();
    const bucket = (perSecond: number, burst: number) => new TokenBucket({ perSecond, burst, nowMs });
    const pace: Pace = {
      messages: bucket(limits.messagesPerSecond, paceLimits.burstMessages),
      values: bucket(paceLimits.valuesPerSecond, paceLimits.burstValues),
      connections: bucket(paceLimits.connectionsPerMinute / 60, paceLimits.burstConnections),
    };
    this.#byMachine.set(machine, pace);
    return pace;
  }

  forget(machine: number): void {
    this.#byMachine.delete(machine);
  }
}
