/**
 * An adaptive binary arithmetic coder: a bit that was likely costs a fraction of a bit. Carry-free, with a range of 32
 * bits kept as signed integers, which engines keep in registers. Behind its end a stream reads as zeros, so that the
 * encoder leaves trailing ones out.
 */

/** Chances are of 65536; both answers stay possible. */
const even = 32_768;
const leastChance = 16;
const mostChance = 65_536 - leastChance;
/** How much of a surprise is taken over, of 32768: much at first, little once many bits were seen. */
const mostSeen = 250;
const learning = Uint16Array.from({ length: mostSeen + 1 }, (_, seen) => Math.round(32_768 / (seen + 1.6)));

/** What is expected of bits in certain places: the chance of a one, and how often each was seen. */
export class Contexts {
  readonly chance: Uint16Array;
  readonly seen: Uint8Array;

  constructor(size: number) {
    this.chance = new Uint16Array(size).fill(even);
    this.seen = new Uint8Array(size);
  }

  reset(): void {
    this.chance.fill(even);
    this.seen.fill(0);
  }

  learn(context: number, bit: number): void {
    const seen = this.seen[context]!;
    const chance = this.chance[context]!;
    const rate = learning[seen]!;
    const next =
      bit === 0 ? chance - ((chance * rate) >> 15) : chance + ((((65_536 - chance) | 0) * rate) >> 15);
    this.chance[context] = next < leastChance ? leastChance : Math.min(next, mostChance);
    if (seen < mostSeen) this.seen[context] = seen + 1;
  }
}

/** The highest value that stands for a one: as large a part of the range as the chance says. */
function split(low: number, high: number, chance: number): number {
  const range = (high - low) | 0;
  return (low + Math.imul(range >>> 16, chance) + (Math.imul(range & 0xffff, chance) >>> 16)) | 0;
}

export class RangeEncoder {
  #bytes: Uint8Array;
  #length = 0;
  #low = 0;
  #high = -1;

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity);
  }

  reset(): void {
    this.#length = 0;
    this.#low = 0;
    this.#high = -1;
  }

  bit(contexts: Contexts, context: number, bit: number): void {
    const middle = split(this.#low, this.#high, contexts.chance[context]!);
    contexts.learn(context, bit);
    this.#take(bit, middle);
  }

  /** The lowest bits of a number up to 2^53, of which nothing is known. */
  plain(value: number, bits: number): void {
    for (let at = bits - 1; at >= 0; at--) {
      const bit = at < 31 ? (value >>> at) & 1 : Math.floor(value / 2 ** at) & 1;
      this.#take(bit, split(this.#low, this.#high, even));
    }
  }

  /** The stream; a view that the next reset makes invalid. */
  finish(): Uint8Array {
    const low = this.#low >>> 0;
    const high = this.#high >>> 0;
    // The fewest bytes that, followed by zeros, lie between low and high.
    for (let kept = 0; kept <= 4; kept++) {
      const unit = 2 ** (32 - 8 * kept);
      const value = Math.ceil(low / unit) * unit;
      if (value > high) continue;
      for (let at = 0; at < kept; at++) this.#byte(value >>> (24 - 8 * at));
      break;
    }
    let end = this.#length;
    while (end > 0 && this.#bytes[end - 1] === 0) end--;
    return this.#bytes.subarray(0, end);
  }

  #take(bit: number, middle: number): void {
    if (bit !== 0) this.#high = middle;
    else this.#low = (middle + 1) | 0;
    while (((this.#low ^ this.#high) & 0xff000000) === 0) {
      this.#byte(this.#high >>> 24);
      this.#low = this.#low << 8;
      this.#high = (this.#high << 8) | 0xff;
    }
  }

  #byte(value: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(this.#length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = value;
  }
}

export class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = 0;
  #low = 0;
  #high = -1;
  #code = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    for (let count = 0; count < 4; count++) this.#code = (this.#code << 8) | this.#byte();
  }

  bit(contexts: Contexts, context: number): number {
    const middle = split(this.#low, this.#high, contexts.chance[context]!);
    const bit = this.#code >>> 0 <= middle >>> 0 ? 1 : 0;
    contexts.learn(context, bit);
    this.#take(bit, middle);
    return bit;
  }

  /** So many bits behind those of `value`. */
  plain(value: number, bits: number): number {
    let result = value;
    for (let left = bits; left > 0; left--) {
      const middle = split(this.#low, this.#high, even);
      const bit = this.#code >>> 0 <= middle >>> 0 ? 1 : 0;
      this.#take(bit, middle);
      result = result * 2 + bit;
    }
    return result;
  }

  #take(bit: number, middle: number): void {
    if (bit !== 0) this.#high = middle;
    else this.#low = (middle + 1) | 0;
    while (((this.#low ^ this.#high) & 0xff000000) === 0) {
      this.#low = this.#low << 8;
      this.#high = (this.#high << 8) | 0xff;
      this.#code = (this.#code << 8) | this.#byte();
    }
  }

  #byte(): number {
    return this.#at < this.#bytes.length ? this.#bytes[this.#at++]! : 0;
  }
}
