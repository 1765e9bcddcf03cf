/** Frames: a length, a type, a body. Cuts a stream of bytes into frames and never holds more than one. */
import { limits } from './limits.ts';
import { Malformed } from './malformed.ts';

export type Frame = { type: number; body: Uint8Array };

const lengthBytes = 4;
const headerBytes = 5;
/** An announced length is believed only as its bytes arrive. */
const firstRoom = 4096;

export function encodeFrame(type: number, body: Uint8Array): Uint8Array {
  const size = body.length + 1;
  if (size > limits.frameBytes) {
    throw new RangeError(`a frame of ${size} bytes is longer than ${limits.frameBytes}`);
  }
  const frame = new Uint8Array(lengthBytes + size);
  new DataView(frame.buffer).setUint32(0, size);
  frame[lengthBytes] = type;
  frame.set(body, headerBytes);
  return frame;
}

export class FrameReader {
  #held = new Uint8Array(0);
  #heldBytes = 0;
  #broken = false;

  /** Bytes of a frame that has begun and not ended. */
  get pendingBytes(): number {
    return this.#heldBytes;
  }

  /**
   * The frames that end within these bytes; bodies are views of `chunk` where they can be.
   * After an error the stream has no frame border any more: the connection must be closed.
   */
  push(chunk: Uint8Array): Frame[] {
    if (this.#broken) throw new Malformed('FRAME_TOO_LARGE', '', 'the stream is already broken');
    const frames: Frame[] = [];
    let rest = chunk;
    while (this.#heldBytes > 0 && rest.length > 0) rest = this.#complete(rest, frames);
    for (let size = this.#sizeOf(rest); size !== undefined; size = this.#sizeOf(rest)) {
      const end = lengthBytes + size;
      if (rest.length < end) break;
      frames.push(frameOf(rest.subarray(0, end)));
      rest = rest.subarray(end);
    }
    if (rest.length > 0) this.#hold(rest);
    return frames;
  }

  /** Adds to the frame that has begun; returns what lies behind it. Each byte is copied once, however small the pieces. */
  #complete(chunk: Uint8Array, frames: Frame[]): Uint8Array {
    const size = this.#sizeOf(this.#held.subarray(0, this.#heldBytes));
    const end = size === undefined ? lengthBytes : lengthBytes + size;
    const piece = chunk.subarray(0, end - this.#heldBytes);
    this.#hold(piece);
    if (size !== undefined && this.#heldBytes === end) {
      frames.push(frameOf(this.#held.subarray(0, end)));
      this.#held = new Uint8Array(0);
      this.#heldBytes = 0;
    }
    return chunk.subarray(piece.length);
  }

  #hold(piece: Uint8Array): void {
    const needed = this.#heldBytes + piece.length;
    if (needed > this.#held.length) {
      const grown = new Uint8Array(
        Math.max(needed, Math.min(this.#held.length * 2, lengthBytes + limits.frameBytes), firstRoom),
      );
      grown.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = grown;
    }
    this.#held.set(piece, this.#heldBytes);
    this.#heldBytes = needed;
  }

  #sizeOf(bytes: Uint8Array): number | undefined {
    if (bytes.length < lengthBytes) return undefined;
    const size = bytes[0]! * 2 ** 24 + ((bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!);
    if (size > 0 && size <= limits.frameBytes) return size;
    this.#broken = true;
    this.#held = new Uint8Array(0);
    this.#heldBytes = 0;
    throw new Malformed('FRAME_TOO_LARGE', '', `a frame has 1 to ${limits.frameBytes} bytes, not ${size}`);
  }
}

function frameOf(bytes: Uint8Array): Frame {
  return { type: bytes[lengthBytes]!, body: bytes.subarray(headerBytes) };
}
