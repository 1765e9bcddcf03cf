/**
 * What a block of version 2 or 3 has between version and checksum: each series as a column of its own. They differ in the
 * kinds of columns that they may have. ../README.md draws the bytes.
 */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { type Decoded, decodeColumn } from '../codec/column.ts';
import { ColumnsEncoder, type Indexed } from '../codec/columns.ts';
import { Models } from '../codec/models.ts';
import type { Room } from '../codec/room.ts';
import type { Block } from './block.ts';
import { type BlockOrigin, readHeader, writeHeader } from './header.ts';
import type { Table } from './table.ts';

/** What is written. */
const newestVersion = 3;
export const readVersions: readonly number[] = [2, newestVersion];
/** Columns decoded for one, itself included; whoever writes needs four. A chain of thousands is nobody's. */
const mostForOne = 16;

/** What a machine's last block found out for its next ones. */
export class BlockModels {
  readonly values: Models;
  readonly runMs: Models;

  /** `phase` as Models has it. */
  constructor(phase: number) {
    this.values = new Models(phase);
    this.runMs = new Models(phase);
  }
}

/** Writes one block at a time, in memory that the next one uses again. */
export class BodyWriter {
  readonly #encoder = new ColumnsEncoder();
  readonly #out = new ByteWriter(32_768);

  /** What is written before the checksum; a view that the next one changes. There is at least one tick. */
  write(origin: BlockOrigin, table: Table, models?: BlockModels): ByteWriter {
    const columns = columnsOf(table);
    const bodies = [...this.#times(table, models), ...this.#encoder.encode(columns, models?.values)];
    const out = this.#out;
    out.clear();
    out.byte(newestVersion);
    writeHeader(out, origin, table);
    writeIndexes(
      out,
      columns.map(({ index }) => index),
    );
    for (const body of bodies) out.varint(body.length);
    for (const body of bodies) out.bytes(body);
    return out;
  }

  /** Seq less what it would be without holes, and run ms, both from their first. */
  #times({ seqs, runMs }: Table, models: BlockModels | undefined): Uint8Array[] {
    const holes = seqs.map((seq, at) => seq - seqs[0]! - at);
    const since = runMs.map((one) => one - runMs[0]!);
    return [
      ...this.#encoder.encode([{ index: 0, column: holes }]),
      ...this.#encoder.encode([{ index: 0, column: since }], models?.runMs),
    ];
  }
}

/** The bytes between version and checksum. */
export function openBody(body: Uint8Array, room: Room): Block {
  const input = new ByteReader(body);
  const header = readHeader(input);
  const series = readIndexes(input, body.length);
  // The two columns of time, then those of the series: where each ends, and before the first where that begins.
  const ends = [0];
  for (let left = series.length + 2; left > 0; left--) ends.push(input.varint());
  ends[0] = input.offset;
  for (let at = 1; at < ends.length; at++) ends[at]! += ends[at - 1]!;
  input.skip(ends.at(-1)! - ends[0]!);
  input.end();
  const columnAt = (at: number) => body.subarray(ends[at]!, ends[at + 1]!);
  const { count, firstSeq, firstRunMs, wallAtZeroMs } = header;
  const ofTime = (at: number): Float64Array => {
    const { column, numbers } = decodeColumn(columnAt(at), count, { numbersOf: noOther, room });
    room.give(numbers);
    return column;
  };
  const times = (): Float64Array => {
    const dates = ofTime(1);
    for (let at = 0; at < count; at++) dates[at] = wallAtZeroMs + (firstRunMs + dates[at]!);
    return dates;
  };
  // Kept as long as the block is, so that its columns can be asked for in parts.
  const decoded = new Map<number, Decoded | null>();
  let left = 0;
  const decode = (index: number): Decoded | null => {
    const known = decoded.get(index);
    if (known !== undefined) return known;
    const place = placeOf(series, index);
    if (place < 0) return null;
    if (left-- === 0) throw new RangeError('a column leans on too many others');
    // Who leans on itself finds nothing.
    decoded.set(index, null);
    try {
      const found = decodeColumn(columnAt(place + 2), count, { numbersOf, room });
      decoded.set(index, found);
      return found;
    } catch (error) {
      decoded.delete(index);
      throw error;
    }
  };
  const numbersOf = (other: number) => decode(other)?.numbers ?? noOther();
  return {
    header,
    series,
    times,
    ticks() {
      const seqs = ofTime(0);
      for (let at = 0; at < count; at++) seqs[at]! += firstSeq + at;
      return { seqs, times: times() };
    },
    columns: (wanted) =>
      wanted.map((index) => {
        left = mostForOne;
        return decode(index)?.column ?? null;
      }),
    close(handedOut) {
      for (const found of decoded.values()) {
        if (found === null) continue;
        room.give(found.numbers);
        if (!handedOut.includes(found.column)) room.give(found.column);
      }
      decoded.clear();
    },
  };
}

/** In indexes that ascend; -1 for one that is not there. */
function placeOf(series: readonly number[], index: number): number {
  let [from, to] = [0, series.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (series[middle]! < index) from = middle + 1;
    else to = middle;
  }
  return series[from] === index ? from : -1;
}

/** Also for one that leans on itself. */
function noOther(): never {
  throw new RangeError('a column leans on one that is not there');
}

function columnsOf({ columns }: Table): Indexed[] {
  const found: Indexed[] = [];
  for (const [index, column] of columns.entries()) {
    if (!column.every(Number.isNaN)) found.push({ index, column });
  }
  return found;
}

/** As stretches: how many are left out, how many follow each other. */
function writeIndexes(out: ByteWriter, indexes: readonly number[]): void {
  const stretches: { first: number; length: number }[] = [];
  for (const index of indexes) {
    const last = stretches.at(-1);
    if (last !== undefined && last.first + last.length === index) last.length++;
    else stretches.push({ first: index, length: 1 });
  }
  out.varint(stretches.length);
  let next = 0;
  for (const { first, length } of stretches) {
    out.varint(first - next);
    out.varint(length);
    next = first + length;
  }
}

/** Each index has a column of at least one byte, so that there are no more of them than bytes. */
function readIndexes(input: ByteReader, most: number): number[] {
  const indexes: number[] = [];
  let next = 0;
  for (let left = input.varint(); left > 0; left--) {
    next += input.varint();
    const length = input.varint();
    if (indexes.length + length > most) throw new RangeError('a block of more columns than bytes');
    for (let end = next + length; next < end; next++) indexes.push(next);
  }
  return indexes;
}
