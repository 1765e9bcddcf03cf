/** One series over the ticks of a block as bytes. ../README.md draws them. */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { shapes, statesOf } from './contexts.ts';
import { readPrediction, writePrediction } from './prediction.ts';
import { missesOf, numbersOf, type Prediction } from './predictor.ts';
import { decodePresence, encodePresence } from './presence.ts';
import { RangeEncoder } from './range-coder.ts';
import { decodeMisses, encodeMisses, shapeOf } from './residuals.ts';
import type { Column, Scaled } from './scaled.ts';

/** The lowest two bits of the first byte; the next two are flags. */
const kinds = { constant: 0, plain: 1, predicted: 2 };
const kindBits = 3;
const gapsFlag = 4;
const unitFlag = 8;
const shapeShift = 4;

/** The whole numbers of another column of the block. */
export type NumbersOf = (series: number) => Float64Array;

export type Decoded = { column: Column; numbers: Float64Array };

export class ColumnEncoder {
  readonly #out = new ByteWriter(8192);
  readonly #bits = new RangeEncoder();
  #misses = new Float64Array(0);

  /** What a prediction misses at each tick, NaN at those without a value. A view that the next call changes. */
  misses(
    column: Column,
    { numbers, gaps }: Scaled,
    prediction: Prediction,
    numbersOf: NumbersOf,
  ): Float64Array {
    if (this.#misses.length < column.length) this.#misses = new Float64Array(column.length);
    const misses = this.#misses.subarray(0, column.length);
    if (gaps) misses.set(column);
    else misses.fill(0);
    missesOf(
      prediction,
      prediction.others.map(({ series }) => numbersOf(series)),
      { numbers, misses },
    );
    return misses;
  }

  /** Bytes of its own. */
  constant(column: Column, { first, gaps }: Scaled): Uint8Array {
    const out = this.#begun(kinds.constant | (gaps ? gapsFlag : 0));
    out.zigzag(first);
    if (gaps) out.bytes(encodePresence(this.#bits, column));
    return out.copy();
  }

  plain(column: Column, { gaps }: Scaled): Uint8Array {
    const out = this.#begun(kinds.plain | (gaps ? gapsFlag : 0));
    for (const value of column) if (!Number.isNaN(value)) out.zigzag(value);
    const bits = gaps ? encodePresence(this.#bits, column) : new Uint8Array(0);
    out.bytes(bits);
    out.u32(bits.length);
    return out.copy();
  }

  predicted({ first, unit, gaps }: Scaled, prediction: Prediction, misses: Float64Array): Uint8Array {
    const shape = shapeOf(misses);
    const flags = (gaps ? gapsFlag : 0) | (unit === 1 ? 0 : unitFlag);
    const out = this.#begun(kinds.predicted | (shape << shapeShift) | flags);
    out.zigzag(first);
    if (unit !== 1) out.varint(unit);
    writePrediction(out, prediction);
    encodeMisses(this.#bits, misses, gaps);
    out.bytes(this.#bits.finish(statesOf(shape)));
    return out.copy();
  }

  #begun(form: number): ByteWriter {
    this.#out.clear();
    this.#bits.reset();
    this.#out.byte(form);
    return this.#out;
  }
}

export function decodeColumn(bytes: Uint8Array, count: number, numbersOf: NumbersOf): Decoded {
  const input = new ByteReader(bytes);
  const form = input.byte();
  const kind = form & kindBits;
  const gaps = (form & gapsFlag) !== 0;
  const shape = form >> shapeShift;
  if (kind > kinds.predicted || shape >= shapes) throw new RangeError('a column of an unknown form');
  if (kind === kinds.plain) return decodePlain(bytes, gaps, count);
  if (kind === kinds.constant) return decodeConstant(input, gaps, count);
  return decodePredicted(input, { shape, gaps, scaled: (form & unitFlag) !== 0, count }, numbersOf);
}

/** Its numbers are 0. */
function decodeConstant(input: ByteReader, gaps: boolean, count: number): Decoded {
  const numbers = new Float64Array(count);
  const value = input.zigzag();
  const column = new Float64Array(count).fill(gaps ? Number.NaN : value);
  if (gaps) decodePresence(input.bytes(input.remaining), column, () => value);
  return { column, numbers };
}

/** Never leant on, therefore without numbers. */
function decodePlain(bytes: Uint8Array, gaps: boolean, count: number): Decoded {
  const column = new Float64Array(count).fill(Number.NaN);
  const end = bytes.length - 4;
  const length = new ByteReader(bytes.subarray(end)).u32();
  const input = new ByteReader(bytes.subarray(1, end - length));
  if (gaps) decodePresence(bytes.subarray(end - length, end), column, () => input.zigzag());
  else for (let at = 0; at < count; at++) column[at] = input.zigzag();
  return { column, numbers: new Float64Array(count) };
}

function decodePredicted(
  input: ByteReader,
  o: { shape: number; gaps: boolean; scaled: boolean; count: number },
  othersOf: NumbersOf,
): Decoded {
  const first = input.zigzag();
  const unit = o.scaled ? input.varint() : 1;
  const prediction = readPrediction(input);
  const others = prediction.others.map(({ series }) => othersOf(series));
  const numbers = new Float64Array(o.count);
  // In the end the column: a miss is needed no more when its number is known.
  const column = new Float64Array(o.count);
  decodeMisses(input.bytes(input.remaining), o, column);
  numbersOf(prediction, others, { numbers, misses: column });
  for (let at = 0; at < o.count; at++) {
    if (!Number.isNaN(column[at])) column[at] = first + unit * numbers[at]!;
  }
  return { column, numbers };
}
