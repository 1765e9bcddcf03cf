/** A record of coarse history: some neighbouring series of one machine over a window, as checksummed bytes. ../README.md draws them. */
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { decodeColumn } from '../codec/column.ts';
import { QuickEncoder } from '../codec/quick.ts';
import { Room } from '../codec/room.ts';
import type { Column } from '../codec/scaled.ts';
import type { Cells, Grid } from './cells.ts';
import {
  columnsOf,
  decodeSeries,
  encodeSeries,
  forms,
  knownForms,
  type SeriesColumns,
  type Shared,
  sharedOf,
} from './rollup-columns.ts';
import { type Coarse, cellsPerWindow, seriesPerGroup, tiers } from './tiers.ts';

export type RollupOrigin = { tier: Coarse; startMs: number; machine: number; group: number };

/** An opened record; what is asked for is decoded then. */
export type Rollup = {
  /** Indexes in the machine's dictionary. */
  series: readonly number[];
  cells(index: number): Cells | null;
};

const version = 2;
const checksumBytes = 4;
/** By version: the first did not say whose the first and the last value of a cell are. */
const sharedColumns = [0, 4, 6];

export function gridOf({ tier, startMs }: Pick<RollupOrigin, 'tier' | 'startMs'>): Grid {
  return { startMs, stepMs: tiers[tier].cellMs, count: cellsPerWindow(tiers[tier]) };
}

/** At least one of the series has a value. `pause` is awaited between series, so that nobody waits long. */
export async function encodeRollup(
  origin: RollupOrigin,
  cells: ReadonlyMap<number, Cells>,
  pause: () => Promise<void>,
): Promise<Buffer> {
  const { tier, startMs, machine, group } = origin;
  const grid = gridOf(origin);
  const some = [...cells].filter(([, one]) => one.count.some((count) => count > 0)).sort(([a], [b]) => a - b);
  const shared = sharedOf(
    some.map(([, one]) => one),
    grid.count,
  );
  const encoder = new QuickEncoder();
  const bodies = sharedColumnsOf(shared, grid).map((column) => encoder.encode(column));
  const out = new ByteWriter(8192);
  out.byte(version);
  out.byte(tiers[tier].number);
  out.varint(startMs / tiers[tier].windowMs);
  out.varint(machine);
  out.varint(group);
  out.varint(shared.cells.length);
  out.byte(some.reduce((mask, [index]) => mask | (1 << (index % seriesPerGroup)), 0));
  for (const [, one] of some) {
    const { form, shift, base, columns } = encodeSeries(one, shared);
    out.byte(form);
    if (form & forms.rounded) out.byte(shift);
    if (form & forms.counter) out.zigzag(base);
    for (const column of columns) bodies.push(encoder.encode(column));
    await pause();
  }
  for (const body of bodies) out.varint(body.length);
  for (const body of bodies) out.bytes(body);
  out.u32(crc32(out.view()));
  return Buffer.from(out.copy());
}

/** Checks the checksum and that the record is the one that was asked for; throws RangeError or Malformed otherwise. */
export function openRollup(bytes: Uint8Array, origin: RollupOrigin): Rollup {
  const end = bytes.length - checksumBytes;
  if (end <= 0) throw new RangeError('a record of no length');
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset, end);
  if (new ByteReader(bytes.subarray(end)).u32() !== crc32(body)) {
    throw new RangeError('the record does not match its checksum');
  }
  const input = new ByteReader(body);
  const found = input.byte();
  if (found !== 1 && found !== version)
    throw new RangeError(`a record of version ${found}, which this store does not know`);
  const { number, windowMs } = tiers[origin.tier];
  const place = [input.byte(), input.varint() * windowMs, input.varint(), input.varint()];
  const wanted = [number, origin.startMs, origin.machine, origin.group];
  if (place.some((value, at) => value !== wanted[at])) throw new RangeError('the record belongs elsewhere');
  return openBody(input, origin, sharedColumns[found]!);
}

/** What all its columns have in common. */
type Sized = { count: number; room: Room };
type Head = Omit<SeriesColumns, 'columns'> & { bytes: Uint8Array[] };

function openBody(input: ByteReader, origin: RollupOrigin, sharedCount: number): Rollup {
  const grid = gridOf(origin);
  const room = new Room();
  const count = input.varint();
  if (count > grid.count) throw new RangeError(`a record of ${count} cells`);
  const mask = input.byte();
  const heads = new Map<number, Head>();
  for (let bit = 0; bit < seriesPerGroup; bit++) {
    if (mask & (1 << bit)) heads.set(origin.group * seriesPerGroup + bit, readHead(input));
  }
  const sharedLengths = Array.from({ length: sharedCount }, () => input.varint());
  const lengths = [...heads.values()].map(({ form }) =>
    Array.from({ length: columnsOf(form) }, () => input.varint()),
  );
  const sharedBodies = sharedLengths.map((length) => input.bytes(length));
  for (const [at, head] of [...heads.values()].entries()) {
    head.bytes = lengths[at]!.map((length) => input.bytes(length));
  }
  input.end();
  let shared: Shared | null = null;
  return {
    series: [...heads.keys()],
    cells(index) {
      const head = heads.get(index);
      if (head === undefined) return null;
      shared ??= readShared(sharedBodies, { count, room }, grid);
      return decodeSeries({ ...head, columns: readColumns(head.bytes, { count, room }) }, shared, grid);
    },
  };
}

function readHead(input: ByteReader): Head {
  const form = input.byte();
  if (form > knownForms) throw new RangeError('a series of an unknown form');
  const shift = form & forms.rounded ? input.byte() : 0;
  const base = form & forms.counter ? input.zigzag() : 0;
  return { form, shift, base, bytes: [] };
}

function readColumns(bodies: readonly Uint8Array[], { count, room }: Sized): Column[] {
  return bodies.map((bytes) => decodeColumn(bytes, count, { numbersOf: noOther, room }).column);
}

function noOther(): never {
  throw new RangeError('a column leans on one that is not there');
}

/** Which cells there are, how many ticks they have, how far the first and the last are from the cell's ends, and whose they are. */
function sharedColumnsOf(shared: Shared, { startMs, stepMs }: Grid): Column[] {
  const { cells, counts, firstMs, lastMs } = shared;
  const begins = cells.map((at) => startMs + at * stepMs);
  return [
    cells.map((at, index) => at - index),
    counts,
    firstMs.map((tMs, index) => tMs - begins[index]!),
    lastMs.map((tMs, index) => begins[index]! + stepMs - tMs),
    shared.run,
    shared.change,
  ];
}

function readShared(bodies: readonly Uint8Array[], sized: Sized, { startMs, stepMs }: Grid): Shared {
  const [places, counts, first, last, run, change] = readColumns(bodies, sized);
  const cells = places!.map((value, index) => value + index);
  if (cells.some((at, index) => !(at >= 0 && at * stepMs < Number.MAX_SAFE_INTEGER) || at < index)) {
    throw new RangeError('cells in no order');
  }
  return {
    cells,
    counts: counts!,
    firstMs: first!.map((value, index) => startMs + cells[index]! * stepMs + value),
    lastMs: last!.map((value, index) => startMs + (cells[index]! + 1) * stepMs - value),
    run: run ?? new Float64Array(sized.count),
    change: change ?? new Float64Array(sized.count),
  };
}
