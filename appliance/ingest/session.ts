// One admitted machine on one connection: its dictionary, its ticks, its facts, its goodbye, and our acks.
import { limits } from '../protocol/limits.ts';
import { Malformed } from '../protocol/malformed.ts';
import type { Body, Hello, Message, MessageKind } from '../protocol/messages.ts';
import { SamplesDecoder } from '../protocol/samples.ts';
import type { Series } from '../protocol/series.ts';
import { SeriesRoom } from '../protocol/series-room.ts';
import type { Tick } from '../protocol/ticks.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { TokenBucket } from './bucket.ts';
import type { Connection, End, Handler } from './connection.ts';
import { type Dictionaries, keyOfPart, TooManySeries } from './dictionaries.ts';
import type { ClockPair } from './followed-clock.ts';
import type { Durable, Forwarder } from './forwarder.ts';
import type { Paces } from './paces.ts';
import type { RunClock, RunClocks } from './run-clock.ts';
import type { SecuritySeries } from './security-series.ts';
import { admittedSay } from './told.ts';

/** The store is asked again about a dictionary until it answers. */
const askAgainMs = 1_000;
const seriesRetryMs = 600_000;

/** What a session needs of the box; the same for all sessions. */
export type SessionSurroundings = {
  clock: Clock;
  log: Log;
  dictionaries: Dictionaries;
  forwarder: Pick<Forwarder, 'push' | 'full'>;
  runClocks: RunClocks;
  security: Pick<SecuritySeries, 'join'>;
  onHeard(machine: number): void;
  onGoodbye(machine: number, reason: Body<'goodbye'>['reason']): void;
  /** What it tells beside its ticks. */
  onTold(session: Session, message: Message): void;
  /** What its own clock shows, at its hello and in its pings and pongs. */
  onClock(machine: number, pair: ClockPair): void;
  paces: Pick<Paces, 'of'>;
  onClosed(session: Session): void;
};

export class Session implements Handler {
  readonly accepts = admittedSay;
  readonly admitted = true;
  readonly messages: TokenBucket;
  readonly frameBytes = limits.frameBytes;
  readonly machine: number;
  readonly run: string;
  /** Of the wire, as it speaks it. */
  readonly minorVersion: number;
  /** How far the dates that it tells are ahead: a clock that was set from the network is believed. */
  readonly datesAheadMs: number;
  readonly #connection: Connection;
  readonly #o: SessionSurroundings;
  readonly #decoder = new SamplesDecoder();
  readonly #runClock: RunClock;
  /** How far its own clock was ahead of the box's, when it said hello. */
  readonly #aheadMs: number;
  readonly #values: TokenBucket;
  #valuesTimer: Timer | null = null;
  readonly #closed = new AbortController();
  #dictionaryKey = '';
  readonly #room = new SeriesRoom();
  /** The store's place of each series of the dictionary. */
  #indices: readonly number[] = [];
  /** Highest store index + 1; `#straight` when every index is its own place. */
  #width = 0;
  #straight = true;
  #saidGoodbye = false;

  constructor(o: {
    connection: Connection;
    machine: number;
    hello: Hello;
    surroundings: SessionSurroundings;
  }) {
    this.machine = o.machine;
    this.run = o.hello.run;
    this.#connection = o.connection;
    this.#o = o.surroundings;
    const pace = o.surroundings.paces.of(o.machine);
    this.messages = pace.messages;
    this.#values = pace.values;
    this.#runClock = o.surroundings.runClocks.greeted(o.machine, o.hello.run, o.hello.runMs);
    this.#aheadMs = o.hello.wallMs - this.#runClock.pair().wallMs;
    this.minorVersion = o.hello.protocol[1];
    this.datesAheadMs = o.hello.synchronised ? 0 : this.#aheadMs;
    o.surroundings.onClock(o.machine, o.hello);
    if (o.surroundings.forwarder.full) o.connection.hold('full');
  }

  get open(): boolean {
    return this.#connection.open;
  }

  onHeard(): void {
    if (!this.#saidGoodbye) this.#o.onHeard(this.machine);
  }

  onClock(pair: ClockPair): void {
    this.#o.onClock(this.machine, pair);
  }

  onClosed(): void {
    this.#closed.abort();
    this.#valuesTimer?.stop();
    this.#o.onClosed(this);
  }

  onMessage(message: Message): void {
    if (message.kind === 'samples') this.#onSamples(message.body);
    else if (message.kind === 'dictionary') this.#onDictionary(message.body);
    else if (message.kind === 'clocks')
      this.#o.runClocks.paired(this.machine, message.body.run, message.body.pairs, this.#aheadMs);
    else if (message.kind === 'goodbye') {
      this.#saidGoodbye = true;
      this.#o.onGoodbye(this.machine, message.body.reason);
      this.#connection.close('left');
    } else this.#o.onTold(this, message);
  }

  say<K extends MessageKind>(kind: K, body: Body<K>): void {
    this.#connection.send(kind, body);
  }

  acknowledge({ run, seqs }: Durable): void {
    const clock = run === this.run ? { clock: this.#runClock.pair() } : {};
    for (let at = 0; at < seqs.length; at += limits.ackIntervals) {
      this.#connection.send('ack', { run, seqs: seqs.slice(at, at + limits.ackIntervals), ...clock });
    }
  }

  /** Of a moment of this run, by the box's time; nothing is of the future. */
  dateOf(runMs: number): number {
    return Math.min(this.#runClock.pair().wallMs, this.#runClock.wallAtZeroMs(runMs) + runMs);
  }

  close(end: End, error?: Parameters<Connection['close']>[1]): void {
    this.#connection.close(end, error);
  }

  get address(): string {
    return this.#connection.address;
  }

  /** Whether the machine answers on this connection. */
  isAlive(withinMs: number): Promise<boolean> {
    return this.#connection.isAlive(withinMs);
  }

  hold(reason: 'full' | 'judged' = 'full'): void {
    this.#connection.hold(reason);
  }

  release(reason: 'full' | 'judged' = 'full'): void {
    this.#connection.release(reason);
  }

  #onSamples(body: Uint8Array): void {
    if (this.#indices.length === 0)
      throw new Malformed('BROKEN_CHAIN', 'samples', 'a dictionary comes first');
    const { run, ticks } = this.#decoder.decode(body, this.#indices.length);
    this.#pay(ticks.length * this.#indices.length);
    const newestMs = ticks.reduce((most, { runMs }) => Math.max(most, runMs), 0);
    const ours = run === undefined || run === this.run;
    const clock = ours ? this.#runClock : this.#o.runClocks.earlier(this.machine, run, newestMs);
    if (ours) clock.observed(newestMs);
    else clock.notInFuture(newestMs);
    if (!this.#straight) for (const tick of ticks) tick.values = this.#place(tick);
    const last = ticks.at(-1)!;
    if (ours) this.#o.security.join(this.machine, last, clock.pair().runMs - last.runMs);
    // Before and behind a sleep the run's millisecond 0 lies at another time.
    for (const piece of clock.stretches(ticks)) {
      const wallAtZeroMs = clock.wallAtZeroMs(piece[0]!.runMs);
      this.#o.forwarder.push(
        {
          ...{ machine: this.machine, run: clock.run, wallAtZeroMs },
          ...{ trusted: clock.trusted(), anchorMs: clock.anchorMs() },
        },
        piece,
      );
    }
  }

  /** Paid behind the message, so that none is too large to be paid; the next one waits until it is. */
  #pay(values: number): void {
    const nowMs = this.#o.clock.monotonicMs();
    this.#values.drain(nowMs, values);
    const waitMs = this.#values.waitMs(nowMs);
    if (waitMs <= 0) return;
    this.#connection.hold('values');
    this.#valuesTimer = this.#o.clock.after(waitMs, () => this.#connection.release('values'));
  }

  #place(tick: Tick): (number | undefined)[] {
    const placed: (number | undefined)[] = new Array(this.#width).fill(undefined);
    for (let at = 0; at < this.#indices.length; at++) {
      const place = this.#indices[at]!;
      if (place >= 0) placed[place] = tick.values[at];
    }
    return placed;
  }

  #onDictionary({ from, series }: Body<'dictionary'>): void {
    const length = this.#indices.length;
    if (from !== length) {
      throw new Malformed('OUT_OF_RANGE', 'from', `the dictionary continues at ${length}, not at ${from}`);
    }
    for (const one of series) {
      if (!this.#room.has(one)) {
        this.#refuseSeries(`a machine has at most ${limits.seriesPerMachine} series`);
        return;
      }
      this.#room.take(one);
    }
    const key = keyOfPart(this.#dictionaryKey, series);
    const known = this.#o.dictionaries.recall(this.machine, key);
    if (known !== null) this.#adopt(key, known);
    else {
      // What follows is coded against this dictionary: it waits until the store has answered.
      this.#connection.hold('asking');
      void this.#ask(key, series);
    }
  }

  async #ask(key: string, series: readonly Series[]): Promise<void> {
    while (this.open) {
      try {
        this.#adopt(key, await this.#o.dictionaries.ask(this.machine, key, series));
        this.#connection.release('asking');
        return;
      } catch (error) {
        if (this.#endsAsking(error)) return;
        this.#o.log.debug('the store did not take a dictionary', {
          machine: this.machine,
          reason: messageOf(error),
        });
      }
      try {
        await this.#o.clock.sleep(askAgainMs, this.#closed.signal);
      } catch {
        // The connection ended while we waited.
        return;
      }
    }
  }

  #endsAsking(error: unknown): boolean {
    if (error instanceof TooManySeries) this.#refuseSeries(error.message);
    else if (error instanceof Malformed) {
      this.close('malformed', { code: 'MALFORMED', message: error.message, path: error.path });
    } else if (error instanceof Failure && ['TOO_MANY', 'TOO_LARGE', 'BAD_REQUEST'].includes(error.code)) {
      this.#refuseSeries(error.message);
    } else if (error instanceof Failure && error.code === 'NOT_FOUND') {
      this.close('removed', {
        code: 'REMOVED',
        message: 'this machine is not known any more',
        retryMs: askAgainMs,
      });
    } else return false;
    return true;
  }

  #adopt(key: string, more: readonly number[]): void {
    const indices = [...this.#indices, ...more];
    // The store has no place for a series beyond the limits: its values are dropped, the others count.
    const placed = indices.filter((index) => index >= 0);
    if (new Set(placed).size < placed.length) {
      throw new Malformed('OUT_OF_RANGE', 'series', 'a series stands in the dictionary twice');
    }
    this.#dictionaryKey = key;
    this.#indices = indices;
    this.#width = placed.reduce((most, index) => Math.max(most, index + 1), 0);
    this.#straight = indices.every((index, at) => index === at);
    if (placed.length < indices.length) {
      this.#o.log.warn('series beyond the limits are dropped', {
        machine: this.machine,
        dropped: indices.length - placed.length,
      });
    }
  }

  #refuseSeries(message: string): void {
    this.close('refused', {
      code: 'TOO_MANY_SERIES',
      message: message.slice(0, limits.textLength),
      retryMs: seriesRetryMs,
    });
  }
}
