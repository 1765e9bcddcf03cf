/**
 * What predictions missed, as bits. How large the misses have been lately says which contexts are asked, so that a noisy
 * series and a quiet one both cost about their entropy.
 */
import { priorChances, priorSeen } from './priors.table.ts';
import { Contexts, type RangeDecoder, type RangeEncoder } from './range-coder.ts';

/**
 * Sizes are averaged in sixteenths, each new one weighing a sixteenth. One that leaps above the average counts as less,
 * so that a single reset is soon forgotten.
 */
const slowness = 4;
const leap = 16;
const largestCounted = 2 ** 25;
const beginning = 64;
/** Averages of more bits than this have so many of a size's lowest bits written plainly. */
const plainAbove = 9;
const levels = 2 * (plainAbove + 2);
const buckets = 12;
/** In each level: zero or not, bucket by bucket, the highest bit in each bucket. */
const bucketAt = 1;
const topAt = bucketAt + buckets;
const perLevel = topAt + buckets;
/** In all levels together: the second highest bit by the highest, the sign by the sign before. */
const secondAt = levels * perLevel;
const signAt = secondAt + 2 * buckets;
const contextCount = signAt + 3;
/** Of a miss: more than any prediction leaves. */
const mostBits = 53;

/** Shapes: like noise; with more small and more large ones; mostly none. By (Σ|miss|)² ÷ (count · Σmiss²). */
const shapeBelow = [0.57, 0.3];
export const shapes = shapeBelow.length + 1;

export function shapeOf(misses: Float64Array): number {
  const count = misses.length;
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < count; at++) {
    const size = Math.abs(misses[at]!);
    sum += size;
    squares += size * size;
  }
  const likeness = squares === 0 ? 0 : (sum * sum) / (count * squares);
  return shapeBelow.filter((bound) => likeness < bound).length;
}

export class Residuals {
  readonly #contexts = new Contexts(contextCount);
  #average = 0;
  #sign = 0;
  #base = 0;
  #plain = 0;

  constructor(shape: number) {
    this.reset(shape);
  }

  /** As at the beginning of a column whose misses have one of the shapes that priors are known for. */
  reset(shape: number): void {
    const from = shape * contextCount;
    this.#contexts.chance.set(priorChances.subarray(from, from + contextCount));
    this.#contexts.seen.set(priorSeen.subarray(from, from + contextCount));
    this.#average = beginning;
    this.#sign = 0;
    this.#look();
  }

  encode(out: RangeEncoder, miss: number): void {
    const contexts = this.#contexts;
    const base = this.#base;
    const plain = this.#plain;
    const size = miss < 0 ? -miss : miss;
    const high = size < 2 ** 31 ? size >>> plain : Math.floor(size / 2 ** plain);
    out.bit(contexts, base, high === 0 ? 0 : 1);
    if (high !== 0 || plain !== 0) out.bit(contexts, signAt + this.#sign, miss < 0 ? 1 : 0);
    if (high !== 0) encodeHigh(out, contexts, base, high);
    if (plain !== 0) out.plain(size, plain);
    this.#learn(miss, size);
  }

  decode(input: RangeDecoder): number {
    const contexts = this.#contexts;
    const base = this.#base;
    const plain = this.#plain;
    const some = input.bit(contexts, base);
    const negative = some !== 0 || plain !== 0 ? input.bit(contexts, signAt + this.#sign) !== 0 : false;
    const high = some === 0 ? 0 : decodeHigh(input, contexts, base);
    const size = plain === 0 ? high : input.plain(high, plain);
    const miss = negative ? -size : size;
    this.#learn(miss, size);
    return miss;
  }

  #learn(miss: number, size: number): void {
    const most = this.#average < largestCounted ? this.#average * leap + 256 : largestCounted * 16;
    const counted = size * 16;
    this.#average += (Math.min(counted, most) - this.#average) >> slowness;
    this.#sign = miss === 0 ? 0 : miss > 0 ? 1 : 2;
    this.#look();
  }

  /** Two levels for each bit of the average, by the bit below its highest. */
  #look(): void {
    const average = this.#average;
    const bits = 32 - Math.clz32(average);
    const half = bits > 1 ? (average >> (bits - 2)) & 1 : 0;
    this.#plain = bits > plainAbove ? bits - plainAbove : 0;
    this.#base = (2 * (bits > plainAbove ? plainAbove + 1 : bits) + half) * perLevel;
  }
}

/** A number from 1 on: how many bits it has below its highest, then these. */
function encodeHigh(out: RangeEncoder, contexts: Contexts, base: number, high: number): void {
  const bits = high < 2 ** 31 ? 31 - Math.clz32(high) : 31 + (31 - Math.clz32(high / 2 ** 31));
  for (let at = 0; at < bits; at++) out.bit(contexts, base + bucketAt + (at < buckets ? at : buckets - 1), 1);
  const bucket = bits < buckets ? bits : buckets - 1;
  out.bit(contexts, base + bucketAt + bucket, 0);
  if (bits === 0) return;
  const top = Math.floor(high / 2 ** (bits - 1)) & 1;
  out.bit(contexts, base + topAt + bucket, top);
  if (bits === 1) return;
  out.bit(contexts, secondAt + 2 * bucket + top, Math.floor(high / 2 ** (bits - 2)) & 1);
  if (bits > 2) out.plain(high, bits - 2);
}

function decodeHigh(input: RangeDecoder, contexts: Contexts, base: number): number {
  let bits = 0;
  while (input.bit(contexts, base + bucketAt + (bits < buckets ? bits : buckets - 1)) !== 0) {
    if (++bits > mostBits) throw new RangeError('a miss of more bits than a number has');
  }
  if (bits === 0) return 1;
  const bucket = bits < buckets ? bits : buckets - 1;
  const top = input.bit(contexts, base + topAt + bucket);
  const high = 2 + top;
  if (bits === 1) return high;
  const second = high * 2 + input.bit(contexts, secondAt + 2 * bucket + top);
  return bits > 2 ? input.plain(second, bits - 2) : second;
}
