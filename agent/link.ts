/** Keeps the machine connected to its box: find, connect, compare the key, converse, wait a little, again. */
import type { Clock } from '../appliance/runtime/clock.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import { Backoff } from './backoff.ts';
import { type Connection, openConnection, silentBox } from './connection.ts';
import type { Found, Ladder } from './find/index.ts';
import type { Identity } from './identity.ts';
import { Knocking } from './knocking.ts';
import { LastPlace } from './last-place.ts';
import { DrawPace } from './pairing.ts';
import type { Pin, Pins } from './pins.ts';
import { type Farewell, Quiet } from './quiet.ts';
import { type End, type Phase, Session } from './session.ts';
import type { Speaker } from './speaker.ts';
import { type Talk, Talks } from './talks.ts';
import type { Token } from './token.ts';

export type LinkOptions = {
  identity: Identity;
  pins: Pins;
  speaker: Speaker;
  find: Ladder;
  clock: Clock;
  log: Log;
  token?: Pick<Token, 'read' | 'forget'>;
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
  /** Every box that this machine talks to: several only while it trusts none. */
  boxes: { name: string; hash: string; address: string; digits: string | null; chosen: boolean }[];
};

export class Link implements Part {
  readonly name = 'link';
  readonly #o: LinkOptions;
  readonly #log: Log;
  readonly #backoff: Backoff;
  readonly #pace: DrawPace;
  readonly #quiet: Quiet;
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #loop: Promise<void> = Promise.resolve();
  readonly #talks: Talks;
  readonly #place = new LastPlace();
  readonly #knocking: Knocking;
  #state: LinkStatus['state'] = 'searching';
  #lastEnd: string | null = null;
  #tokenDone = false;
  #reported = '';

  constructor(options: LinkOptions) {
    this.#o = options;
    this.#log = limited(options.log, 60_000, options.clock);
    this.#backoff = new Backoff(options.random);
    this.#pace = new DrawPace(options.clock);
    this.#quiet = new Quiet(options.clock);
    this.#talks = new Talks(options.random === undefined ? {} : { random: options.random });
    const { signal } = this.#stop;
    this.#knocking = new Knocking({
      talks: this.#talks,
      candidates: () => this.#place.before(options.find, signal),
      open: (found) => this.#open(found, undefined, signal),
      onChange: (listener) => this.onChange(listener),
      clock: options.clock,
    });
  }

  async start(): Promise<void> {
    this.#loop = this.#run();
  }

  /** Says goodbye, so that the box does not take the silence for a failure. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#talks.all().map(({ session }) => session.goodbye('stop')));
    await this.#loop;
  }

  /** Says goodbye before the machine sleeps or goes off, and stays away; for a while, as it may not happen. */
  async farewell(reason: Farewell): Promise<void> {
    this.#quiet.begin();
    await Promise.all(this.#talks.all().map(({ session }) => session.goodbye(reason)));
  }

  /** The machine has slept: what was connected is dead, and the box needs to know what time it is here. */
  woke(): void {
    this.#quiet.end();
    this.#backoff.hurry();
    for (const { session } of this.#talks.all()) session.leave('the machine has slept');
  }

  status(): LinkStatus {
    const first = this.#talks.first;
    const session = first?.session;
    return {
      state: session?.phase ?? this.#state,
      box: session?.box ?? null,
      rung: first?.found.rung ?? null,
      machine: session?.machine ?? null,
      trusted: session?.trusted ?? false,
      digits: session?.digits ?? null,
      lastEnd: this.#lastEnd,
      boxes: this.#talks.all().map(({ hash, session: { box, digits } }) => ({
        ...{ name: box.name, hash, address: box.address },
        ...{ digits: digits ?? null, chosen: this.#talks.chosen === hash },
      })),
    };
  }

  /** Calls whenever `status` may have changed. */
  onChange(listener: () => void): { stop(): void } {
    this.#listeners.add(listener);
    return { stop: () => void this.#listeners.delete(listener) };
  }

  tick(): void {
    for (const { session } of this.#talks.all()) session.tick();
  }

  async answer(digits: string, same: boolean): Promise<void> {
    const shown = this.#talks.all().filter(({ session }) => session.digits === digits);
    const talk = shown.find(({ hash }) => hash === this.#talks.chosen) ?? shown[0] ?? this.#talks.first;
    if (talk === undefined) throw new Failure('CONFLICT', 'there is no box to answer: none is connected');
    // Two boxes with the same digits are one chance in a million, or somebody who tried for it.
    if (same && shown.length > 1 && this.#talks.chosen === undefined)
      throw new Failure('CONFLICT', 'two boxes show these digits: choose the right one by its key first');
    await talk.session.answer(digits, same);
    if (same)
      for (const other of this.#talks.all())
        if (other !== talk) other.session.leave('another box is trusted');
  }

  /** Which box is meant, by the beginning of its key hash; all of them when it is empty. */
  choose(key: string): void {
    const meant = this.#talks.all().filter(({ hash }) => hash.startsWith(key.toLowerCase()));
    if (key !== '' && meant.length !== 1)
      throw new Failure('NOT_FOUND', `${meant.length} of the boxes that answer have a key that begins so`);
    this.#talks.choose(key === '' ? undefined : meant[0]?.hash);
    for (const { hash, session } of this.#talks.all()) if (!this.#talks.listensTo(hash)) session.hush();
    this.#changed();
  }

  /** Whom the machine trusts has changed: what is connected now was connected under another rule. */
  reconsider(): void {
    this.#place.forget();
    this.#talks.choose(undefined);
    this.#backoff.hurry();
    for (const { session } of this.#talks.all()) session.leave('the trusted box was changed');
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#quiet.kept) this.#enter('between');
      await this.#quiet.over(signal);
      const end = await this.#attempt(signal).catch((error: unknown): End | undefined => {
        this.#log.error('the link failed', { error: messageOf(error) });
        return undefined;
      });
      if (signal.aborted) return;
      if (end?.admitted) this.#backoff.reset();
      this.#enter('between');
      await this.#backoff.wait({ clock: this.#o.clock, signal, askedMs: end?.retryMs });
    }
  }

  /** Goes down the ladder to the trusted box, or to every box until one is trusted. Undefined: there was nobody. */
  async #attempt(signal: AbortSignal): Promise<End | undefined> {
    this.#enter('searching');
    if ((await this.#o.pins.current()) === undefined) return this.#knocking.run(signal);
    for await (const found of this.#place.before(this.#o.find, signal)) {
      const pin = await this.#o.pins.current();
      if (pin === undefined) return undefined;
      if (found.announcedHash !== undefined && found.announcedHash !== pin.hash) continue;
      const talk = await this.#open(found, pin, signal);
      if (talk !== undefined && talk !== 'known') return talk.ended;
      if (signal.aborted) return undefined;
    }
    return undefined;
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

  async #open(found: Found, pin: Pin | undefined, signal: AbortSignal): Promise<Talk | 'known' | undefined> {
    if (this.#talks.size === 0) this.#enter('connecting');
    const connection = await this.#connect(found, signal);
    if (connection === undefined) return undefined;
    if (signal.aborted || this.#talks.trusted !== undefined) {
      connection.close('stopped');
      return undefined;
    }
    if (!this.#accept(connection, pin)) return undefined;
    if (this.#talks.get(connection.peerHash) !== undefined) {
      connection.close('the same box by another address');
      return 'known';
    }
    this.#talks.makeRoom(found)?.session.leave('other boxes answer too');
    const token = pin === undefined ? undefined : await this.#o.token?.read();
    return this.#converse(connection, found, pin, token);
  }

  #converse(connection: Connection, found: Found, pin: Pin | undefined, token: string | undefined): Talk {
    const { speaker, clock, log, pins } = this.#o;
    const hash = connection.peerHash;
    const news = `${found.rung} ${connection.address}`;
    const session = new Session({
      connection,
      speaker,
      trusted: pin !== undefined,
      ...(news === this.#reported ? {} : { foundBy: found.rung }),
      ...(token === undefined ? {} : { token }),
      pace: this.#pace,
      listens: () => this.#talks.listensTo(hash),
      trust: (box) => pins.save(hash, box),
      changed: () => this.#changed(),
      clock,
      log,
    });
    const talk: Talk = {
      hash,
      session,
      found,
      ended: session.ended.then((end) => this.#ended(talk, end, news)),
    };
    this.#talks.add(talk);
    log.info('connected', { rung: found.rung, address: connection.address, key: hash });
    this.#changed();
    return talk;
  }

  #ended(talk: Talk, end: End, news: string): End {
    this.#talks.remove(talk);
    this.#lastEnd = end.reason;
    if (talk.session.trusted) this.#place.served(talk.found, { fellSilent: end.reason === silentBox });
    if (end.admitted && talk.session.trusted) this.#reported = news;
    this.#o.log.info('connection ended', { reason: end.reason });
    this.#changed();
    return end;
  }

  #enter(state: LinkStatus['state']): void {
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    // Whoever is admitted and trusts the box needs no token any more.
    if (
      this.#o.token !== undefined &&
      this.#talks.trusted?.session.machine !== undefined &&
      !this.#tokenDone
    ) {
      this.#tokenDone = true;
      void this.#o.token.forget();
    }
    for (const listener of this.#listeners) listener();
  }
}
