/** Deliveries: on disk until they are delivered, tried again with growing pauses; what is delivered is written down before the next is tried. */
import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../../runtime/clock.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Note } from '../../store/client/client.ts';
import type { ChannelStatus, ChannelTest, Delivery } from '../client/channels.ts';
import type { WatchText } from '../client/types.ts';
import type { Moment } from '../incidents/holds.ts';
import { kindNamed } from '../notifiers/index.ts';
import { type Letter, Undelivered } from '../notifiers/notifier.ts';
import { alone, type Reach } from '../notifiers/reach.ts';
import type { Channels, Definition } from './channels.ts';
import { Health } from './health.ts';
import { Intake } from './intake.ts';
import { type Pace, usualPace } from './pace.ts';
import { handed } from './routing.ts';
import { Shelf, type ShelfStore } from './shelf.ts';
import { journal, letterOf, testLetter } from './words.ts';

export type OutboxOptions = {
  store: ShelfStore;
  channels: Channels;
  clock: Clock;
  log: Log;
  now(): Moment;
  reach?: Reach;
  pace?: Partial<Pace>;
};

const lookEveryMs = 5_000;
const graceMs = 5_000;
const expiryMs = 24 * 3_600_000;
const leastTries = 5;
/** What is refused for itself so often lets others past between its tries; who does not answer is asked in order. */
const triesInOrder = 3;

export class Outbox {
  readonly #o: OutboxOptions;
  readonly shelf: Shelf;
  readonly #health: Health;
  readonly #intake: Intake;
  readonly #sending = new Map<string, Promise<void>>();
  readonly #inHand = new Set<string>();
  readonly #closing = new AbortController();
  #timer: Timer | null = null;
  #isStopped = false;
  #turn: Promise<void> | null = null;
  #again = false;

  constructor(o: OutboxOptions) {
    this.#o = o;
    this.#health = new Health(o.clock, this.#pace);
    this.shelf = new Shelf({ ...o, closing: this.#closing.signal });
    this.#intake = new Intake({
      ...{ ...o, shelf: this.shelf, health: this.#health },
      gatherMs: () => this.#pace.gatherMs,
      isInHand: (id) => this.#inHand.has(id),
    });
  }

  get #pace(): Pace {
    return { ...usualPace, ...this.#o.pace };
  }

  start(): void {
    this.#timer = this.#o.clock.every(lookEveryMs, () => this.wake());
    this.wake();
  }

  /** What is being said is said to its end, if that does not take long. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.stop();
    const timer = this.#o.clock.after(graceMs, () => this.#closing.abort());
    await this.settled();
    timer.stop();
    this.#closing.abort();
  }

  /** There is something to take, or to try. */
  wake(): void {
    this.#again = true;
    if (this.#isStopped) return;
    this.#turn ??= this.#run().finally(() => {
      this.#turn = null;
    });
  }

  /** Resolves when there is nothing under way. */
  async settled(): Promise<void> {
    while (this.#turn !== null || this.#sending.size > 0)
      await Promise.all([this.#turn, ...this.#sending.values()]);
  }

  status(channel: string): ChannelStatus {
    return { ...this.#health.status(channel), waiting: this.shelf.of(channel).length };
  }

  /** The store may be another one now. */
  reload(): void {
    this.shelf.forget();
    this.wake();
  }

  /** A person put something right: nothing waits for its pause to end. */
  channelChanged(channel: string): void {
    this.#health.tryNow(channel);
    this.wake();
  }

  async test(channel: Definition): Promise<ChannelTest> {
    const { clock, channels, reach = alone } = this.#o;
    const { timeoutMs } = this.#pace;
    const id = `test.${randomBytes(8).toString('hex')}`;
    const letter = testLetter(channel, { nowMs: this.#o.now().wallMs, id, page: await reach.page() });
    const signal = this.#closing.signal;
    try {
      const { words } = await channels.sender(channel)({ letter, left: null, reach, timeoutMs, signal });
      this.#health.tryNow(channel.id);
      this.wake();
      return { delivered: true, words, texts: null, fingerprint: null };
    } catch (error) {
      this.#o.log.debug('a test was refused', { channel: channel.id, atMs: clock.monotonicMs() });
      const { texts = null } = error as { texts?: WatchText | null };
      const fingerprint = error instanceof Undelivered ? error.fingerprint : null;
      return { delivered: false, words: messageOf(error), texts, fingerprint };
    }
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#isStopped) {
      this.#again = false;
      try {
        await this.#intake.load();
        while (await this.#intake.take());
        await this.#settleOld();
      } catch (error) {
        this.shelf.forget();
        this.#o.log.warn('deliveries wait for the store', { error: messageOf(error) });
        return;
      }
      for (const channel of this.#o.channels.list()) this.#begin(channel);
    }
  }

  /** What nobody can be told any more, and what another channel has to tell. */
  async #settleOld(): Promise<void> {
    const { channels, now } = this.#o;
    const { wallMs, trusted } = now();
    for (const delivery of this.shelf.all()) {
      if (this.#inHand.has(delivery.id)) continue;
      const channel = channels.get(delivery.channel);
      const ageMs = wallMs - (delivery.dueMs ?? delivery.madeMs);
      const wasTried = delivery.tries >= leastTries || channel?.enabled === false;
      if (channel === undefined) await this.#finish(delivery, 'failed', 'the channel was removed');
      else if (trusted && wasTried && ageMs > expiryMs)
        await this.#finish(delivery, 'expired', delivery.words);
      else if (this.#health.isFailing(channel.id)) await this.shelf.put(this.#handOver(delivery));
    }
  }

  #begin(channel: Definition): void {
    if (this.#isStopped || !channel.enabled || this.#sending.has(channel.id)) return;
    if (!this.#health.mayTry(channel.id)) return;
    const { wallMs } = this.#o.now();
    const delivery = this.shelf
      .of(channel.id)
      .find((one) => isDue(one, wallMs) && this.#health.mayTry(one.id));
    if (delivery === undefined) return;
    const sending = this.#try(delivery, channel).finally(() => {
      this.#sending.delete(channel.id);
      this.wake();
    });
    this.#sending.set(channel.id, sending);
    this.#inHand.add(delivery.id);
  }

  async #try(delivery: Delivery, channel: Definition): Promise<void> {
    const { channels, now, reach = alone } = this.#o;
    const { timeoutMs, lateFromMs } = this.#pace;
    const nameOf = (id: string) => channels.get(id)?.name ?? id;
    const overMs = (incident: number) => this.#overMs(channel.id, incident);
    const signal = this.#closing.signal;
    try {
      const page = await reach.page();
      const letter = written(delivery, channel, { nowMs: now().wallMs, lateFromMs, page, nameOf, overMs });
      const { words, left } = await channels.sender(channel)({
        letter,
        left: delivery.left,
        reach,
        timeoutMs,
        signal,
      });
      const wasFailing = this.#health.worked(channel.id, words, now().wallMs);
      // Those that were passed while it was away have their turn again.
      if (wasFailing) for (const { id } of this.shelf.of(channel.id)) this.#health.tryNow(id);
      this.#health.rest(channel.id, kindNamed(channel.kind)?.apartMs ?? 0);
      const notes = wasFailing ? [noteOf('channel.working', channel, journal.working(channel.name))] : [];
      if (left.length === 0) await this.#finish(delivery, 'sent', words, notes);
      else {
        this.#health.pause(delivery.id, delivery.tries);
        await this.shelf.put([{ ...delivery, tries: delivery.tries + 1, words, left: [...left] }], notes);
      }
    } catch (error) {
      if (!signal.aborted) await this.#failed(delivery, channel, error);
    } finally {
      this.#inHand.delete(delivery.id);
    }
  }

  /** When it was over, if the channel has still to be told that it is. */
  #overMs(channel: string, incident: number): number | null {
    const items = this.shelf.of(channel).flatMap((one) => one.items);
    return items.find((one) => one.incident === incident && one.kind === 'recovered')?.atMs ?? null;
  }

  async #failed(delivery: Delivery, channel: Definition, error: unknown): Promise<void> {
    const words = messageOf(error);
    const tried = { ...delivery, tries: delivery.tries + 1, words };
    if (error instanceof Undelivered && error.isFinal) {
      const more = this.#handOver(tried).filter(({ id }) => id !== delivery.id);
      await this.#finish({ ...tried, handedTo: more[0]?.channel ?? null }, 'failed', words, [], more);
      return;
    }
    const isNew = this.#health.failed(channel.id, words, this.#o.now().wallMs);
    const notes = isNew ? [noteOf('channel.failing', channel, journal.failing(channel.name, words))] : [];
    const isOfMessage = error instanceof Undelivered && error.isOfMessage;
    if (isOfMessage && tried.tries >= triesInOrder)
      this.#health.setAside(delivery.id, channel.id, tried.tries);
    const handed = this.#health.isFailing(channel.id) ? this.#handOver(tried) : [];
    await this.shelf.put(handed.length > 0 ? handed : [tried], notes);
  }

  /** Another channel tells it too, unless one that works was given it anyway. What waits for a digest can wait. */
  #handOver(delivery: Delivery): Delivery[] {
    const { id, channel, also, instead, handedTo, items, dueMs } = delivery;
    const works = (other: string) => !this.#health.isFailing(other) && this.#hasWords(other);
    const isMinor = items.every(({ severity }) => severity === 'low');
    const isGathering = dueMs !== null && dueMs > this.#o.now().wallMs;
    if (handedTo !== null || isMinor || isGathering || also.some(works)) return [];
    const isTaken = (other: string) => other === channel || instead.includes(other) || also.includes(other);
    const other = this.#o.channels.list().find((one) => one.enabled && !isTaken(one.id) && works(one.id));
    if (other === undefined) return [];
    this.#o.log.info('another channel is used', { delivery: id, channel, other: other.id });
    return [{ ...delivery, handedTo: other.id }, handed(delivery, other.id, this.#o.now().wallMs)];
  }

  /** A light says nothing of what a mail would have said. */
  #hasWords(channel: string): boolean {
    const kind = this.#o.channels.get(channel)?.kind;
    return kind !== undefined && kindNamed(kind)?.isWordless === false;
  }

  async #finish(
    delivery: Delivery,
    state: Delivery['state'],
    words: string,
    notes: Note[] = [],
    more: readonly Delivery[] = [],
  ): Promise<void> {
    const done: Delivery = { ...delivery, state, words, tries: delivery.tries + (state === 'sent' ? 1 : 0) };
    done.doneMs = this.#o.now().wallMs;
    const channel = this.#o.channels.get(delivery.channel);
    const text = delivery.items[0]?.text;
    if (state !== 'sent' && text !== undefined) {
      const name = channel?.name ?? delivery.channel;
      notes.push(noteOf('delivery.failed', { id: delivery.channel }, journal.undelivered(name, text, words)));
    }
    this.#health.tryNow(delivery.id);
    await this.shelf.finish(done, notes, more);
  }
}

/** What cannot be put into words, another try would not tell either. */
function written(...given: Parameters<typeof letterOf>): Letter {
  try {
    return letterOf(...given);
  } catch (error) {
    throw new Undelivered(messageOf(error), { isFinal: true, cause: error });
  }
}

const dayMs = 86_400_000;

/** A clock that was set back keeps nothing for longer than a day. */
function isDue({ dueMs }: Delivery, nowMs: number): boolean {
  return dueMs === null || nowMs >= dueMs || dueMs - nowMs > dayMs;
}

function noteOf(kind: string, { id }: Pick<Definition, 'id'>, text: Note['text']): Note {
  return { kind, who: 'watch', role: 'system', from: 'box', text, details: { channel: id } };
}
