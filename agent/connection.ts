/** One TLS connection to a door: frames out, messages in, silence noticed. Says nothing of its own before `greet`. */
import type { X509Certificate } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { FrameReader } from '../appliance/protocol/frame.ts';
import { keyHashOfCertificate } from '../appliance/protocol/identity.ts';
import { limits } from '../appliance/protocol/limits.ts';
import { Malformed } from '../appliance/protocol/malformed.ts';
import {
  type Body,
  encodeMessage,
  type Message,
  type MessageKind,
  parseMessage,
} from '../appliance/protocol/messages.ts';
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import type { Identity } from './identity.ts';

const ALPN = 'netmonitor/1';
/** A ping goes out before the other side would wonder. */
const QUIET_MS = limits.speakMs - 2_000;
/**
 * A box that has moved says nothing, and whoever waits for the kernel waits for a quarter of an hour. So a box that
 * is silent for longer than any may be is asked, and one that does not answer is looked for anew.
 */
const ASK_MS = 20_500;
const ANSWER_MS = 3_500;
/** Why such a connection ended. */
export const silentBox = 'the box is silent';
const CLOSE_PATIENCE_MS = 2_000;
/** Whoever asks and does not read would make us keep our answers for ever. Far above what is sent unasked. */
const LONGEST_BACKLOG_BYTES = 2 * 1024 * 1024;

export type Handlers = {
  message(message: Message): void;
  /** Called once, also when we closed it ourselves. */
  closed(reason: string): void;
  /** The socket takes data again. */
  drain?(): void;
  /** A type that this version does not know, or that it does not follow. */
  passedOver?(type: number): void;
  /** What our own clock shows: goes along with pings and pongs. */
  clock?(): { runMs: number; wallMs: number; synchronised: boolean };
};

export class Connection {
  readonly peerHash: string;
  readonly address: string;
  readonly #socket: TLSSocket;
  readonly #clock: Clock;
  readonly #reader = new FrameReader();
  #look: Timer;
  #handlers: Handlers | undefined;
  #reason: string | undefined;
  #finishing: string | undefined;
  #heardMs: number;
  #spokeMs: number;
  #pings = 0;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(socket: TLSSocket, certificate: X509Certificate, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.peerHash = keyHashOfCertificate(certificate);
    this.address = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;
    this.#heardMs = clock.monotonicMs();
    this.#spokeMs = this.#heardMs;
    this.#look = clock.after(ASK_MS, () => this.#lookAtSilence());
    socket.on('error', (error) => this.#end(messageOf(error)));
    socket.on('close', () => this.#end('the box closed the connection'));
    socket.on('drain', () => this.#handlers?.drain?.());
  }

  /** From here on messages are heard. What is never greeted is closed without a byte of ours. */
  greet(handlers: Handlers): void {
    this.#handlers = handlers;
    this.#socket.on('data', (chunk) => this.#take(chunk));
    if (this.#reason !== undefined) handlers.closed(this.#reason);
  }

  send<K extends MessageKind>(kind: K, body: Body<K>): void {
    this.sendFrame(encodeMessage(kind, body));
  }

  sendFrame(frame: Uint8Array): void {
    if (this.#reason !== undefined) return;
    this.#spokeMs = this.#clock.monotonicMs();
    this.#socket.write(frame);
    if (this.#socket.writableLength > LONGEST_BACKLOG_BYTES) this.#end('the box does not read');
  }

  /** Bytes that the network has not taken yet. */
  get backlog(): number {
    return this.#socket.writableLength;
  }

  /** Ends at once. */
  close(reason: string): void {
    this.#end(reason);
  }

  /** Lets what was written go out, then ends. */
  async finish(reason: string): Promise<void> {
    if (this.#reason !== undefined) return;
    this.#finishing = reason;
    // Until the box has closed too: destroying a socket with unread data would reset it and may take our last words.
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(CLOSE_PATIENCE_MS, resolve);
      this.#socket.once('close', () => {
        timer.stop();
        resolve();
      });
      this.#socket.end();
    });
    this.#end(reason);
  }

  #end(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = this.#finishing ?? reason;
    this.#look.stop();
    this.#socket.destroy();
    this.#handlers?.closed(this.#reason);
  }

  #take(chunk: Buffer): void {
    this.#heardMs = this.#clock.monotonicMs();
    try {
      for (const frame of this.#reader.push(chunk)) {
        if (this.#reason !== undefined) return;
        const message = parseMessage(frame);
        if (message === null) this.#handlers?.passedOver?.(frame.type);
        else if (message.kind === 'ping') this.send('pong', { id: message.body.id, ...this.#pair() });
        else if (message.kind !== 'pong') this.#handlers?.message(message);
      }
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.send('error', {
        code: 'MALFORMED',
        message: error.message.slice(0, 200),
        path: error.path.slice(0, 200),
      });
      this.#end(`the box said something that does not fit: ${error.message}`);
    }
  }

  #pair(): { clock?: { runMs: number; wallMs: number; synchronised: boolean } } {
    const clock = this.#handlers?.clock?.();
    return clock === undefined ? {} : { clock };
  }

  /** Looks at both sides' silence, and again when one of them could have lasted too long. */
  #lookAtSilence(): void {
    const nowMs = this.#clock.monotonicMs();
    const greeted = this.#handlers !== undefined;
    const asked = this.#askedMs > this.#heardMs;
    if (nowMs - this.#heardMs >= (greeted && asked ? ASK_MS + ANSWER_MS : limits.idleMs)) {
      this.#end(silentBox);
      return;
    }
    const mustAsk = !asked && nowMs - this.#heardMs >= ASK_MS;
    if (greeted && (mustAsk || nowMs - this.#spokeMs >= QUIET_MS)) {
      if (mustAsk) this.#askedMs = nowMs;
      this.#pings += 1;
      this.send('ping', { id: this.#pings, ...this.#pair() });
      if (this.#reason !== undefined) return;
    }
    this.#look = this.#clock.after(this.#untilNextLook(nowMs), () => this.#lookAtSilence());
  }

  #untilNextLook(nowMs: number): number {
    if (this.#handlers === undefined) return ASK_MS;
    const patienceMs = this.#askedMs > this.#heardMs ? ASK_MS + ANSWER_MS : ASK_MS;
    return Math.max(1, Math.min(this.#heardMs + patienceMs, this.#spokeMs + QUIET_MS) - nowMs);
  }
}

export type Address = { host: string; port: number };

/** TLS 1.3 with our certificate. The other side's is only looked at for its key; the caller decides about that. */
export function openConnection(
  { host, port }: Address,
  o: { identity: Pick<Identity, 'keyPem' | 'certificatePem'>; clock: Clock; signal: AbortSignal },
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      ALPNProtocols: [ALPN],
      minVersion: 'TLSv1.3',
      key: o.identity.keyPem,
      cert: o.identity.certificatePem,
      rejectUnauthorized: false,
      // Whom we trust is decided by the key alone. Naming any authority keeps the world's 150 out of our memory.
      ca: o.identity.certificatePem,
      // No name: it would tell who listens on the wire which box is meant, and nothing checks it.
      servername: '',
    });
    socket.setNoDelay(true);
    const fail = (failure: Failure) => {
      settled();
      socket.on('error', () => undefined); // what a destroyed socket still has to say
      socket.destroy();
      reject(failure);
    };
    const where = `${host} port ${port}`;
    const refused = (error: Error) =>
      fail(new Failure('UNAVAILABLE', `${where}: ${messageOf(error)}`, { cause: error }));
    const closed = () => fail(new Failure('UNAVAILABLE', `${where} closed the connection`));
    const stopped = () => fail(new Failure('CLOSED', 'stopped while connecting'));
    const timer = o.clock.after(limits.handshakeMs, () =>
      fail(new Failure('TIMEOUT', `${where} does not answer`)),
    );
    function settled(): void {
      timer.stop();
      socket.off('error', refused);
      socket.off('close', closed);
      o.signal.removeEventListener('abort', stopped);
    }
    socket.once('error', refused);
    socket.once('close', closed);
    o.signal.addEventListener('abort', stopped, { once: true });
    if (o.signal.aborted) return stopped();
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      if (certificate === undefined || socket.alpnProtocol !== ALPN) {
        return fail(new Failure('UNAVAILABLE', `${where} is no box of ours`));
      }
      settled();
      resolve(new Connection(socket, certificate, o.clock));
    });
  });
}
