/** Misses that are like noise, out of bytes. */
import {
  averageBits,
  firstAverage,
  firstOfCells,
  lastLog,
  leastAverage,
  leastLog,
  leastState,
  lengthBits,
  middle,
  mostAfter,
  mostLevel,
  mostPlain,
  noiseKinds,
  noiseRates,
  ranges,
  rowsOfKind,
  shareBits,
  symbols,
  widest,
} from './noise.ts';

const formBytes = 2;
const slots = 2 ** shareBits;
/** A state has four bytes in a stream of an even number of bytes, else three. */
const leastStateBytes = 3;

/** Of each row: which symbol each of the 2048 parts belongs to. */
const symbolOf: Uint8Array = symbolsOf();

/** A miss a turn: a look into the table, then its plain bits. `bytes` is all that is left of the column. */
export function decodeNoise(bytes: Uint8Array, misses: Float64Array): void {
  const form = bytes[0]!;
  const kind = form & 3;
  const rate = noiseRates[(form >> 2) & 3];
  const shift = form >> 4;
  const level = bytes[1]!;
  const streamBytes = bytes.length - formBytes;
  if (kind >= noiseKinds || rate === undefined || !(level <= mostLevel) || streamBytes < leastStateBytes)
    throw new RangeError('noise of an unknown form');
  const firstRow = kind * rowsOfKind;
  const half = 1 << (rate - 1);
  const end = bytes.length;
  let next = formBytes;
  let state = 0;
  for (let left = leastStateBytes + 1 - (streamBytes & 1); left > 0; left--)
    state = (state << 8) | bytes[next++]!;
  state &= 0x7fffffff;
  let average = firstAverage(level);
  for (let at = 0; at < misses.length; at++) {
    const log = 31 - Math.clz32(average);
    const quarter = (average >> (log - 2)) & 3;
    const row = firstRow + (log > lastLog ? firstOfCells : 4 * (log - leastLog)) + quarter;
    const slot = state & (slots - 1);
    const symbol = symbolOf[(row << shareBits) | slot]!;
    const range = ranges[row * symbols + symbol]!;
    state = Math.imul(range >> 16, state >> shareBits) + slot - (range & 0xffff);
    if (state < leastState && next < end) {
      state = (state << 16) | (bytes[next]! << 8) | bytes[next + 1]!;
      next += 2;
    }
    let miss = symbol - middle;
    let plain = shift + (log > lastLog ? log - lastLog : 0);
    if (symbol === 0 || symbol === symbols - 1) {
      // Beyond the table: how many bits say how far, then these, of which the highest is 1.
      let beyond = 1;
      let left = state & ((1 << lengthBits) - 1);
      state >>= lengthBits;
      for (;;) {
        if (state < leastState && next < end) {
          state = (state << 16) | (bytes[next]! << 8) | bytes[next + 1]!;
          next += 2;
        }
        if (left === 0) break;
        const some = Math.min(left, mostPlain);
        beyond = (beyond << some) | (state & ((1 << some) - 1));
        state >>= some;
        left -= some;
      }
      miss = symbol === 0 ? -widest - beyond : widest + beyond;
    }
    while (plain > 0) {
      const some = Math.min(plain, mostPlain);
      miss = (miss << some) | (state & ((1 << some) - 1));
      state >>= some;
      plain -= some;
      if (state < leastState && next < end) {
        state = (state << 16) | (bytes[next]! << 8) | bytes[next + 1]!;
        next += 2;
      }
    }
    misses[at] = miss;
    const size = Math.abs(miss >> shift) << averageBits;
    const most = mostAfter(average);
    average += (Math.min(size, most) - average + half) >> rate;
    if (average < leastAverage) average = leastAverage;
  }
}

function symbolsOf(): Uint8Array {
  const rows = ranges.length / symbols;
  const found = new Uint8Array(rows * slots);
  for (let row = 0; row < rows; row++) {
    for (let symbol = 0; symbol < symbols; symbol++) {
      const range = ranges[row * symbols + symbol]!;
      const from = row * slots + (range & 0xffff);
      found.fill(symbol, from, from + (range >> 16));
    }
  }
  return found;
}
