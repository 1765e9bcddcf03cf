/** Asks by frames: one connection, made when it is needed, with the answers in the order of the questions. */
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { Failure } from '../errors.ts';
import { readBody } from './body.ts';
import { answeredFailure, connectionFailure, tryParse } from './failure.ts';
import { FrameReader, frameOf, frameProtocol } from './frames.ts';

export interface FrameClient {
  /** The value that was answered. The failures are those of LocalClient. */
  ask(body: Uint8Array): Promise<unknown>;
  close(): void;
}

type Asked = { resolve(value: unknown): void; reject(failure: Failure): void; dueMs: number };

const timeoutMs = 10_000;
const largestAnswer = 2 ** 20;
const statusOfError = 400;

export function createFrameClient(o: { socketPath: string; path: string; clock?: Clock }): FrameClient {
  const clock = o.clock ?? systemClock;
  let current: Connection | null = null;
  let closed = false;
  return {
    ask(body) {
      if (closed) return Promise.reject(new Failure('CLOSED', `the client of ${o.path} is closed`));
      current ??= new Connection({ ...o, clock }, (gone) => {
        if (current === gone) current = null;
      });
      return current.ask(body);
    },
    close() {
      closed = true;
      current?.end(new Failure('CLOSED', `the request to ${o.path} was given up`));
    },
  };
}

class Connection {
  readonly #o: { socketPath: string; path: string; clock: Clock };
  readonly #onGone: (gone: Connection) => void;
  readonly #request: ReturnType<typeof httpRequest>;
  readonly #waiting: Asked[] = [];
  /** Until the other side has agreed. */
  #unsent: Uint8Array[] = [];
  #socket: Socket | null = null;
  #timer: Timer | null = null;
  #ended = false;

  constructor(o: { socketPath: string; path: string; clock: Clock }, onGone: (gone: Connection) => void) {
    this.#o = o;
    this.#onGone = onGone;
    const { socketPath, path } = o;
    const headers = { connection: 'Upgrade', upgrade: frameProtocol };
    this.#request = httpRequest({ socketPath, path, headers, agent: false });
    this.#request.on('error', (error) => this.end(connectionFailure(socketPath, error)));
    this.#request.on('response', (response) => {
      const refused = (body: Uint8Array) => answeredFailure(response.statusCode ?? statusOfError, body);
      readBody(response, largestAnswer).then(
        (body) => this.end(refused(body)),
        (error: unknown) => this.end(connectionFailure(socketPath, error)),
      );
    });
    this.#request.on('upgrade', (_response, socket, head) => this.#up(socket as Socket, head));
    this.#request.end();
  }

  ask(body: Uint8Array): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const { clock } = this.#o;
      this.#waiting.push({ resolve, reject, dueMs: clock.monotonicMs() + timeoutMs });
      this.#watch();
      // Who waits for nothing does not keep the process alive.
      this.#socket?.ref();
      if (this.#socket === null) this.#unsent.push(body);
      else this.#socket.write(frameOf(body));
    });
  }

  /** All that waits fails; nobody knows whether it arrived. */
  end(failure: Failure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.stop();
    this.#request.destroy();
    this.#socket?.destroy();
    this.#onGone(this);
    for (const { reject } of this.#waiting) reject(failure);
  }

  #up(socket: Socket, head: Buffer): void {
    if (this.#ended) {
      socket.destroy();
      return;
    }
    this.#socket = socket;
    const { socketPath } = this.#o;
    const reader = new FrameReader(largestAnswer);
    const take = (piece: Buffer) => {
      try {
        for (const body of reader.read(piece)) this.#answer(body);
      } catch (error) {
        this.end(connectionFailure(socketPath, error));
      }
    };
    socket.on('data', take);
    socket.on('error', (error) => this.end(connectionFailure(socketPath, error)));
    socket.on('close', () => this.end(connectionFailure(socketPath, new Error('it was closed'))));
    if (head.length > 0) take(head);
    for (const body of this.#unsent) socket.write(frameOf(body));
    this.#unsent = [];
  }

  #answer(body: Uint8Array | null): void {
    const asked = this.#waiting.shift();
    const answer = (body === null ? undefined : tryParse(body)) as
      | { value?: unknown; error?: unknown }
      | undefined;
    if (asked === undefined || body === null || answer === undefined)
      throw new Failure('INTERNAL', `an answer to ${this.#o.path} that nobody understands`);
    if (answer.error === undefined) asked.resolve(answer.value);
    else asked.reject(answeredFailure(statusOfError, body));
    if (this.#waiting.length === 0) {
      this.#timer?.stop();
      this.#timer = null;
      this.#socket?.unref();
    }
  }

  /** One timer for all that waits: the oldest is answered first. */
  #watch(): void {
    if (this.#timer !== null) return;
    const { clock, socketPath, path } = this.#o;
    const leftMs = this.#waiting[0]!.dueMs - clock.monotonicMs();
    this.#timer = clock.after(Math.max(1, leftMs), () => {
      this.#timer = null;
      if (this.#waiting.length === 0) return;
      if (this.#waiting[0]!.dueMs > clock.monotonicMs()) this.#watch();
      else this.end(new Failure('TIMEOUT', `no answer from ${socketPath} to ${path} within ${timeoutMs} ms`));
    });
  }
}
