/** Keeps the machine connected to its box: find, connect, compare the key, converse, wait a little, again. */
import type { Clock } from '../appliance/runtime/clock.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import { Backoff } from './backoff.ts';
import { type Connection, openConnection } from './connection.ts';
import type { Found } from './find/index.ts';
import type { Identity } from './identity.ts';
import { DrawPace } from './pairing.ts';
import type { Pin, Pins } from './pins.ts';
import { type End, type Phase, Session, type Speaker } from './session.ts';

export type LinkOptions = {
  identity: Identity;
  pins: Pins;
  speaker: Speaker;
  find(signal: AbortSignal): AsyncIterable<Found>;
  clock: Clock;
  log: Log;
  random?: () => number;
};

export type LinkStatus = {
  state: 'searching' | 'connecting' | Phase | 'between';
  box: { name: string; version: string; hash: string; address: string } | null;
  rung: string | null;
  machine: number | null;
  trusted: boolean;
  digits: string | null;
  lastEnd: string | null;
};

export class Link implements Part {
  readonly name = 'link';
  readonly #o: LinkOptions;
  readonly #log: Log;
  readonly #backoff: Backoff;
  readonly #pace: DrawPace;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  #session: Session | undefined;
  #state: LinkStatus['state'] = 'searching';
  #rung: string | null = null;
  #lastEnd: string | null = null;
  #lastGood: Found | undefined;
  #reported = '';

  constructor(options: LinkOptions) {
    this.#o = options;
    this.#log = limited(options.log, 60_000, options.clock);
    this.#backoff = new Backoff(options.random);
    this.#pace = new DrawPace(options.clock);
  }

  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  /** Says goodbye, so that the box does not take the silence for a failure. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#session?.goodbye('stop');
    await this.#loop;
  }

  status(): LinkStatus {
    const session = this.#session;
    return {
      state: session?.phase ?? this.#state,
      box: session?.box ?? null,
      rung: this.#rung,
      machine: session?.machine ?? null,
      trusted: session?.trusted ?? false,
      digits: session?.digits ?? null,
      lastEnd: this.#lastEnd,
    };
  }

  /** Calls whenever `status` may have changed. */
  onChange(listener: () => void): { stop(): void } {
    this.#listeners.add(listener);
    return { stop: () => void this.#listeners.delete(listener) };
  }

  tick(): void {
    this.#session?.tick();
  }

  async answer(digits: string, same: boolean): Promise<void> {
    if (this.#session === undefined)
      throw new Failure('CONFLICT', 'there is no box to answer: none is connected');
    await this.#session.answer(digits, same);
  }

  /** Whom the machine trusts has changed: what is connected now was connected under another rule. */
  reconsider(): void {
    this.#lastGood = undefined;
    this.#session?.leave('the trusted box was changed');
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const end = await this.#attempt(signal).catch((error: unknown): End | undefined => {
        this.#log.error('the link failed', { error: messageOf(error) });
        return undefined;
      });
      if (signal.aborted) return;
      if (end?.admitted) this.#backoff.reset();
      const waitMs = this.#backoff.next(end?.retryMs);
      this.#enter('between');
      await this.#o.clock.sleep(waitMs, signal).catch(() => undefined); // stopped: the loop looks at the signal
    }
  }

  /** Goes down the ladder until somebody lets us converse. Undefined: there was nobody. */
  async #attempt(signal: AbortSignal): Promise<End | undefined> {
    this.#enter('searching');
    for await (const found of this.#candidates(signal)) {
      const pin = await this.#o.pins.current();
      if (pin !== undefined && found.announcedHash !== undefined && found.announcedHash !== pin.hash)
        continue;
      this.#enter('connecting');
      const connection = await this.#connect(found, signal);
      if (connection === undefined) continue;
      if (signal.aborted) {
        connection.close('stopped');
        return undefined;
      }
      if (!this.#accept(connection, pin)) continue;
      return this.#converse(connection, found, pin);
    }
    return undefined;
  }

  /** Where the box was last time comes first: after a restart of the box nothing has to be asked of the network. */
  async *#candidates(signal: AbortSignal): AsyncGenerator<Found> {
    const before = this.#lastGood;
    if (before !== undefined) yield before;
    for await (const found of this.#o.find(signal)) {
      if (found.host !== before?.host || found.port !== before.port) yield found;
    }
  }

  async #connect(found: Found, signal: AbortSignal): Promise<Connection | undefined> {
    const { identity, clock } = this.#o;
    try {
      return await openConnection(found, { identity, clock, signal });
    } catch (error) {
      this.#lastEnd = messageOf(error);
      if (!signal.aborted) this.#log.info('no connection', { rung: found.rung, error: this.#lastEnd });
      return undefined;
    }
  }

  /** Before the first byte: a box with another key than the trusted one gets nothing, not even a name. */
  #accept(connection: Connection, pin: Pin | undefined): boolean {
    if (pin === undefined || pin.hash === connection.peerHash) return true;
    const { address, peerHash } = connection;
    this.#lastEnd = `${address} has another key than the trusted box`;
    this.#log.warn('a box with another key than the trusted one answered: nothing was sent', {
      address,
      key: peerHash,
      trusted: pin.hash,
    });
    connection.close('not the trusted box');
    return false;
  }

  async #converse(connection: Connection, found: Found, pin: Pin | undefined): Promise<End> {
    const { speaker, clock, log, pins } = this.#o;
    this.#rung = found.rung;
    const news = `${found.rung} ${connection.address}`;
    const session = new Session({
      connection,
      speaker,
      trusted: pin !== undefined,
      ...(news === this.#reported ? {} : { foundBy: found.rung }),
      pace: this.#pace,
      trust: (box) => pins.save(connection.peerHash, box),
      changed: () => this.#changed(),
      clock,
      log,
    });
    this.#session = session;
    log.info('connected', { rung: found.rung, address: connection.address, key: connection.peerHash });
    this.#changed();
    const end = await session.ended;
    this.#session = undefined;
    this.#lastEnd = end.reason;
    if (session.trusted) this.#lastGood = found;
    if (end.admitted && session.trusted) this.#reported = news;
    log.info('connection ended', { reason: end.reason });
    return end;
  }

  #enter(state: LinkStatus['state']): void {
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
