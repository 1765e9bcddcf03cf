/**
 * What predictions missed, as bits. How large the misses have been lately says which places are asked, so that a noisy
 * series and a quiet one both cost about their entropy. A miss of NaN is a tick without a value.
 */
import {
  learning,
  leastChance,
  missPlace,
  mostChance,
  mostSeen,
  plainPlace,
  presencePlace,
  type States,
  statesOf,
} from './contexts.ts';
import { presentBefore } from './presence.ts';
import type { RangeEncoder } from './range-coder.ts';

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
const secondAt = missPlace + levels * perLevel;
const signAt = secondAt + 2 * buckets;
/** Of a miss: more than any prediction leaves. */
const mostBits = 53;
/** What one miss may note: presence, zero, sign, buckets, bits. */
const mostDecisions = 3 + 2 * (mostBits + 1);

/** By (Σ|miss|)² ÷ (count · Σmiss²). */
const shapeBelow = [0.57, 0.3];

export function shapeOf(misses: Float64Array): number {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < misses.length; at++) {
    const size = Math.abs(misses[at]!);
    if (!(size >= 0)) continue;
    count++;
    sum += size;
    squares += size * size;
  }
  const likeness = squares === 0 ? 0 : (sum * sum) / (count * squares);
  return likeness < shapeBelow[1]! ? 2 : likeness < shapeBelow[0]! ? 1 : 0;
}

/** With gaps the presence of each tick comes before its miss. */
export function encodeMisses(out: RangeEncoder, misses: Float64Array, gaps: boolean): void {
  let average = beginning;
  let sign = 0;
  let before = presentBefore;
  const list = out.room(misses.length * mostDecisions);
  let count = out.count;
  for (let at = 0; at < misses.length; at++) {
    const miss = misses[at]!;
    if (gaps) {
      const there = Number.isNaN(miss) ? 0 : 1;
      list[count++] = (presencePlace + before) * 2 + there;
      before = ((before << 1) | there) & 3;
      if (there === 0) continue;
    }
    const bits = 32 - Math.clz32(average);
    const half = bits > 1 ? (average >> (bits - 2)) & 1 : 0;
    const plain = bits > plainAbove ? bits - plainAbove : 0;
    const level = missPlace + (2 * (plain > 0 ? plainAbove + 1 : bits) + half) * perLevel;
    const size = miss < 0 ? -miss : miss;
    const high = size < 2 ** 31 ? (size | 0) >>> plain : Math.floor(size / 2 ** plain);
    list[count++] = level * 2 + (high === 0 ? 0 : 1);
    if (high !== 0 || plain !== 0) list[count++] = (signAt + sign) * 2 + (miss < 0 ? 1 : 0);
    if (high !== 0) count = noteHigh(list, count, level, high);
    for (let bit = plain - 1; bit >= 0; bit--) list[count++] = plainPlace * 2 + bitOf(size, bit);
    const most = average < largestCounted ? average * leap + 256 : largestCounted * 16;
    const counted = size * 16;
    average += (Math.min(counted, most) - average) >> slowness;
    sign = miss === 0 ? 0 : miss > 0 ? 1 : 2;
  }
  out.noted(count);
}

/** A number from 1 on: how many bits it has below its highest, then these. */
function noteHigh(list: Int32Array, from: number, level: number, high: number): number {
  let count = from;
  const bits = high < 2 ** 31 ? 31 - Math.clz32(high) : 31 + (31 - Math.clz32(high / 2 ** 31));
  for (let at = 0; at < bits; at++)
    list[count++] = (level + bucketAt + (at < buckets ? at : buckets - 1)) * 2 + 1;
  const bucket = bits < buckets ? bits : buckets - 1;
  list[count++] = (level + bucketAt + bucket) * 2;
  if (bits === 0) return count;
  const top = bitOf(high, bits - 1);
  list[count++] = (level + topAt + bucket) * 2 + top;
  if (bits === 1) return count;
  list[count++] = (secondAt + 2 * bucket + top) * 2 + bitOf(high, bits - 2);
  for (let bit = bits - 3; bit >= 0; bit--) list[count++] = plainPlace * 2 + bitOf(high, bit);
  return count;
}

function bitOf(value: number, bit: number): number {
  return value < 2 ** 31 ? ((value | 0) >>> bit) & 1 : Math.floor(value / 2 ** bit) % 2;
}

/** Which question a bit answers. */
const askPresence = 0;
const askZero = 1;
const askSign = 2;
const askBucket = 3;
const askTop = 4;
const askSecond = 5;

/** A bit a turn: the state of the stream stays in registers, which makes this half as dear as calls. */
export function decodeMisses(
  bytes: Uint8Array,
  o: { shape: number; gaps: boolean; states: States },
  misses: Float64Array,
): void {
  const { states } = o;
  states.set(statesOf(o.shape));
  const { gaps } = o;
  let next = 0;
  let low = 0;
  let high = -1;
  let code = 0;
  for (; next < 4; next++) code = (code << 8) | (next < bytes.length ? bytes[next]! : 0);
  let average = beginning;
  let signBefore = 0;
  let present = presentBefore;
  for (let at = 0; at < misses.length; at++) {
    const averageBits = 32 - Math.clz32(average);
    const half = averageBits > 1 ? (average >> (averageBits - 2)) & 1 : 0;
    const plain = averageBits > plainAbove ? averageBits - plainAbove : 0;
    const level = missPlace + (2 * (plain > 0 ? plainAbove + 1 : averageBits) + half) * perLevel;
    let ask = gaps ? askPresence : askZero;
    let place = gaps ? presencePlace + present : level;
    let absent = false;
    let negative = false;
    let some = 0;
    let bits = 0;
    let size = 0;
    let left = plain;
    for (;;) {
      const state = states[place]!;
      const chance = state >>> 8;
      const seen = state & 255;
      const range = (high - low) | 0;
      const middle = (low + Math.imul(range >>> 16, chance) + (Math.imul(range & 0xffff, chance) >>> 16)) | 0;
      let bit = 0;
      let learned: number;
      if (code >>> 0 <= middle >>> 0) {
        learned = chance + (Math.imul(65_536 - chance, learning[seen]!) >> 15);
        if (learned > mostChance) learned = mostChance;
        high = middle;
        bit = 1;
      } else {
        learned = chance - (Math.imul(chance, learning[seen]!) >> 15);
        if (learned < leastChance) learned = leastChance;
        low = (middle + 1) | 0;
      }
      states[place] = (learned << 8) | (seen < mostSeen ? seen + 1 : seen);
      while (((low ^ high) & 0xff000000) === 0) {
        low = low << 8;
        high = (high << 8) | 0xff;
        code = (code << 8) | (next < bytes.length ? bytes[next]! : 0);
        next++;
      }
      if (ask === askBucket) {
        if (bit !== 0) {
          if (++bits > mostBits) throw new RangeError('a miss of more bits than a number has');
          place = level + bucketAt + (bits < buckets ? bits : buckets - 1);
          continue;
        }
        size = 1;
        if (bits === 0) break;
        ask = askTop;
        place = level + topAt + (bits < buckets ? bits : buckets - 1);
      } else if (ask === askZero) {
        if (bit === 0 && plain === 0) break;
        some = bit;
        ask = askSign;
        place = signAt + signBefore;
      } else if (ask === askSign) {
        negative = bit !== 0;
        if (some === 0) break;
        ask = askBucket;
        place = level + bucketAt;
      } else if (ask === askTop) {
        size = 2 + bit;
        if (bits === 1) break;
        ask = askSecond;
        place = secondAt + 2 * (bits < buckets ? bits : buckets - 1) + bit;
      } else if (ask === askSecond) {
        size = size * 2 + bit;
        left += bits - 2;
        break;
      } else {
        present = ((present << 1) | bit) & 3;
        absent = bit === 0;
        if (absent) break;
        ask = askZero;
        place = level;
      }
    }
    if (absent) {
      misses[at] = Number.NaN;
      continue;
    }
    for (; left > 0; left--) {
      const middle = (low + ((high - low) >>> 1)) | 0;
      if (code >>> 0 <= middle >>> 0) {
        high = middle;
        size = size * 2 + 1;
      } else {
        low = (middle + 1) | 0;
        size = size * 2;
      }
      while (((low ^ high) & 0xff000000) === 0) {
        low = low << 8;
        high = (high << 8) | 0xff;
        code = (code << 8) | (next < bytes.length ? bytes[next]! : 0);
        next++;
      }
    }
    misses[at] = negative ? -size : size;
    const most = average < largestCounted ? average * leap + 256 : largestCounted * 16;
    const counted = size * 16;
    average += (Math.min(counted, most) - average) >> slowness;
    signBefore = size === 0 ? 0 : negative ? 2 : 1;
  }
}
