/**
 * The tick codec: what a machine measured at one moment, as differences to the moment before.
 * The same bytes travel from agent to box and from ingest to store, and wait in the store's memory
 * and write-ahead log. README.md draws them.
 */
import { type ByteReader, type ByteWriter, unzigzag, zigzag } from './bytes.ts';
import { limits } from './limits.ts';
import { Malformed } from './malformed.ts';

/** Values are scaled integers in dictionary order; `undefined` is a value that could not be read. */
export type Tick = { seq: number; runMs: number; values: (number | undefined)[] };

/** What both ends remember of a chain: the tick before and each series' last known value. */
class ChainState {
  seq = -1;
  runMs = 0;
  last: number[] = [];
  present: boolean[] = [];

  widen(width: number): void {
    while (this.last.length < width) {
      this.last.push(0);
      this.present.push(false);
    }
  }
}

export class TickEncoder {
  #state = new ChainState();

  /** The next tick starts a new chain; the decoder must be reset at the same place. */
  reset(): void {
    this.#state = new ChainState();
  }

  encode(out: ByteWriter, tick: Tick): void {
    const state = this.#state;
    const { values } = tick;
    const width = values.length;
    if (width < state.last.length) throw new RangeError('a chain of ticks never gets narrower');
    state.widen(width);
    out.zigzag(tick.seq - state.seq - 1);
    out.zigzag(tick.runMs - state.runMs);
    state.seq = tick.seq;
    state.runMs = tick.runMs;
    const bitmap = out.reserve((width + 7) >> 3);
    const { last, present } = state;
    for (let index = 0; index < width; index++) {
      const value = values[index];
      if (value === undefined) {
        if (!present[index]) continue;
        present[index] = false;
        out.setBit(bitmap, index);
        out.byte(0);
      } else {
        const before = last[index]!;
        if (value === before && present[index]) continue;
        present[index] = true;
        last[index] = value;
        out.setBit(bitmap, index);
        out.varint(zigzag(value - before) + 1);
      }
    }
  }
}

export class TickDecoder {
  #state = new ChainState();

  reset(): void {
    this.#state = new ChainState();
  }

  /** Of the tick that was read last. */
  get seq(): number {
    return this.#state.seq;
  }

  get runMs(): number {
    return this.#state.runMs;
  }

  value(index: number): number | undefined {
    return this.#state.present[index] ? this.#state.last[index] : undefined;
  }

  /** After an error the chain is broken: reset, or close what it came from. */
  decode(input: ByteReader, width: number): Tick {
    this.read(input, width);
    const { seq, runMs, last, present } = this.#state;
    const values: (number | undefined)[] = new Array(width);
    for (let index = 0; index < width; index++) values[index] = present[index] ? last[index] : undefined;
    return { seq, runMs, values };
  }

  /** The same for whoever wants some values only: the tick is known, but not made. */
  read(input: ByteReader, width: number): void {
    const state = this.#state;
    if (width < state.last.length) {
      throw new Malformed(
        'BROKEN_CHAIN',
        '',
        `a tick of ${width} series follows one of ${state.last.length}`,
      );
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
    const bitmap = input.bytes((width + 7) >> 3);
    if (width % 8 !== 0 && bitmap[bitmap.length - 1]! >> (width % 8) !== 0) {
      throw new Malformed('OUT_OF_RANGE', 'bitmap', `a bit is set behind series ${width - 1}`);
    }
    const { last, present } = state;
    for (let index = 0; index < width; index++) {
      if ((bitmap[index >> 3]! & (1 << (index & 7))) === 0) continue;
      const token = input.varint();
      if (token === 0) {
        present[index] = false;
        continue;
      }
      const value = last[index]! + unzigzag(token - 1);
      if (Math.abs(value) > limits.valueMagnitude) {
        throw new Malformed('OUT_OF_RANGE', `values[${index}]`, `${value} is beyond ±(2^51 − 1)`);
      }
      last[index] = value;
      present[index] = true;
    }
  }
}
