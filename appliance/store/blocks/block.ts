/**
 * A block: the ticks of one machine and one run over about an hour, as checksummed bytes. One series can be read
 * without decoding the machine. README.md draws the bytes.
 */
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { Room } from '../codec/room.ts';
import type { Column } from '../codec/scaled.ts';
import { type BlockModels, BodyWriter, openBody, readVersions } from './body.ts';
import { type BlockHeader, type BlockOrigin, withDating } from './header.ts';
import type { Table } from './table.ts';

export type { BlockHeader, BlockOrigin } from './header.ts';

/** An opened block; what is asked for is decoded then. */
export type Block = {
  header: BlockHeader;
  /** The indexes of its columns. */
  series: readonly number[];
  /** The seq and the date of each tick. */
  ticks(): { seqs: Float64Array; times: Float64Array };
  /** The dates alone: what most readers need. */
  times(): Float64Array;
  /** The columns of the wanted series, in their order; null for one that the block does not have. */
  columns(wanted: readonly number[]): (Column | null)[];
  /** Its memory goes back to the room, all but these columns. It is asked nothing any more. */
  close(handedOut: readonly (Column | null)[]): void;
};

const checksumBytes = 4;

export class BlockWriter {
  readonly #body = new BodyWriter();

  /** There is at least one tick. */
  write(origin: BlockOrigin, table: Table, models?: BlockModels): Buffer {
    const out = this.#body.write(origin, table, models);
    out.u32(crc32(out.view()));
    return Buffer.from(out.view());
  }
}

/** The same ticks with another dating, which is trusted. */
export function redatedBlock(bytes: Uint8Array, wallAtZeroMs: number): Buffer {
  const body = bytes.subarray(0, bytes.length - checksumBytes);
  const dated = withDating(body.subarray(1), wallAtZeroMs);
  const out = new ByteWriter(dated.length + 1 + checksumBytes);
  out.bytes(body.subarray(0, 1));
  out.bytes(dated);
  out.u32(crc32(out.view()));
  return Buffer.from(out.view());
}

/** Checks the checksum; throws RangeError or Malformed for anything that is no whole block. */
export function openBlock(bytes: Uint8Array, room = new Room()): Block {
  const end = bytes.length - checksumBytes;
  if (end <= 0) throw new RangeError('a block of no length');
  // Parts of a Buffer are dear, parts of plain bytes are not.
  const body = new Uint8Array(bytes.buffer, bytes.byteOffset, end);
  if (new ByteReader(bytes.subarray(end)).u32() !== crc32(body)) {
    throw new RangeError('the block does not match its checksum');
  }
  if (!readVersions.includes(body[0]!))
    throw new RangeError(`a block of version ${body[0]}, which this store does not know`);
  return openBody(body.subarray(1), room);
}

export function readTicks(block: Block): ReturnType<Block['ticks']> {
  return block.ticks();
}

export function readTimes(block: Block): Float64Array {
  return block.times();
}

export function readColumns(block: Block, wanted: readonly number[]): (Column | null)[] {
  return block.columns(wanted);
}

export function seriesOf(block: Block): readonly number[] {
  return block.series;
}
