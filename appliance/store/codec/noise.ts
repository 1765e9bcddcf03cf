/**
 * What the two sides of a stream of noise have in common. Such a stream expects that misses are as large as they have been
 * lately, and of which kind their noise is; it learns nothing else, so that a miss is one look into a table.
 */
import { noiseShares } from './noise.table.ts';

/** Which noise, and how slowly its size changes: what a column chooses. */
export type Noise = { kind: number; pace: number };

export const noiseKinds = 3;
/** An average takes over a part in 2^rate of each miss. */
export const noiseRates: Int32Array = Int32Array.of(4, 6, 8);

/** Shares are of 2^11. */
export const shareBits = 11;
/** Of a row: a symbol for what is below −22, for each miss from there to 22, and for what is above. */
export const symbols = 47;
export const middle = 23;
export const widest = 22;
export const rowsOfKind = 32;
/** From this row on of a kind misses are so large that their lowest bits are written plainly: a size stands for a cell. */
export const firstOfCells = 28;
const sharesInRow = 24;

/** Averages are of sizes in parts of 2^8, from 2^4 on; from 2^11 on sizes have plain bits. */
export const averageBits = 8;
export const leastLog = 4;
export const leastAverage = 2 ** leastLog;
export const lastLog = 10;
/** A size that leaps above the average counts as less, so that a single reset is soon forgotten. */
const leap = 16;
const leapMore = 4096;
const largestLeap = 2 ** 26;
const largestSize = 2 ** 30;

/** A state is from 2^15 to 2^31, and grows and shrinks by 16 bits; at the beginning of what is written it is 0. */
export const leastState = 2 ** 15;
/** So many bits are plain at once. */
export const mostPlain = 12;
/** How far beyond the widest one is: the number of its bits in so many, then these. */
export const lengthBits = 5;

/** Of a row and a symbol: its share · 2^16 + those of the symbols before. */
export const ranges: Int32Array = rangesOf();

function rangesOf(): Int32Array {
  const rows = noiseShares.length / sharesInRow;
  const found = new Int32Array(rows * symbols);
  for (let row = 0; row < rows; row++) {
    const isOfCells = row % rowsOfKind >= firstOfCells;
    const share = (size: number) => noiseShares[row * sharesInRow + size]!;
    let before = 0;
    for (let symbol = 0; symbol < symbols; symbol++) {
      const value = symbol - middle;
      // A cell reaches from its number upwards: the one of −1 is as far from 0 as its own.
      const size = isOfCells && value < 0 ? -1 - value : Math.abs(value);
      const own = isOfCells && symbol === 0 ? share(widest) + share(middle) : share(size);
      found[row * symbols + symbol] = (own << 16) | before;
      before += own;
    }
  }
  return found;
}

/** What a size counts at most. */
export function mostAfter(average: number): number {
  return average < largestLeap ? average * leap + leapMore : largestSize;
}

/** The average with which a column begins: about 2^(level ÷ 4). */
export const mostLevel = 119;
export function firstAverage(level: number): number {
  return Math.max(leastAverage, Math.floor(((9 + 2 * (level & 3)) * 2 ** (level >> 2)) / 8));
}
