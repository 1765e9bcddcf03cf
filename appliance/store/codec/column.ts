/** One series over the ticks of a block as bytes. ../README.md draws them. */
import { ByteReader, ByteWriter } from '../../protocol/bytes.ts';
import { shapes, statesOf } from './contexts.ts';
import type { Noise } from './noise.ts';
import { decodeNoise } from './noise-decoder.ts';
import { NoiseEncoder } from './noise-encoder.ts';
import { readPrediction, writePrediction } from './prediction.ts';
import { missesOf, numbersOf, type Prediction } from './predictor.ts';
import { decodePresence, encodePresence } from './presence.ts';
import { RangeEncoder } from './range-coder.ts';
import { decodeMisses, encodeMisses, shapeOf } from './residuals.ts';
import type { Room } from './room.ts';
import type { Column, Scaled } from './scaled.ts';

/** The lowest two bits of the first byte; the next two are flags. What does not change may step: then it has a unit. */
const kinds = { constant: 0, plain: 1, predicted: 2, noise: 3 };
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
  readonly #noise = new NoiseEncoder();
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
      { numbers, misses, gaps },
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

  /** A value and always the same step. */
  stepping({ first, unit, numbers }: Scaled): Uint8Array {
    const out = this.#begun(kinds.constant | unitFlag);
    out.zigzag(first);
    out.zigzag(unit * numbers[1]!);
    return out.copy();
  }

  predicted(scaled: Scaled, prediction: Prediction, misses: Float64Array): Uint8Array {
    const shape = shapeOf(misses);
    const out = this.#headed(kinds.predicted | (shape << shapeShift), scaled, prediction);
    encodeMisses(this.#bits, misses, scaled.gaps);
    out.bytes(this.#bits.finish(statesOf(shape)));
    return out.copy();
  }

  /** Null where the misses are no such noise, or cost more than so many bits. */
  noisy(
    scaled: Scaled,
    prediction: Prediction,
    { misses, noise, mostBits }: { misses: Float64Array; noise: Noise; mostBits: number },
  ): Uint8Array | null {
    const stream = scaled.gaps ? null : this.#noise.encode(misses, noise, mostBits);
    if (stream === null) return null;
    const out = this.#headed(kinds.noise, scaled, prediction);
    out.bytes(stream);
    return out.copy();
  }

  /** The noise that costs least. */
  noiseOf({ gaps }: Scaled, misses: Float64Array): Noise | null {
    return gaps ? null : this.#noise.best(misses);
  }

  #headed(form: number, { first, unit, gaps }: Scaled, prediction: Prediction): ByteWriter {
    const out = this.#begun(form | (gaps ? gapsFlag : 0) | (unit === 1 ? 0 : unitFlag));
    out.zigzag(first);
    if (unit !== 1) out.varint(unit);
    writePrediction(out, prediction);
    return out;
  }

  #begun(form: number): ByteWriter {
    this.#out.clear();
    this.#bits.reset();
    this.#out.byte(form);
    return this.#out;
  }
}

/** `column` where it was wanted; it takes its arrays from the room, and whoever asked gives them back or not. */
export function decodeColumn(
  bytes: Uint8Array,
  count: number,
  o: { numbersOf: NumbersOf; room: Room },
): Decoded {
  const input = new ByteReader(bytes);
  const form = input.byte();
  const kind = form & kindBits;
  const gaps = (form & gapsFlag) !== 0;
  const scaled = (form & unitFlag) !== 0;
  const shape = form >> shapeShift;
  if (shape >= shapes) throw new RangeError('a column of an unknown form');
  const arrays = { column: o.room.take(count), numbers: o.room.take(count) };
  if (kind === kinds.plain) decodePlain(bytes, gaps, arrays);
  else if (kind === kinds.constant) decodeConstant(input, { gaps, steps: scaled }, arrays);
  else decodePredicted(input, { kind, shape, gaps, scaled, ...o }, arrays);
  return arrays;
}

/** Its numbers are 0, or where it steps the positions. */
function decodeConstant(
  input: ByteReader,
  { gaps, steps }: { gaps: boolean; steps: boolean },
  { column, numbers }: Decoded,
): void {
  const value = input.zigzag();
  const step = steps ? input.zigzag() : 0;
  if (steps) {
    const direction = Math.sign(step);
    for (let at = 0; at < column.length; at++) {
      column[at] = value + step * at;
      numbers[at] = direction * at;
    }
    return;
  }
  numbers.fill(0);
  column.fill(gaps ? Number.NaN : value);
  if (gaps) decodePresence(input.bytes(input.remaining), column, () => value);
}

/** Never leant on, therefore without numbers. */
function decodePlain(bytes: Uint8Array, gaps: boolean, { column, numbers }: Decoded): void {
  const end = bytes.length - 4;
  const length = new ByteReader(bytes.subarray(end)).u32();
  const input = new ByteReader(bytes.subarray(1, end - length));
  column.fill(Number.NaN);
  numbers.fill(0);
  if (gaps) decodePresence(bytes.subarray(end - length, end), column, () => input.zigzag());
  else for (let at = 0; at < column.length; at++) column[at] = input.zigzag();
}

function decodePredicted(
  input: ByteReader,
  o: { kind: number; shape: number; gaps: boolean; scaled: boolean; numbersOf: NumbersOf; room: Room },
  { column, numbers }: Decoded,
): void {
  const first = input.zigzag();
  const unit = o.scaled ? input.varint() : 1;
  const prediction = readPrediction(input);
  const others = prediction.others.map(({ series }) => o.numbersOf(series));
  const stream = input.bytes(input.remaining);
  // In the end the column: a miss is needed no more when its number is known.
  if (o.kind === kinds.noise) decodeNoise(stream, column);
  else decodeMisses(stream, { ...o, states: o.room.states }, column);
  numbersOf(prediction, others, { numbers, misses: column, gaps: o.gaps });
  if (!o.gaps) for (let at = 0; at < column.length; at++) column[at] = first + unit * numbers[at]!;
  else {
    for (let at = 0; at < column.length; at++)
      if (!Number.isNaN(column[at])) column[at] = first + unit * numbers[at]!;
  }
}
