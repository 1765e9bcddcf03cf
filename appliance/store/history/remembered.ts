/**
 * Columns of blocks that were decoded lately, as differences: a chart that is looked at is asked for again and again, and
 * only its newest hour has changed. Kept from the second time on that somebody asks, so that whoever reads everything
 * once leaves nothing behind. Bounded; what was not asked for longest goes first, block by block.
 */

import { Cursor, packDates, packNumbers, unpackNumbers } from '../client/packed-numbers.ts';
import { Room } from '../codec/room.ts';
import type { Expected } from '../recovery/block-index.ts';

export type Decoded = { times: Float64Array; columns: Float64Array[] };

/** A block is named by its key and its checksum: what it is never changes. */
type Block = { crc: number; times: Uint8Array; columns: Map<number, Uint8Array>; bytes: number };

const mostBytes = 2 * 2 ** 20;
/** What an entry and an array take beside their bytes, roughly. */
const entryBytes = 400;
const columnBytes = 300;
const mostQuestions = 256;

export class Remembered {
  readonly #most: number;
  readonly #blocks = new Map<string, Block>();
  readonly #asked = new Set<string>();
  #bytes = 0;

  constructor(most = mostBytes) {
    this.#most = most;
  }

  get byteLength(): number {
    return this.#bytes;
  }

  /** Whether the same series were asked for lately; they are from now on. */
  isAskedAgain(machine: number, wanted: readonly number[]): boolean {
    const question = `${machine}:${wanted.join()}`;
    const again = this.#asked.delete(question);
    this.#asked.add(question);
    const [oldest] = this.#asked;
    if (this.#asked.size > mostQuestions) this.#asked.delete(oldest!);
    return again;
  }

  /** Null when one of the series is not known of it. */
  find({ key, crc }: Expected, wanted: readonly number[], room = new Room()): Decoded | null {
    const name = key.toString('latin1');
    const block = this.#blocks.get(name);
    if (block === undefined || block.crc !== crc) return null;
    const packed: Uint8Array[] = [];
    for (const index of wanted) {
      const column = block.columns.get(index);
      if (column === undefined) return null;
      packed.push(column);
    }
    this.#blocks.delete(name);
    this.#blocks.set(name, block);
    return { times: opened(block.times, room), columns: packed.map((bytes) => opened(bytes, room)) };
  }

  keep({ key, crc }: Expected, wanted: readonly number[], { times, columns }: Decoded): void {
    const name = key.toString('latin1');
    const found = this.#blocks.get(name);
    let block = found?.crc === crc ? found : undefined;
    if (found !== undefined) this.#blocks.delete(name);
    if (found !== undefined && block === undefined) this.#bytes -= found.bytes;
    if (block === undefined) {
      const dates = own(packDates(times));
      block = { crc, times: dates, columns: new Map(), bytes: entryBytes + dates.length };
      this.#bytes += block.bytes;
    }
    this.#blocks.set(name, block);
    for (const [at, index] of wanted.entries()) {
      if (block.columns.has(index)) continue;
      const column = own(packNumbers(columns[at]!, null));
      block.columns.set(index, column);
      block.bytes += columnBytes + column.length;
      this.#bytes += columnBytes + column.length;
    }
    this.#shrink();
  }

  #shrink(): void {
    for (const [name, { bytes }] of this.#blocks) {
      if (this.#bytes <= this.#most) return;
      this.#blocks.delete(name);
      this.#bytes -= bytes;
    }
  }
}

/** Without the room that it was made in. */
function own(bytes: Uint8Array): Uint8Array {
  return bytes.slice();
}

function opened(bytes: Uint8Array, room: Room): Float64Array {
  return unpackNumbers(new Cursor(bytes), null, (count) => room.take(count));
}
