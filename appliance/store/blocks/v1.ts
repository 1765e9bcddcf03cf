/** Blocks of version 1, which are read and no longer written: differences as varints, deflated eight series at a time. */
import { inflateRawSync } from 'node:zlib';
import { ByteReader } from '../../protocol/bytes.ts';
import type { Column } from '../codec/scaled.ts';
import type { Block } from './block.ts';
import { readHeader } from './header.ts';

type Part = { offset: number; length: number };
type Section = Part & { series: number[] };

const seriesPerSection = 8;
const modes = { delta: 0, deltaOfDelta: 1 };

/** The bytes between version and checksum. */
export function openBlockV1(body: Uint8Array): Block {
  const input = new ByteReader(body);
  const header = readHeader(input);
  const tickLength = input.varint();
  const sections = readSections(input);
  const ticks = { offset: input.offset, length: tickLength };
  let offset = ticks.offset + ticks.length;
  for (const section of sections) {
    section.offset = offset;
    offset += section.length;
  }
  if (offset !== body.length) throw new RangeError('the block is longer or shorter than its sections');
  const { count } = header;
  // A varint has at most 8 bytes, a column a mode, a count and a bitmap beside its values.
  const maxOutputLength = seriesPerSection * (count * 8 + (count >> 3) + 16) + 64;
  const inflated = (part: Part): ByteReader =>
    new ByteReader(inflate(body.subarray(part.offset, part.offset + part.length), maxOutputLength));
  return {
    header,
    series: sections.flatMap((section) => section.series),
    ticks: () => readTicks(inflated(ticks), header),
    times: () => readTicks(inflated(ticks), header).times,
    columns(wanted) {
      const found = new Map<number, Column>();
      for (const section of sections) {
        if (!section.series.some((index) => wanted.includes(index))) continue;
        const columns = inflated(section);
        for (const index of section.series) found.set(index, readColumn(columns, count));
      }
      return wanted.map((index) => found.get(index) ?? null);
    },
  };
}

function inflate(part: Uint8Array, maxOutputLength: number): Uint8Array {
  try {
    return inflateRawSync(part, { maxOutputLength });
  } catch (error) {
    throw new RangeError('a part of the block is not deflated as it should be', { cause: error });
  }
}

function readSections(input: ByteReader): Section[] {
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
  return sections;
}

function readTicks(
  input: ByteReader,
  { count, firstSeq, firstRunMs, wallAtZeroMs }: Block['header'],
): ReturnType<Block['ticks']> {
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

function readColumn(input: ByteReader, count: number): Column {
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
