/**
 * Many small questions on one connection, without HTTP around each: after an upgrade both sides send frames, and the
 * answers come in the order of the questions. An HTTP request costs four times as much as such a frame. README.md of the
 * folder above says how it looks.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Failure, httpStatusOf, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';

/** What a route of frames does with each; what it returns is answered as JSON. */
export type Frames = { limit: number; answer(body: Uint8Array): unknown };

export const frameProtocol = 'netmonitor-frames';
const frameHead = 4;
/** A caller that asks and does not read its answers is cut off. */
const mostBehindBytes = 4 * 2 ** 20;

export function frameOf(body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(frameHead + body.length);
  frame.writeUInt32BE(body.length);
  frame.set(body, frameHead);
  return frame;
}

/** Puts frames together again; what it gives is valid until the next piece. */
export class FrameReader {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #length = 0;
  /** So many bytes there must be before it is worth looking again. */
  #needed = frameHead;
  /** Of a frame that is too large, which is not kept. */
  #skip = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Null stands for a frame beyond the limit. */
  *read(piece: Buffer): Generator<Uint8Array | null> {
    const skipped = Math.min(this.#skip, piece.length);
    this.#skip -= skipped;
    this.#pieces.push(piece.subarray(skipped));
    this.#length += piece.length - skipped;
    if (this.#length < this.#needed) return;
    let bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    this.#needed = frameHead;
    while (bytes.length >= frameHead) {
      const length = bytes.readUInt32BE();
      const end = frameHead + length;
      if (length > this.#limit) {
        this.#skip = Math.max(0, end - bytes.length);
        yield null;
      } else if (bytes.length < end) {
        this.#needed = end;
        break;
      } else yield bytes.subarray(frameHead, end);
      bytes = bytes.subarray(Math.min(end, bytes.length));
    }
    this.#pieces = bytes.length === 0 ? [] : [bytes];
    this.#length = bytes.length;
  }
}

export type FrameServers = {
  serve(frames: Frames, request: IncomingMessage, socket: Duplex, head: Buffer): void;
  refuse(failure: Failure, socket: Duplex): void;
  /** Ends all that are open. */
  end(): void;
};

export function createFrameServers(log: Log): FrameServers {
  const open = new Set<Duplex>();
  return {
    serve(frames, { url }, socket, head) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.on('end', () => socket.end());
      const reader = new FrameReader(frames.limit);
      const take = (piece: Buffer) => {
        for (const body of reader.read(piece)) socket.write(frameOf(answered(frames, body, log)));
        if (socket.writableLength <= mostBehindBytes) return;
        log.warn('cut off a caller that does not read its answers', { url });
        socket.destroy();
      };
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${frameProtocol}\r\n\r\n`,
      );
      if (head.length > 0) take(head);
      socket.on('data', take);
    },
    refuse({ code, message, path }, socket) {
      const body = JSON.stringify({ error: { code, message, path } });
      const length = Buffer.byteLength(body);
      socket.on('error', () => socket.destroy());
      socket.end(
        `HTTP/1.1 ${httpStatusOf(code)} Refused\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`,
      );
    },
    end() {
      for (const socket of open) socket.end();
    },
  };
}

function answered(frames: Frames, body: Uint8Array | null, log: Log): Uint8Array {
  try {
    if (body === null) throw new Failure('TOO_LARGE', `the body is larger than ${frames.limit} bytes`);
    return Buffer.from(JSON.stringify({ value: frames.answer(body) }));
  } catch (error) {
    return said(error, log);
  }
}

function said(error: unknown, log: Log): Uint8Array {
  if (!(error instanceof Failure))
    log.error('a frame failed', { error: messageOf(error), trace: (error as Error | undefined)?.stack });
  const { code, message, path } =
    error instanceof Failure ? error : new Failure('INTERNAL', 'something went wrong here: see the log');
  return Buffer.from(JSON.stringify({ error: { code, message, path } }));
}
