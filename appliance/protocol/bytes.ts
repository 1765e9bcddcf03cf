/** Bytes out and bytes in: a growing writer and a reader that never reads past its end. */
import { Malformed } from './malformed.ts';

export class ByteWriter {
  #buffer: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#buffer = new Uint8Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** What was written so far; a view that the next write or clear may change. */
  view(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** What was written so far, as bytes of its own. */
  copy(): Uint8Array {
    return this.#buffer.slice(0, this.#length);
  }

  byte(value: number): void {
    this.#room(1);
    this.#buffer[this.#length++] = value;
  }

  bytes(value: Uint8Array): void {
    this.#room(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** Some of what was written, without the views that `set` would need: for a few dozen bytes they are dearer than the bytes. */
  copyTo(target: Uint8Array, at: number, from: number, to: number): void {
    const buffer = this.#buffer;
    for (let next = from, place = at; next < to; next++, place++) target[place] = buffer[next]!;
  }

  /** Room for bytes that are known only later; returns where they begin. */
  reserve(count: number): number {
    this.#room(count);
    const start = this.#length;
    this.#buffer.fill(0, start, start + count);
    this.#length += count;
    return start;
  }

  /** Room for so many more bytes, for whoever writes them without a call for each, and says with `grown` where they end. */
  space(count: number): Uint8Array {
    this.#room(count);
    return this.#buffer;
  }

  grown(length: number): void {
    this.#length = length;
  }

  setByte(at: number, value: number): void {
    this.#buffer[at] = value;
  }

  setBit(start: number, bit: number): void {
    const at = start + (bit >> 3);
    this.#buffer[at] = this.#buffer[at]! | (1 << (bit & 7));
  }

  u32(value: number): void {
    this.#room(4);
    const buffer = this.#buffer;
    buffer[this.#length++] = value >>> 24;
    buffer[this.#length++] = (value >>> 16) & 0xff;
    buffer[this.#length++] = (value >>> 8) & 0xff;
    buffer[this.#length++] = value & 0xff;
  }

  f64(value: number): void {
    this.#room(8);
    new DataView(this.#buffer.buffer).setFloat64(this.#length, value);
    this.#length += 8;
  }

  /** LEB128 of a whole number from 0 to 2^53 − 1. */
  varint(value: number): void {
    if (this.#length + 8 > this.#buffer.length) this.#room(8);
    if (value < 0x80) {
      this.#buffer[this.#length++] = value;
      return;
    }
    let rest = value;
    // Infinity would never become less.
    if (rest > Number.MAX_SAFE_INTEGER) throw new RangeError(`${value} is no number that a varint holds`);
    while (rest > 0x7fffffff) {
      // The rest of a division of doubles is dear, a product is not.
      const high = Math.floor(rest / 128);
      this.#buffer[this.#length++] = (rest - high * 128) | 0x80;
      rest = high;
    }
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#length++] = rest;
  }

  /** A whole number of either sign, small magnitudes first. */
  zigzag(value: number): void {
    this.varint(zigzag(value));
  }

  #room(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #view: DataView | null = null;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw this.#truncated(1);
    this.#at += 1;
    return value;
  }

  /** A view of the next bytes, not a copy. */
  bytes(count: number): Uint8Array {
    if (count > this.remaining) throw this.#truncated(count);
    const value = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return value;
  }

  u32(): number {
    const b = this.bytes(4);
    return b[0]! * 2 ** 24 + ((b[1]! << 16) | (b[2]! << 8) | b[3]!);
  }

  f64(): number {
    const at = this.skip(8);
    const { buffer, byteOffset, length } = this.#bytes;
    this.#view ??= new DataView(buffer, byteOffset, length);
    return this.#view.getFloat64(at);
  }

  /** Leaves bytes out that are looked at with `peek`; returns where they begin. */
  skip(count: number): number {
    if (count > this.remaining) throw this.#truncated(count);
    this.#at += count;
    return this.#at - count;
  }

  peek(at: number): number {
    return this.#bytes[at]!;
  }

  /** For whoever reads many numbers without a call for each, and says with `moveTo` where they end. */
  get source(): Uint8Array {
    return this.#bytes;
  }

  moveTo(offset: number): void {
    this.#at = offset;
  }

  varint(): number {
    const bytes = this.#bytes;
    // Nearly all have one byte, and nearly all others at most four.
    if (this.#at + 4 <= bytes.length) {
      const first = bytes[this.#at]!;
      if (first < 0x80) {
        this.#at += 1;
        return first;
      }
      const second = bytes[this.#at + 1]!;
      if (second < 0x80) {
        this.#at += 2;
        return (first & 0x7f) | (second << 7);
      }
      const third = bytes[this.#at + 2]!;
      if (third < 0x80) {
        this.#at += 3;
        return (first & 0x7f) | ((second & 0x7f) << 7) | (third << 14);
      }
      const fourth = bytes[this.#at + 3]!;
      if (fourth < 0x80) {
        this.#at += 4;
        return (first & 0x7f) | ((second & 0x7f) << 7) | ((third & 0x7f) << 14) | (fourth << 21);
      }
      const low = (first & 0x7f) | ((second & 0x7f) << 7) | ((third & 0x7f) << 14) | ((fourth & 0x7f) << 21);
      this.#at += 4;
      return this.#longVarint(low, 4);
    }
    return this.#longVarint(0, 0);
  }

  /** What follows the first bytes of a varint, which said so much. */
  #longVarint(low: number, from: number): number {
    let value = low;
    let factor = 128 ** from;
    for (let count = from; count < 8; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      factor *= 128;
    }
    throw new Malformed('OUT_OF_RANGE', '', `number at byte ${this.#at} is larger than 2^53 − 1`);
  }

  zigzag(): number {
    return unzigzag(this.varint());
  }

  end(): void {
    if (this.remaining > 0) {
      throw new Malformed('TRAILING_BYTES', '', `${this.remaining} bytes after the end of the message`);
    }
  }

  #truncated(count: number): Malformed {
    return new Malformed(
      'TRUNCATED',
      '',
      `${count} bytes wanted at byte ${this.#at}, ${this.remaining} are there`,
    );
  }
}

/** 0, −1, 1, −2, 2 … become 0, 1, 2, 3, 4 …; exact up to a magnitude of 2^52. */
export function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

export function unzigzag(value: number): number {
  if (value <= 0x7fffffff) return (value & 1) === 0 ? value >>> 1 : -(value >>> 1) - 1;
  const half = Math.floor(value / 2);
  return half * 2 === value ? half : -half - 1;
}
