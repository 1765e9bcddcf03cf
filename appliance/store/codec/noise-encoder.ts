/** Misses that are like noise as bytes, and what they would cost. */
import {
  averageBits,
  firstAverage,
  firstOfCells,
  lastLog,
  leastAverage,
  leastLog,
  lengthBits,
  middle,
  mostAfter,
  mostLevel,
  mostPlain,
  type Noise,
  noiseKinds,
  noiseRates,
  ranges,
  rowsOfKind,
  shareBits,
  symbols,
  widest,
} from './noise.ts';

/** Larger ones are no noise. */
const largest = 2 ** 30;
/** Averages count no more bits than this. */
const countedBits = 22;
/** Quieter columns cost less where each bit is learnt. */
const leastMean = 1 / 4;
const leastTicks = 48;
/** So many misses show which noise they are like. */
const lookedAt = 240;
const usualPace = 1;
/** A miss may note itself, its length, and plain bits in three parts each. */
const mostNotes = 8;

/** In 2^-8 of a bit. */
const costs: Int32Array = ranges.map((range) => Math.round(256 * (shareBits - Math.log2(range >> 16))));

/** Where a column begins. */
type Start = { level: number; shift: number };

export class NoiseEncoder {
  /** A share · 2^16 + those before, or below zero: −1 − (plain bits · 2^16 + their number). */
  #notes = new Int32Array(0);
  #words = new Uint16Array(0);
  #count = 0;

  /** What costs least, null where none fits. */
  best(misses: Float64Array): Noise | null {
    const start = startOf(misses);
    if (start === null) return null;
    let best: Noise | null = null;
    let least = Number.POSITIVE_INFINITY;
    const some = misses.length > lookedAt ? misses.subarray(0, lookedAt) : misses;
    const price = (noise: Noise) => {
      const bits = this.#note(some, noise, start, false);
      if (bits < least) [best, least] = [noise, bits];
    };
    for (let kind = 0; kind < noiseKinds; kind++) price({ kind, pace: usualPace });
    // Which kind it is does not hang on the pace.
    const { kind } = best!;
    for (let pace = 0; pace < noiseRates.length; pace++) if (pace !== usualPace) price({ kind, pace });
    return best;
  }

  /** Two bytes of form, then the stream; null where this does not fit or costs more than so many bits. */
  encode(misses: Float64Array, noise: Noise, mostBits: number): Uint8Array | null {
    const start = startOf(misses);
    if (start === null) return null;
    if (this.#notes.length < misses.length * mostNotes) {
      this.#notes = new Int32Array(misses.length * mostNotes);
      this.#words = new Uint16Array(misses.length * mostNotes);
    }
    if (this.#note(misses, noise, start, true) > mostBits) return null;
    return this.#coded(Uint8Array.of(noise.kind | (noise.pace << 2) | (start.shift << 4), start.level));
  }

  /** In the order of reading; returns the bits. */
  #note(misses: Float64Array, noise: Noise, { level, shift }: Start, notes: boolean): number {
    const rate = noiseRates[noise.pace]!;
    const half = 1 << (rate - 1);
    const firstRow = noise.kind * rowsOfKind;
    const list = this.#notes;
    let count = 0;
    let cost = 0;
    let plainBits = 0;
    let average = firstAverage(level);
    for (let at = 0; at < misses.length; at++) {
      const miss = misses[at]! | 0;
      const log = 31 - Math.clz32(average);
      const quarter = (average >> (log - 2)) & 3;
      const cells = log > lastLog ? log - lastLog : 0;
      const row = firstRow + (cells > 0 ? firstOfCells : 4 * (log - leastLog)) + quarter;
      const plain = cells + shift;
      const value = miss >> plain;
      const symbol = value > widest ? symbols - 1 : value < -widest ? 0 : value + middle;
      const place = row * symbols + symbol;
      cost += costs[place]!;
      plainBits += plain;
      if (notes) list[count++] = ranges[place]!;
      if (symbol === 0 || symbol === symbols - 1) {
        const beyond = (value > 0 ? value - middle : -middle - value) + 1;
        const bits = 31 - Math.clz32(beyond);
        plainBits += lengthBits + bits;
        if (notes) {
          list[count++] = -1 - ((lengthBits << 16) | bits);
          count = notePlain(list, count, beyond - 2 ** bits, bits);
        }
      }
      if (notes && plain > 0) count = notePlain(list, count, miss, plain);
      const size = Math.abs(miss >> shift) << averageBits;
      const most = mostAfter(average);
      average += (Math.min(size, most) - average + half) >> rate;
      if (average < leastAverage) average = leastAverage;
    }
    this.#count = count;
    return cost / 256 + plainBits;
  }

  /** From the last note to the first, because a state gives back first what it took last. */
  #coded(form: Uint8Array): Uint8Array {
    const notes = this.#notes;
    const words = this.#words;
    let written = 0;
    let state = 0;
    for (let at = this.#count - 1; at >= 0; at--) {
      const note = notes[at]!;
      if (note >= 0) {
        const share = note >> 16;
        if (state >= share << (31 - shareBits)) {
          words[written++] = state & 0xffff;
          state >>= 16;
        }
        const times = (state / share) | 0;
        state = ((times << shareBits) + (note & 0xffff) + (state - Math.imul(times, share))) | 0;
      } else {
        const bits = (-1 - note) >> 16;
        if (state >> (31 - bits) !== 0) {
          words[written++] = state & 0xffff;
          state >>= 16;
        }
        state = (state << bits) | ((-1 - note) & 0xffff);
      }
    }
    const stateBytes = state < 2 ** 24 ? 3 : 4;
    const bytes = new Uint8Array(form.length + stateBytes + 2 * written);
    bytes.set(form);
    let end = form.length;
    for (let left = stateBytes - 1; left >= 0; left--) bytes[end++] = state >>> (8 * left);
    for (let at = written - 1; at >= 0; at--) {
      bytes[end++] = words[at]! >>> 8;
      bytes[end++] = words[at]! & 0xff;
    }
    return bytes;
  }
}

/** The highest of the lowest bits come first. */
function notePlain(list: Int32Array, from: number, value: number, bits: number): number {
  let count = from;
  for (let left = bits; left > 0; ) {
    const some = Math.min(left, mostPlain);
    left -= some;
    list[count++] = -1 - ((some << 16) | ((value >> left) & ((1 << some) - 1)));
  }
  return count;
}

function startOf(misses: Float64Array): Start | null {
  if (misses.length < leastTicks) return null;
  let sum = 0;
  let most = 0;
  for (let at = 0; at < misses.length; at++) {
    const size = Math.abs(misses[at]!);
    sum += size;
    if (size > most) most = size;
  }
  const mean = sum / misses.length;
  if (!(mean >= leastMean) || !(most < largest)) return null;
  const shift = Math.max(0, 32 - Math.clz32(most) - countedBits);
  const level = Math.round(4 * Math.log2((mean * 2 ** (averageBits - shift)) / 1.125));
  return { shift, level: Math.min(Math.max(0, level), mostLevel) };
}
