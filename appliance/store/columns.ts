/** One series over the ticks of a block: presence, then whole numbers as differences. README.md draws the bytes. */
import type { ByteReader, ByteWriter } from '../protocol/bytes.ts';

/** Values between absent ones; NaN is an absent value. */
export type Column = Float64Array;

const modes = { delta: 0, deltaOfDelta: 1 } as const;
/** Second differences above this might not be exact in a varint. */
const exactMagnitude = 2 ** 51;

export function encodeColumn(out: ByteWriter, column: Column): void {
  const present = countPresent(column);
  const mode = cheaperMode(column);
  out.byte(mode);
  out.varint(present);
  if (present < column.length) writePresence(out, column);
  let before = 0;
  let deltaBefore = 0;
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    const delta = value - before;
    out.zigzag(mode === modes.delta ? delta : delta - deltaBefore);
    before = value;
    deltaBefore = delta;
  }
}

export function decodeColumn(input: ByteReader, count: number): Column {
  const mode = input.byte();
  const present = input.varint();
  if (mode > modes.deltaOfDelta || present > count) throw new RangeError('a column of an unknown form');
  const presence = present < count ? input.bytes((count + 7) >> 3) : null;
  const column = new Float64Array(count).fill(Number.NaN);
  let before = 0;
  let delta = 0;
  for (let index = 0; index < count; index++) {
    if (presence !== null && !(presence[index >> 3]! & (1 << (index & 7)))) continue;
    const token = input.zigzag();
    delta = mode === modes.delta ? token : delta + token;
    before += delta;
    column[index] = before;
  }
  return column;
}

function countPresent(column: Column): number {
  let present = 0;
  for (const value of column) if (!Number.isNaN(value)) present++;
  return present;
}

function writePresence(out: ByteWriter, column: Column): void {
  const bitmap = out.reserve((column.length + 7) >> 3);
  for (let index = 0; index < column.length; index++) {
    if (!Number.isNaN(column[index])) out.setBit(bitmap, index);
  }
}

/** Counters that grow steadily cost less as second differences, noise costs less as first ones. */
function cheaperMode(column: Column): number {
  let before = 0;
  let deltaBefore = 0;
  let first = 0;
  let second = 0;
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    const delta = value - before;
    const change = Math.abs(delta - deltaBefore);
    if (change > exactMagnitude) return modes.delta;
    first += Math.log2(1 + Math.abs(delta));
    second += Math.log2(1 + change);
    before = value;
    deltaBefore = delta;
  }
  return second < first ? modes.deltaOfDelta : modes.delta;
}
