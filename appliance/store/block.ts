/**
 * A block: the ticks of one machine and one run over about an hour, as checksummed bytes. One series can be read
 * without inflating the others. README.md draws the bytes.
 */
import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { ByteReader, ByteWriter } from '../protocol/bytes.ts';
import type { Tick } from '../protocol/ticks.ts';
import { type Column, decodeColumn, encodeColumn } from './columns.ts';

export type BlockOrigin = { machine: number; run: string; wallAtZeroMs: number; trusted: boolean };

export type BlockHeader = BlockOrigin & {
  count: number;
  firstSeq: number;
  lastSeq: number;
  firstRunMs: number;
  lastRunMs: number;
};

type Section = { series: number[]; offset: number; length: number };

export type Block = {
  header: BlockHeader;
  bytes: Uint8Array;
  ticks: { offset: number; length: number };
  sections: Section[];
};

const version = 1;
const trustedFlag = 1;
const seriesPerSection = 8;
const checksumBytes = 4;
/** A varint has at most 8 bytes, a column a mode, a count and a bitmap beside its values. */
const mostBytes = (count: number) => seriesPerSection * (count * 8 + (count >> 3) + 16);

/** Ticks are sorted by seq, and there is at least one. */
export function encodeBlock(origin: BlockOrigin, ticks: readonly Tick[]): Buffer {
  const columns = columnsOf(ticks);
  const groups: { series: number[]; packed: Uint8Array }[] = [];
  const scratch = new ByteWriter(16_384);
  for (let at = 0; at < columns.length; at += seriesPerSection) {
    const group = columns.slice(at, at + seriesPerSection);
    scratch.clear();
    for (const { column } of group) encodeColumn(scratch, column);
    groups.push({ series: group.map(({ index }) => index), packed: deflateRawSync(scratch.view()) });
  }
  const packedTicks = packTicks(ticks, scratch);
  const out = new ByteWriter(4096);
  writeHeader(out, origin, ticks);
  out.varint(packedTicks.length);
  out.varint(groups.length);
  for (const { series, packed } of groups) {
    out.byte(series.length);
    let before = -1;
    for (const index of series) {
      out.varint(index - before - 1);
      before = index;
    }
    out.varint(packed.length);
  }
  out.bytes(packedTicks);
  for (const { packed } of groups) out.bytes(packed);
  out.u32(crc32(out.view()));
  return Buffer.from(out.copy());
}

/** Checks the checksum; throws RangeError or Malformed for anything that is no whole block. */
export function openBlock(bytes: Uint8Array): Block {
  const end = bytes.length - checksumBytes;
  if (end <= 0) throw new RangeError('a block of no length');
  const body = bytes.subarray(0, end);
  if (new ByteReader(bytes.subarray(end)).u32() !== crc32(body)) {
    throw new RangeError('the block does not match its checksum');
  }
  const input = new ByteReader(body);
  const found = input.byte();
  if (found !== version) throw new RangeError(`a block of version ${found}; this store reads ${version}`);
  const header = readHeader(input);
  const tickLength = input.varint();
  const sections: Section[] = [];
  for (let left = input.varint(); left > 0; left--) {
    const series: number[] = [];
    let before = -1;
    for (let count = input.byte(); count > 0; count--) {
      before += input.varint() + 1;
      series.push(before);
    }
    sections.push({ series, offset: 0, length: input.varint() });
  }
  const ticks = { offset: input.offset, length: tickLength };
  let offset = ticks.offset + ticks.length;
  for (const section of sections) {
    section.offset = offset;
    offset += section.length;
  }
  if (offset !== end) throw new RangeError('the block is longer or shorter than its sections');
  return { header, bytes, ticks, sections };
}

/** The seq and the date of each tick. */
export function readTicks(block: Block): { seqs: Float64Array; times: Float64Array } {
  const { count, firstSeq, firstRunMs, wallAtZeroMs } = block.header;
  const input = inflated(block, block.ticks);
  const seqs = new Float64Array(count);
  const times = new Float64Array(count);
  let seq = firstSeq - 1;
  let runMs = firstRunMs;
  let step = 0;
  for (let index = 0; index < count; index++) {
    seq += input.varint() + 1;
    step += input.zigzag();
    runMs += step;
    seqs[index] = seq;
    times[index] = wallAtZeroMs + runMs;
  }
  return { seqs, times };
}

/** The columns of the wanted series, in their order; null for one that the block does not have. */
export function readColumns(block: Block, wanted: readonly number[]): (Column | null)[] {
  const found = new Map<number, Column>();
  for (const section of block.sections) {
    if (!section.series.some((index) => wanted.includes(index))) continue;
    const input = inflated(block, section);
    for (const index of section.series) found.set(index, decodeColumn(input, block.header.count));
  }
  return wanted.map((index) => found.get(index) ?? null);
}

export function seriesOf(block: Block): number[] {
  return block.sections.flatMap((section) => section.series);
}

function columnsOf(ticks: readonly Tick[]): { index: number; column: Column }[] {
  const width = ticks.reduce((widest, tick) => Math.max(widest, tick.values.length), 0);
  const columns: { index: number; column: Column }[] = [];
  for (let index = 0; index < width; index++) {
    const column = new Float64Array(ticks.length);
    let present = false;
    for (let at = 0; at < ticks.length; at++) {
      const value = ticks[at]!.values[index];
      present ||= value !== undefined;
      column[at] = value ?? Number.NaN;
    }
    if (present) columns.push({ index, column });
  }
  return columns;
}

function packTicks(ticks: readonly Tick[], scratch: ByteWriter): Uint8Array {
  scratch.clear();
  let seq = ticks[0]!.seq - 1;
  let runMs = ticks[0]!.runMs;
  let step = 0;
  for (const tick of ticks) {
    scratch.varint(tick.seq - seq - 1);
    scratch.zigzag(tick.runMs - runMs - step);
    step = tick.runMs - runMs;
    seq = tick.seq;
    runMs = tick.runMs;
  }
  return deflateRawSync(scratch.view());
}

function writeHeader(out: ByteWriter, origin: BlockOrigin, ticks: readonly Tick[]): void {
  const first = ticks[0]!;
  const last = ticks[ticks.length - 1]!;
  out.byte(version);
  out.byte(origin.trusted ? trustedFlag : 0);
  out.varint(origin.machine);
  out.bytes(Buffer.from(origin.run, 'hex'));
  out.f64(origin.wallAtZeroMs);
  out.varint(ticks.length);
  out.varint(first.seq);
  out.varint(last.seq - first.seq);
  out.varint(first.runMs);
  out.zigzag(last.runMs - first.runMs);
}

function readHeader(input: ByteReader): BlockHeader {
  const trusted = (input.byte() & trustedFlag) !== 0;
  const machine = input.varint();
  const run = Buffer.from(input.bytes(16)).toString('hex');
  const wallAtZeroMs = input.f64();
  const count = input.varint();
  const firstSeq = input.varint();
  const lastSeq = firstSeq + input.varint();
  const firstRunMs = input.varint();
  const lastRunMs = firstRunMs + input.zigzag();
  return { machine, run, wallAtZeroMs, trusted, count, firstSeq, lastSeq, firstRunMs, lastRunMs };
}

function inflated(block: Block, part: { offset: number; length: number }): ByteReader {
  const packed = block.bytes.subarray(part.offset, part.offset + part.length);
  return new ByteReader(inflateRawSync(packed, { maxOutputLength: mostBytes(block.header.count) + 64 }));
}
