/**
 * Puts ticks on a connection: what is measured now goes out at once, what waited while the box was away is replayed
 * beside it, oldest first, several ticks a message, no faster than the box allows and acknowledges.
 */
import { limits as wireLimits } from '../appliance/protocol/limits.ts';
import { SamplesEncoder } from '../appliance/protocol/samples.ts';
import type { Tick } from '../appliance/protocol/ticks.ts';
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Catalog } from './catalog.ts';
import type { Connection } from './connection.ts';
import type { ClockPair } from './outbox/clocks.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Portion, Replay } from './outbox/replay.ts';
import { WireDictionary } from './wire-dictionary.ts';

const MOST_TICKS = 32;
/** Half of what the box allows a machine: the other half is for the present. */
const REPLAY_SHARE = 0.5;
/** Replayed ticks that may be on their way without an ack. The box acknowledges when they are on its disk: every 30 s. */
const REPLAY_WINDOW = 4_096;
const FULL_BYTES = 256 * 1024;

export type SenderOptions = {
  connection: Connection;
  catalog: Pick<Catalog, 'length' | 'from'>;
  outbox: Outbox;
  /** What this machine's clock showed in this run. */
  clocks: () => readonly ClockPair[];
  clock: Clock;
  log: Log;
  limits: { messagesPerSecond: number; ticksPerMessage: number };
};

export class Sender {
  readonly #o: SenderOptions;
  readonly #encoder = new SamplesEncoder();
  readonly #dictionary: WireDictionary;
  readonly #most: number;
  readonly #everyMs: number;
  /** Ticks from this one on are live; those before it are replayed. */
  readonly #liveFrom: number;
  #liveTo: number;
  #replayedTo = -1;
  /** What lies on disk, until all of it has been sent. */
  #shelf: Replay | undefined;
  #reading = false;
  #toldClocks = '';
  #timer: Timer | undefined;

  constructor(options: SenderOptions) {
    this.#o = options;
    const { connection, outbox, limits } = options;
    this.#dictionary = new WireDictionary((from, series) => connection.send('dictionary', { from, series }));
    this.#most = Math.max(1, Math.min(MOST_TICKS, limits.ticksPerMessage));
    this.#everyMs = Math.ceil(1000 / (limits.messagesPerSecond * REPLAY_SHARE));
    // The newest tick is live: whoever looks at the page wants to see how it is, then how it was.
    this.#liveFrom = Math.max(0, outbox.newest);
    this.#liveTo = this.#liveFrom - 1;
    if (outbox.size.disk.segments > 0) this.#shelf = outbox.replay();
  }

  start(): void {
    const { outbox, clocks } = this.#o;
    // Without a sleep the box's own hello says all; ticks from before one have another date.
    if (clocks().some(({ sleptMs }) => sleptMs > 0)) this.#tellClocks(outbox.run, clocks());
    this.live();
    if (!this.#replayDone()) this.#timer = this.#o.clock.every(this.#everyMs, () => this.#replay());
  }

  stop(): void {
    this.#timer?.stop();
  }

  /** Sends what was measured since the last call, unless the network is full; then the next call does. */
  live(): void {
    const { connection, outbox, catalog } = this.#o;
    if (connection.backlog > FULL_BYTES) return;
    const ticks = outbox.after(this.#liveTo, Number.POSITIVE_INFINITY, this.#most);
    if (ticks.length === 0) return;
    // The box took nothing for so long that RAM is full, and what was not sent lies on disk: begin anew.
    if (ticks[0]!.seq > this.#liveTo + 1 && outbox.holds(this.#liveTo + 1)) {
      connection.close('the box takes too little');
      return;
    }
    this.#liveTo = ticks[ticks.length - 1]!.seq;
    this.#sendOwn(ticks, catalog.length);
  }

  #replay(): void {
    const { connection, outbox, catalog } = this.#o;
    if (this.#replayDone()) {
      this.stop();
      return;
    }
    if (this.#reading || connection.backlog > FULL_BYTES) return;
    if (this.#shelf !== undefined) {
      if (this.#shelf.outstanding < REPLAY_WINDOW) void this.#replayShelf(this.#shelf);
      return;
    }
    if (outbox.countUpTo(this.#replayedTo) >= REPLAY_WINDOW) return;
    const ticks = outbox.after(this.#replayedTo, this.#liveFrom, this.#mostOf(catalog.length));
    this.#replayedTo = ticks[ticks.length - 1]!.seq;
    this.#sendOwn(ticks, catalog.length);
  }

  async #replayShelf(shelf: Replay): Promise<void> {
    this.#reading = true;
    try {
      const portion = await shelf.next((series) => this.#mostOf(series));
      if (portion === undefined) this.#shelf = undefined;
      else this.#sendPortion(portion);
    } catch (error) {
      this.#o.log.error('the outbox cannot be replayed', { error: messageOf(error) });
      this.#shelf = undefined;
    } finally {
      this.#reading = false;
    }
  }

  #sendPortion({ run, series, clocks, ticks }: Portion): void {
    const { outbox } = this.#o;
    // What is live on this connection was sent, or is about to be.
    if (run === outbox.run) {
      const before = ticks.filter(({ seq }) => seq < this.#liveFrom);
      if (before.length > 0) this.#sendOwn(before, series.length);
      return;
    }
    this.#tellClocks(run, clocks);
    const places = this.#dictionary.places(series);
    this.#send(ticks, places, run);
  }

  #replayDone(): boolean {
    return (
      this.#shelf === undefined && this.#o.outbox.after(this.#replayedTo, this.#liveFrom, 1).length === 0
    );
  }

  /** What a message may weigh, so that as much again is left for the present. */
  #mostOf(series: number): number {
    const values = wireLimits.valuesPerSecond * REPLAY_SHARE * (this.#everyMs / 1000);
    return Math.max(1, Math.min(this.#most, Math.floor(values / Math.max(1, series))));
  }

  /** Series that the box does not know yet come first. A tick from before they existed has them absent. */
  #sendOwn(ticks: readonly Tick[], series: number): void {
    const known = this.#dictionary.own;
    if (series > known.length) this.#dictionary.addOwn(this.#o.catalog.from(known.length));
    this.#send(ticks, this.#dictionary.own, undefined);
  }

  #send(ticks: readonly Tick[], places: readonly number[], run: string | undefined): void {
    const placed = ticks.map((tick) => this.#dictionary.place(tick, places));
    this.#o.connection.sendFrame(
      this.#encoder.encode(run === undefined ? { ticks: placed } : { run, ticks: placed }),
    );
  }

  #tellClocks(run: string, pairs: readonly ClockPair[]): void {
    const last = pairs[pairs.length - 1];
    const news = `${run} ${pairs.length} ${last?.runMs}`;
    if (last === undefined || news === this.#toldClocks) return;
    this.#toldClocks = news;
    this.#o.connection.send('clocks', { run, pairs: [...pairs] });
  }
}
