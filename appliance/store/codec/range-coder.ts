/**
 * An adaptive binary arithmetic coder. Carry-free, with a range of 32 bits kept as signed integers, which engines keep in
 * registers. Behind its end a stream reads as zeros, so that the encoder leaves trailing ones out.
 *
 * Writing goes in two steps, because a loop that holds low and high in registers is twice as fast as calls that keep them
 * in an object: decisions are noted first and coded together at the end. For the same reason the loop of
 * `decodeMisses` repeats what RangeDecoder does.
 */
import {
  learning,
  leastChance,
  mostChance,
  mostSeen,
  placeCount,
  plainPlace,
  type States,
} from './contexts.ts';

export class RangeEncoder {
  #bytes = new Uint8Array(4096);
  #decisions: Int32Array = new Int32Array(8192);
  /** Of decisions. */
  #count = 0;
  readonly #states: States = new Int32Array(placeCount);

  reset(): void {
    this.#count = 0;
  }

  /** Room for more decisions, each place · 2 + bit, from `count` on; whoever writes them says so with `noted`. */
  room(more: number): Int32Array {
    if (this.#count + more > this.#decisions.length) {
      const grown = new Int32Array(Math.max(this.#count + more, this.#decisions.length * 2));
      grown.set(this.#decisions.subarray(0, this.#count));
      this.#decisions = grown;
    }
    return this.#decisions;
  }

  get count(): number {
    return this.#count;
  }

  noted(count: number): void {
    this.#count = count;
  }

  bit(place: number, bit: number): void {
    this.room(1)[this.#count++] = place * 2 + bit;
  }

  /** The lowest bits of a number up to 2^53, of which nothing is known. */
  plain(value: number, bits: number): void {
    for (let at = bits - 1; at >= 0; at--) this.bit(plainPlace, Math.floor(value / 2 ** at) % 2);
  }

  /** The stream of what was noted; a view that the next one makes invalid. */
  finish(beginning: States): Uint8Array {
    const states = this.#states;
    states.set(beginning);
    const decisions = this.#decisions;
    const count = this.#count;
    let bytes = this.#bytes;
    let length = 0;
    let low = 0;
    let high = -1;
    for (let at = 0; at < count; at++) {
      const decision = decisions[at]!;
      const place = decision >>> 1;
      const state = states[place]!;
      const chance = state >>> 8;
      const seen = state & 255;
      const range = (high - low) | 0;
      const middle = (low + Math.imul(range >>> 16, chance) + (Math.imul(range & 0xffff, chance) >>> 16)) | 0;
      let next: number;
      if ((decision & 1) !== 0) {
        next = chance + (Math.imul(65_536 - chance, learning[seen]!) >> 15);
        if (next > mostChance) next = mostChance;
        high = middle;
      } else {
        next = chance - (Math.imul(chance, learning[seen]!) >> 15);
        if (next < leastChance) next = leastChance;
        low = (middle + 1) | 0;
      }
      states[place] = (next << 8) | (seen < mostSeen ? seen + 1 : seen);
      while (((low ^ high) & 0xff000000) === 0) {
        if (length === bytes.length) bytes = this.#wider();
        bytes[length++] = high >>> 24;
        low = low << 8;
        high = (high << 8) | 0xff;
      }
    }
    return this.#ended(length, low >>> 0, high >>> 0);
  }

  /** With the fewest bytes that, followed by zeros, lie between low and high. */
  #ended(coded: number, low: number, high: number): Uint8Array {
    let end = coded;
    for (let kept = 0; kept <= 4; kept++) {
      const unit = 2 ** (32 - 8 * kept);
      const value = Math.ceil(low / unit) * unit;
      if (value > high) continue;
      while (end + kept > this.#bytes.length) this.#wider();
      for (let at = 0; at < kept; at++) this.#bytes[end++] = value >>> (24 - 8 * at);
      break;
    }
    while (end > 0 && this.#bytes[end - 1] === 0) end--;
    return this.#bytes.subarray(0, end);
  }

  #wider(): Uint8Array<ArrayBuffer> {
    const wider = new Uint8Array(this.#bytes.length * 2);
    wider.set(this.#bytes);
    this.#bytes = wider;
    return wider;
  }
}

export class RangeDecoder {
  readonly #bytes: Uint8Array;
  readonly #states: States;
  #at = 0;
  #low = 0;
  #high = -1;
  #code = 0;

  constructor(bytes: Uint8Array, beginning: States) {
    this.#bytes = bytes;
    this.#states = beginning.slice();
    for (let count = 0; count < 4; count++) this.#code = (this.#code << 8) | this.#byte();
  }

  bit(place: number): number {
    const state = this.#states[place]!;
    const chance = state >>> 8;
    const seen = state & 255;
    const range = (this.#high - this.#low) | 0;
    const middle =
      (this.#low + Math.imul(range >>> 16, chance) + (Math.imul(range & 0xffff, chance) >>> 16)) | 0;
    const rate = learning[seen]!;
    const bit = this.#code >>> 0 <= middle >>> 0 ? 1 : 0;
    if (bit !== 0) this.#high = middle;
    else this.#low = (middle + 1) | 0;
    const next =
      bit !== 0
        ? chance + (Math.imul(65_536 - chance, rate) >> 15)
        : chance - (Math.imul(chance, rate) >> 15);
    const kept = Math.min(Math.max(next, leastChance), mostChance);
    this.#states[place] = (kept << 8) | (seen < mostSeen ? seen + 1 : seen);
    while (((this.#low ^ this.#high) & 0xff000000) === 0) {
      this.#low = this.#low << 8;
      this.#high = (this.#high << 8) | 0xff;
      this.#code = (this.#code << 8) | this.#byte();
    }
    return bit;
  }

  #byte(): number {
    return this.#at < this.#bytes.length ? this.#bytes[this.#at++]! : 0;
  }
}
