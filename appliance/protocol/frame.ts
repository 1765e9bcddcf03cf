/** Frames: a length, a type, a body. Cuts a stream of bytes into frames and never buffers more than one. */
import { limits } from './limits.ts';
import { Malformed } from './malformed.ts';

export type Frame = { type: number; body: Uint8Array };

const headerBytes = 5;

export function encodeFrame(type: number, body: Uint8Array): Uint8Array {
  const size = body.length + 1;
  if (size > limits.frameBytes) {
    throw new RangeError(`a frame of ${size} bytes is longer than ${limits.frameBytes}`);
  }
  const frame = new Uint8Array(4 + size);
  new DataView(frame.buffer).setUint32(0, size);
  frame[4] = type;
  frame.set(body, headerBytes);
  return frame;
}

export class FrameReader {
  #pending: Uint8Array = new Uint8Array(0);
  #broken = false;

  /** Bytes of a frame that has begun and not ended. */
  get pendingBytes(): number {
    return this.#pending.length;
  }

  /**
   * The frames that end within these bytes; bodies are views of `chunk` where they can be.
   * After an error the stream has no frame border any more: the connection must be closed.
   */
  push(chunk: Uint8Array): Frame[] {
    if (this.#broken) throw new Malformed('FRAME_TOO_LARGE', '', 'the stream is already broken');
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const size = bytes[at]! * 2 ** 24 + ((bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!);
      if (size === 0 || size > limits.frameBytes) {
        this.#broken = true;
        this.#pending = new Uint8Array(0);
        throw new Malformed(
          'FRAME_TOO_LARGE',
          '',
          `a frame has 1 to ${limits.frameBytes} bytes, not ${size}`,
        );
      }
      if (bytes.length - at < 4 + size) break;
      frames.push({ type: bytes[at + 4]!, body: bytes.subarray(at + headerBytes, at + 4 + size) });
      at += 4 + size;
    }
    this.#pending = at === bytes.length ? new Uint8Array(0) : bytes.slice(at);
    return frames;
  }
}
