/**
 * One connection behind the door: cuts frames, refuses types that its present side may not send before their body is read,
 * paces messages, answers pings, and stops reading while somebody holds it.
 */
import type { TLSSocket } from 'node:tls';
import { type Frame, FrameReader } from '../protocol/frame.ts';
import { limits } from '../protocol/limits.ts';
import { Malformed } from '../protocol/malformed.ts';
import {
  type Body,
  type ErrorCode,
  encodeMessage,
  isReservedType,
  type Message,
  type MessageKind,
  messageTypes,
  parseMessage,
} from '../protocol/messages.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { TokenBucket } from './bucket.ts';
import type { ClockPair } from './followed-clock.ts';

/** What a connection is for at the moment: it is first greeted, then waits or is a session. */
export type Handler = {
  /** Message types that may be said now. */
  readonly accepts: ReadonlySet<number>;
  /** Longest frame that may be said now. */
  readonly frameBytes: number;
  /** The allowance of the machine, which outlives its connections; without one this connection has its own. */
  readonly messages?: TokenBucket;
  /** It was admitted: what it says out of turn is a mistake of its own, not a lack of admission. */
  readonly admitted?: boolean;
  onMessage(message: Message): void;
  /** What its own clock shows, as pings and pongs tell. */
  onClock?(pair: ClockPair): void;
  /** Something came, or we are ourselves the reason that nothing can come. */
  onHeard(): void;
  onClosed(): void;
};

/** `judged`: it is not clear yet whether another machine uses the same key. */
export type Hold = 'full' | 'asking' | 'pace' | 'values' | 'judged';
/** Why a connection ended, as counted; `left` is the only one that is nobody's fault. */
export type End =
  | 'left'
  | 'hello'
  | 'idle'
  | 'slow'
  | 'malformed'
  | 'unadmitted'
  | 'refused'
  | 'replaced'
  | 'removed'
  | 'busy'
  | 'stopped'
  | 'failed';

/** A message beyond the rate waits, and everything behind it. */
const burstMessages = 40; // Before admission; then ./paces.ts.
/** An agent that does not read what we say. */
const longestBacklogBytes = 256 * 1024;
/** With what else is said every half minute, and looked at every five seconds (door.ts): one ping a half minute. */
const pingAfterMs = 14_500;
const farewellMs = 500;

export class Connection {
  readonly keyHash: string;
  readonly address: string;
  readonly #socket: TLSSocket;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #onEnd: (end: End) => void;
  readonly #reader = new FrameReader();
  readonly #bucket: TokenBucket;
  readonly #holds = new Set<Hold>();
  #handler: Handler;
  #queue: Frame[] = [];
  #draining = false;
  #end: End | null = null;
  #paceTimer: Timer | null = null;
  #farewell: Timer | null = null;
  #heardMs: number;
  #saidMs: number;
  #pings = 0;
  /** Who wants to know whether the other side answers this ping. */
  readonly #asked = new Map<number, (alive: boolean) => void>();

  constructor(o: {
    socket: TLSSocket;
    keyHash: string;
    address: string;
    clock: Clock;
    log: Log;
    handler: (connection: Connection) => Handler;
    onEnd: (end: End) => void;
  }) {
    this.keyHash = o.keyHash;
    this.address = o.address;
    this.#socket = o.socket;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#onEnd = o.onEnd;
    const nowMs = o.clock.monotonicMs();
    this.#heardMs = nowMs;
    this.#saidMs = nowMs;
    this.#bucket = new TokenBucket({ perSecond: limits.messagesPerSecond, burst: burstMessages, nowMs });
    this.#handler = o.handler(this);
    o.socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    o.socket.on('close', () => this.#onClose());
  }

  get open(): boolean {
    return this.#end === null;
  }

  hand(handler: Handler): void {
    this.#handler = handler;
  }

  send<K extends MessageKind>(kind: K, body: Body<K>): void {
    if (this.#end !== null) return;
    this.#saidMs = this.#clock.monotonicMs();
    this.#socket.write(encodeMessage(kind, body));
    if (this.#socket.writableLength > longestBacklogBytes) this.close('slow');
  }

  /** Says why, if there is something to say, and ends. What still comes in is not looked at. */
  close(end: End, error?: { code: ErrorCode; message: string; path?: string; retryMs?: number }): void {
    if (this.#end !== null) return;
    if (error) this.send('error', error);
    if (this.#end !== null) return;
    this.#end = end;
    this.#queue = [];
    this.#paceTimer?.stop();
    this.#socket.end();
    this.#socket.resume();
    this.#farewell = this.#clock.after(farewellMs, () => this.#socket.destroy());
    this.#nobodyAnswers();
    this.#onEnd(end);
    this.#handler.onClosed();
  }

  /** Nothing more is read until every hold is released: the agent feels it as backpressure. */
  hold(reason: Hold): void {
    if (this.#end !== null) return;
    this.#holds.add(reason);
    this.#socket.pause();
  }

  release(reason: Hold): void {
    this.#holds.delete(reason);
    if (this.#holds.size > 0 || this.#end !== null) return;
    this.#drain();
    if (this.#holds.size === 0 && this.#end === null) this.#socket.resume();
  }

  /** Whether the other side answers a ping in time. */
  isAlive(withinMs: number): Promise<boolean> {
    if (this.#end !== null) return Promise.resolve(false);
    const id = this.#pings++;
    return new Promise((resolve) => {
      const timer = this.#clock.after(withinMs, () => this.#asked.get(id)?.(false));
      this.#asked.set(id, (alive) => {
        timer.stop();
        this.#asked.delete(id);
        resolve(alive);
      });
      this.send('ping', { id });
    });
  }

  /** Every few seconds: the link must not fall silent on our side, nor stay open when it has on the other. */
  tend(nowMs: number): void {
    if (this.#end !== null) return;
    if (this.#holds.size > 0) {
      this.#heardMs = nowMs;
      this.#handler.onHeard();
    } else if (nowMs - this.#heardMs >= limits.idleMs) {
      this.close('idle');
      return;
    }
    if (nowMs - this.#saidMs >= pingAfterMs) this.send('ping', { id: this.#pings++ });
  }

  #onData(chunk: Buffer): void {
    if (this.#end !== null) return;
    try {
      for (const frame of this.#reader.push(chunk)) this.#queue.push(frame);
      if (this.#reader.pendingBytes > this.#handler.frameBytes + 5) throw tooLong(this.#handler.frameBytes);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#drain();
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    let at = 0;
    try {
      while (at < this.#queue.length && this.#holds.size === 0 && this.#end === null) {
        const nowMs = this.#clock.monotonicMs();
        const bucket = this.#handler.messages ?? this.#bucket;
        if (!bucket.take(nowMs)) {
          this.#pace(bucket.waitMs(nowMs));
          break;
        }
        this.#heardMs = nowMs;
        this.#take(this.#queue[at++]!);
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#draining = false;
    }
    if (this.#end !== null || at === this.#queue.length) this.#queue = [];
    else if (at > 0) this.#queue = this.#queue.slice(at);
  }

  #take(frame: Frame): void {
    const handler = this.#handler;
    if (!handler.accepts.has(frame.type) && !isReservedType(frame.type)) {
      const message = `a message of type ${frame.type} is not expected here`;
      if (handler.admitted === true) this.close('malformed', { code: 'MALFORMED', message });
      else this.close('unadmitted', { code: 'NOT_ADMITTED', message });
      return;
    }
    if (frame.body.length + 1 > handler.frameBytes) throw tooLong(handler.frameBytes);
    const message = parseMessage(frame);
    handler.onHeard();
    if (message === null) return;
    const pair = message.kind === 'ping' || message.kind === 'pong' ? message.body.clock : undefined;
    if (pair !== undefined) handler.onClock?.(pair);
    if (message.kind === 'pong') {
      this.#asked.get(message.body.id)?.(true);
      return;
    }
    if (message.kind === 'ping') this.send('pong', { id: message.body.id });
    else handler.onMessage(message);
  }

  #pace(waitMs: number): void {
    this.hold('pace');
    this.#paceTimer = this.#clock.after(waitMs, () => this.release('pace'));
  }

  #fail(error: unknown): void {
    if (error instanceof Malformed) {
      const path = error.path === '' ? {} : { path: error.path.slice(0, limits.textLength) };
      this.close('malformed', {
        code: 'MALFORMED',
        message: error.message.slice(0, limits.textLength),
        ...path,
      });
      return;
    }
    this.#log.error('a connection failed', { address: this.address, reason: messageOf(error) });
    this.close('failed', { code: 'BUSY', message: 'the box could not handle this message', retryMs: 60_000 });
  }

  #nobodyAnswers(): void {
    for (const answer of [...this.#asked.values()]) answer(false);
  }

  #onClose(): void {
    this.#farewell?.stop();
    if (this.#end !== null) return;
    this.#end = 'left';
    this.#queue = [];
    this.#paceTimer?.stop();
    this.#nobodyAnswers();
    this.#onEnd('left');
    this.#handler.onClosed();
  }
}

function tooLong(bytes: number): Malformed {
  return new Malformed('FRAME_TOO_LARGE', '', `at most ${bytes} bytes are taken here`);
}

/** Types that every connection may say. */
export const alwaysAccepted = [messageTypes.ping, messageTypes.pong, messageTypes.goodbye] as const;
