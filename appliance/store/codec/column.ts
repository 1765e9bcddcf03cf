/** One series over the ticks of a block as bytes. ../README.md draws them. */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { readPrediction, writePrediction } from './prediction.ts';
import { type Prediction, Predictor } from './predictor.ts';
import { Presence } from './presence.ts';
import { RangeDecoder, RangeEncoder } from './range-coder.ts';
import { Residuals, shapeOf, shapes } from './residuals.ts';
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
  readonly #residuals = new Residuals(0);
  readonly #presence = new Presence();
  #misses = new Float64Array(0);

  /** Without a prediction a column that is not constant is written plainly. A view that the next call changes. */
  encode(column: Column, scaled: Scaled, prediction: Prediction | null, numbersOf: NumbersOf): Uint8Array {
    this.#out.clear();
    this.#bits.reset();
    this.#presence.reset();
    if (scaled.constant) this.#constant(column, scaled);
    else if (prediction === null) this.#plain(column, scaled);
    else this.#predicted(column, scaled, prediction, numbersOf);
    return this.#out.view();
  }

  #constant(column: Column, { first, gaps }: Scaled): void {
    this.#out.byte(kinds.constant | (gaps ? gapsFlag : 0));
    this.#out.zigzag(first);
    if (gaps) for (const value of column) this.#presence.encode(this.#bits, !Number.isNaN(value));
    this.#out.bytes(this.#bits.finish());
  }

  #plain(column: Column, { gaps }: Scaled): void {
    this.#out.byte(kinds.plain | (gaps ? gapsFlag : 0));
    for (const value of column) if (!Number.isNaN(value)) this.#out.zigzag(value);
    if (gaps) for (const value of column) this.#presence.encode(this.#bits, !Number.isNaN(value));
    const bits = this.#bits.finish();
    this.#out.bytes(bits);
    this.#out.u32(bits.length);
  }

  #predicted(
    column: Column,
    { first, unit, gaps, numbers }: Scaled,
    prediction: Prediction,
    numbersOf: NumbersOf,
  ): void {
    const out = this.#out;
    const others = prediction.others.map(({ series }) => numbersOf(series));
    const misses = this.#missesOf(column, numbers, new Predictor(prediction, others));
    const shape = shapeOf(misses);
    const form =
      kinds.predicted | (shape << shapeShift) | (gaps ? gapsFlag : 0) | (unit === 1 ? 0 : unitFlag);
    out.byte(form);
    out.zigzag(first);
    if (unit !== 1) out.varint(unit);
    writePrediction(out, prediction);
    this.#residuals.reset(shape);
    let next = 0;
    for (const value of column) {
      const present = !Number.isNaN(value);
      if (gaps) this.#presence.encode(this.#bits, present);
      if (present) this.#residuals.encode(this.#bits, misses[next++]!);
    }
    out.bytes(this.#bits.finish());
  }

  /** One for each value that is there. */
  #missesOf(column: Column, numbers: Float64Array, predictor: Predictor): Float64Array {
    if (this.#misses.length < column.length) this.#misses = new Float64Array(column.length);
    const misses = this.#misses;
    let next = 0;
    for (let at = 0; at < column.length; at++) {
      if (Number.isNaN(column[at])) continue;
      const number = numbers[at]!;
      misses[next++] = number - predictor.expect(at);
      predictor.see(number);
    }
    return misses.subarray(0, next);
  }
}

export function decodeColumn(bytes: Uint8Array, count: number, numbersOf: NumbersOf): Decoded {
  const input = new ByteReader(bytes);
  const form = input.byte();
  const kind = form & kindBits;
  const gaps = (form & gapsFlag) !== 0;
  const shape = form >> shapeShift;
  if (kind > kinds.predicted || shape >= shapes) throw new RangeError('a column of an unknown form');
  const decoded = { column: new Float64Array(count).fill(Number.NaN), numbers: new Float64Array(count) };
  if (kind === kinds.plain) decodePlain(bytes, gaps, decoded);
  else if (kind === kinds.constant) decodeConstant(input, gaps, decoded);
  else decodePredicted(input, { shape, gaps, scaled: (form & unitFlag) !== 0 }, decoded, numbersOf);
  return decoded;
}

function rest(input: ByteReader): RangeDecoder {
  return new RangeDecoder(input.bytes(input.remaining));
}

function decodeConstant(input: ByteReader, gaps: boolean, { column }: Decoded): void {
  const value = input.zigzag();
  if (!gaps) {
    column.fill(value);
    return;
  }
  const bits = rest(input);
  const presence = new Presence();
  for (let at = 0; at < column.length; at++) if (presence.decode(bits)) column[at] = value;
}

/** Never leant on, therefore without numbers. */
function decodePlain(bytes: Uint8Array, gaps: boolean, { column }: Decoded): void {
  const end = bytes.length - 4;
  const length = new ByteReader(bytes.subarray(end)).u32();
  const input = new ByteReader(bytes.subarray(1, end - length));
  const bits = new RangeDecoder(bytes.subarray(end - length, end));
  const presence = new Presence();
  for (let at = 0; at < column.length; at++) {
    if (!gaps || presence.decode(bits)) column[at] = input.zigzag();
  }
}

function decodePredicted(
  input: ByteReader,
  o: { shape: number; gaps: boolean; scaled: boolean },
  { column, numbers }: Decoded,
  numbersOf: NumbersOf,
): void {
  const first = input.zigzag();
  const unit = o.scaled ? input.varint() : 1;
  const prediction = readPrediction(input);
  const predictor = new Predictor(
    prediction,
    prediction.others.map(({ series }) => numbersOf(series)),
  );
  const bits = rest(input);
  const residuals = new Residuals(o.shape);
  const presence = new Presence();
  let number = 0;
  for (let at = 0; at < column.length; at++) {
    if (!o.gaps || presence.decode(bits)) {
      number = predictor.expect(at) + residuals.decode(bits);
      predictor.see(number);
      column[at] = first + unit * number;
    }
    numbers[at] = number;
  }
}
