/**
 * The tick codec: what a machine measured at one moment, as differences to the moment before.
 * The same bytes travel from agent to box and from ingest to store, and wait in the store's memory
 * and write-ahead log. README.md draws them.
 */
import { type ByteReader, type ByteWriter, unzigzag } from './bytes.ts';
import { limits } from './limits.ts';
import { Malformed } from './malformed.ts';

/** Values are scaled integers in dictionary order; `undefined` is a value that could not be read. */
export type Tick = { seq: number; runMs: number; values: (number | undefined)[] };

/** The same in plain numbers, NaN for what could not be read: for whoever handles many. */
export type Row = { seq: number; runMs: number; values: Float64Array };

/** Bytes of the largest number that one can have. */
const longestVarint = 8;

/** What both ends remember of a chain: the tick before and each series' last known value. */
class ChainState {
  seq = -1;
  runMs = 0;
  width = 0;
  /** The tick before, NaN for what it did not have. */
  row = new Float64Array(0);
  /** What was known before of those that are absent; few chains need it. */
  #gone: Float64Array | null = null;

  reset(): void {
    this.seq = -1;
    this.runMs = 0;
    this.width = 0;
    this.#gone = null;
  }

  widen(width: number): void {
    const before = this.width;
    if (before >= width) return;
    this.width = width;
    if (this.row.length !== width) this.row = widened(this.row.subarray(0, before), width);
    this.row.fill(Number.NaN, before);
    if (this.#gone !== null) this.#gone = widened(this.#gone, width);
  }

  /** The last known value of one that is absent. */
  lastOf(index: number): number {
    return this.#gone === null ? 0 : this.#gone[index]!;
  }

  leave(index: number): void {
    this.#gone ??= new Float64Array(this.width);
    this.#gone[index] = this.row[index]!;
    this.row[index] = Number.NaN;
  }
}

function widened(array: Float64Array, width: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(width);
  wider.set(array);
  return wider;
}

export class TickEncoder {
  readonly #state = new ChainState();

  /** The next tick starts a new chain; the decoder must be reset at the same place. */
  reset(): void {
    this.#state.reset();
  }

  /** In a chain that is wider than the tick, the rest is absent. */
  encode(out: ByteWriter, { seq, runMs, values }: Tick | Row, width = values.length): void {
    const state = this.#state;
    if (width < state.width) throw new RangeError('a chain of ticks never gets narrower');
    state.widen(width);
    out.zigzag(seq - state.seq - 1);
    out.zigzag(runMs - state.runMs);
    state.seq = seq;
    state.runMs = runMs;
    const bitmap = out.reserve((width + 7) >> 3);
    const { row } = state;
    const count = Math.min(values.length, width);
    const bytes = out.space(width * longestVarint);
    let at = out.length;
    for (let first = 0; first < width; first += 8) {
      const end = Math.min(first + 8, width);
      let bits = 0;
      for (let index = first; index < end; index++) {
        const value = index < count ? (values[index] ?? Number.NaN) : Number.NaN;
        const before = row[index]!;
        if (value === before) continue;
        if (Number.isNaN(value)) {
          if (Number.isNaN(before)) continue;
          bytes[at++] = 0;
          state.leave(index);
        } else {
          const change = value - (Number.isNaN(before) ? state.lastOf(index) : before);
          let token = change >= 0 ? change * 2 + 1 : -change * 2;
          if (!(token <= Number.MAX_SAFE_INTEGER)) throw new RangeError(`${value} is no value of a tick`);
          // As ByteWriter.varint does it; a number that is handed over would be an object of the heap.
          while (token > 0x7fffffff) {
            const high = Math.floor(token / 128);
            bytes[at++] = (token - high * 128) | 0x80;
            token = high;
          }
          let rest = token | 0;
          while (rest > 0x7f) {
            bytes[at++] = (rest & 0x7f) | 0x80;
            rest >>>= 7;
          }
          bytes[at++] = rest;
          row[index] = value;
        }
        bits |= 1 << (index - first);
      }
      if (bits !== 0) bytes[bitmap + (first >> 3)] = bits;
    }
    out.grown(at);
  }
}

export class TickDecoder {
  readonly #state = new ChainState();

  reset(): void {
    this.#state.reset();
  }

  /** Of the tick that was read last. */
  get seq(): number {
    return this.#state.seq;
  }

  get runMs(): number {
    return this.#state.runMs;
  }

  value(index: number): number | undefined {
    const { row, width } = this.#state;
    return index >= width || Number.isNaN(row[index]) ? undefined : row[index];
  }

  /** All of it, NaN for absent values; what is read next changes them. */
  get values(): Float64Array {
    return this.#state.row;
  }

  /** After an error the chain is broken: reset, or close what it came from. */
  decode(input: ByteReader, width: number): Tick {
    this.read(input, width);
    const { seq, runMs, row } = this.#state;
    const values: (number | undefined)[] = new Array(width);
    for (let index = 0; index < width; index++) {
      const value = row[index]!;
      values[index] = Number.isNaN(value) ? undefined : value;
    }
    return { seq, runMs, values };
  }

  /** The same for whoever wants some values only: the tick is known, but not made. */
  read(input: ByteReader, width: number): void {
    const state = this.#state;
    if (width < state.width) {
      throw new Malformed('BROKEN_CHAIN', '', `a tick of ${width} series follows one of ${state.width}`);
    }
    state.widen(width);
    const seq = state.seq + 1 + input.zigzag();
    if (seq < 0 || seq > limits.seqMagnitude)
      throw new Malformed('OUT_OF_RANGE', 'seq', `${seq} is no sequence number`);
    const runMs = state.runMs + input.zigzag();
    if (runMs < 0 || runMs > limits.runMs)
      throw new Malformed('OUT_OF_RANGE', 'runMs', `${runMs} is not within a run`);
    state.seq = seq;
    state.runMs = runMs;
    const bitmap = input.skip((width + 7) >> 3);
    if (width % 8 !== 0 && input.peek(bitmap + (width >> 3)) >> (width % 8) !== 0) {
      throw new Malformed('OUT_OF_RANGE', 'bitmap', `a bit is set behind series ${width - 1}`);
    }
    const { row } = state;
    const bytes = input.source;
    let at = input.offset;
    for (let index = 0; index < width; index++) {
      const rest = bytes[bitmap + (index >> 3)]! >> (index & 7);
      if (rest === 0) {
        index |= 7;
        continue;
      }
      if ((rest & 1) === 0) continue;
      let token: number;
      if (at + longestVarint > bytes.length) {
        input.moveTo(at);
        token = input.varint();
        at = input.offset;
      } else {
        // As ByteReader.varint does it; a number that is handed over would be an object of the heap.
        let byte = bytes[at++]!;
        let low = byte & 0x7f;
        for (let shift = 7; byte >= 0x80 && shift < 28; shift += 7) {
          byte = bytes[at++]!;
          low |= (byte & 0x7f) << shift;
        }
        token = low;
        for (let factor = 2 ** 28; byte >= 0x80; factor *= 128) {
          if (factor > 2 ** 49) throw tooLarge(at);
          byte = bytes[at++]!;
          token += (byte & 0x7f) * factor;
        }
        if (token > Number.MAX_SAFE_INTEGER) throw tooLarge(at);
      }
      if (token === 0) {
        if (!Number.isNaN(row[index])) state.leave(index);
        continue;
      }
      const before = row[index]!;
      const value = (Number.isNaN(before) ? state.lastOf(index) : before) + unzigzag(token - 1);
      if (Math.abs(value) > limits.valueMagnitude) {
        throw new Malformed('OUT_OF_RANGE', `values[${index}]`, `${value} is beyond ±(2^51 − 1)`);
      }
      row[index] = value;
    }
    input.moveTo(at);
  }
}

function tooLarge(at: number): Malformed {
  return new Malformed('OUT_OF_RANGE', '', `number at byte ${at} is larger than 2^53 − 1`);
}
