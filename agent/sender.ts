/**
 * Puts ticks on a connection: what is measured now goes out at once, what waited while the box was away is replayed
 * beside it, oldest first, several ticks a message, no faster than the box allows and acknowledges.
 */
import { SamplesEncoder } from '../appliance/protocol/samples.ts';
import type { Tick } from '../appliance/protocol/ticks.ts';
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import type { Catalog } from './catalog.ts';
import type { Connection } from './connection.ts';
import type { Outbox } from './outbox.ts';

const MOST_TICKS = 32;
/** Half of what the box allows a machine: the other half is for the present. */
const REPLAY_SHARE = 0.5;
/** Replayed ticks that may be on their way without an ack. The box acknowledges when they are on its disk: every 30 s. */
const REPLAY_WINDOW = 8_192;
const FULL_BYTES = 256 * 1024;

export type SenderOptions = {
  connection: Connection;
  catalog: Catalog;
  outbox: Outbox;
  clock: Clock;
  limits: { messagesPerSecond: number; ticksPerMessage: number };
};

export class Sender {
  readonly #o: SenderOptions;
  readonly #encoder = new SamplesEncoder();
  readonly #most: number;
  /** Ticks from this one on are live; those before it are replayed. */
  readonly #liveFrom: number;
  #liveTo: number;
  #replayedTo = -1;
  #agreed = 0;
  #timer: Timer | undefined;

  constructor(options: SenderOptions) {
    this.#o = options;
    this.#most = Math.max(1, Math.min(MOST_TICKS, options.limits.ticksPerMessage));
    // The newest tick is live: whoever looks at the page wants to see how it is, then how it was.
    this.#liveFrom = Math.max(0, options.outbox.newest);
    this.#liveTo = this.#liveFrom - 1;
  }

  start(): void {
    this.live();
    const { messagesPerSecond } = this.#o.limits;
    if (!this.#replayDone()) {
      this.#timer = this.#o.clock.every(Math.ceil(1000 / (messagesPerSecond * REPLAY_SHARE)), () =>
        this.#replay(),
      );
    }
  }

  stop(): void {
    this.#timer?.stop();
  }

  /** Sends what was measured since the last call, unless the network is full; then the next call does. */
  live(): void {
    if (this.#o.connection.backlog > FULL_BYTES) return;
    const ticks = this.#o.outbox.after(this.#liveTo, Number.POSITIVE_INFINITY, this.#most);
    if (ticks.length === 0) return;
    this.#liveTo = ticks[ticks.length - 1]!.seq;
    this.#send(ticks);
  }

  #replay(): void {
    const { connection, outbox } = this.#o;
    if (this.#replayDone()) {
      this.stop();
      return;
    }
    if (connection.backlog > FULL_BYTES || outbox.countUpTo(this.#replayedTo) >= REPLAY_WINDOW) return;
    const ticks = outbox.after(this.#replayedTo, this.#liveFrom, this.#most);
    this.#replayedTo = ticks[ticks.length - 1]!.seq;
    this.#send(ticks);
  }

  #replayDone(): boolean {
    return this.#o.outbox.after(this.#replayedTo, this.#liveFrom, 1).length === 0;
  }

  /** Series that the box does not know yet come first. A tick from before they existed has them absent. */
  #send(ticks: readonly Tick[]): void {
    const { connection, catalog } = this.#o;
    const width = catalog.length;
    if (width > this.#agreed) {
      connection.send('dictionary', { from: this.#agreed, series: catalog.from(this.#agreed) });
      this.#agreed = width;
    }
    connection.sendFrame(this.#encoder.encode({ ticks: ticks.map((tick) => widened(tick, width)) }));
  }
}

function widened(tick: Tick, width: number): Tick {
  if (tick.values.length === width) return tick;
  return { ...tick, values: Array.from({ length: width }, (_, index) => tick.values[index]) };
}
