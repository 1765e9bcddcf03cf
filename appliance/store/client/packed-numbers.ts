/** Columns of numbers as bytes: differences of whole numbers where they are that, doubles where not; NaN for one that is not there. */
import { unzigzag, zigzag } from '../../protocol/bytes.ts';

const forms = { doubles: 0, whole: 1, same: 2, steps: 3 };
const longest = 2 ** 50;
const mostNumbers = 2 ** 20;
const widestVarint = 8;
/** For what stands before the numbers. */
const spare = 32;

/** `before`: the column before it in its answer. */
export function packNumbers(column: Float64Array, before: Float64Array | null, decimals = 0): Uint8Array {
  if (before !== null && isSame(column, before)) return Uint8Array.of(forms.same);
  return wholeOf(column, decimals) ?? doublesOf(column);
}

export function packDates(dates: Float64Array): Uint8Array {
  return stepsOf(dates) ?? doublesOf(dates);
}

function isSame(column: Float64Array, other: Float64Array): boolean {
  if (column.length !== other.length) return false;
  for (let at = 0; at < column.length; at++) {
    const value = column[at]!;
    if (value !== other[at] && !(Number.isNaN(value) && Number.isNaN(other[at]))) return false;
  }
  return true;
}

/** Form, decimals, count; for each 0 if it is not there, else 1 + zigzag of the difference to the one before. */
function wholeOf(column: Float64Array, decimals: number): Uint8Array | null {
  const factor = 10 ** decimals;
  let bytes = new Uint8Array(2 * column.length + spare);
  bytes[0] = forms.whole;
  bytes[1] = decimals;
  let end = putVarint(bytes, 2, column.length);
  let before = 0;
  for (let at = 0; at < column.length; at++) {
    const value = column[at]!;
    if (end + widestVarint > bytes.length) bytes = grown(bytes);
    if (Number.isNaN(value)) {
      bytes[end++] = 0;
      continue;
    }
    // Most columns are of whole numbers: a division for each would be a third of the work.
    const whole = factor === 1 ? Math.trunc(value) : Math.round(value * factor);
    if ((factor === 1 ? whole : whole / factor) !== value) return null;
    const step = whole - before;
    if (step > -63 && step < 63) bytes[end++] = 1 + (step >= 0 ? 2 * step : -2 * step - 1);
    else if (Math.abs(step) < longest) end = putVarint(bytes, end, 1 + zigzag(step));
    else return null;
    before = whole;
  }
  return bytes.subarray(0, end);
}

/** Of dates: form, count, the first as a double; for each other the zigzag of how much its step differs from the one before. */
function stepsOf(dates: Float64Array): Uint8Array | null {
  let bytes = new Uint8Array(dates.length + spare);
  bytes[0] = forms.steps;
  let end = putVarint(bytes, 1, dates.length);
  if (dates.length === 0) return bytes.subarray(0, end);
  new DataView(bytes.buffer).setFloat64(end, dates[0]!);
  end += 8;
  let before = dates[0]!;
  let step = 0;
  for (let at = 1; at < dates.length; at++) {
    const date = dates[at]!;
    if (end + widestVarint > bytes.length) bytes = grown(bytes);
    const next = before + step === date ? step : Math.round(date - before);
    if (before + next !== date || !(Math.abs(next - step) < longest)) return null;
    if (next === step) bytes[end++] = 0;
    else end = putVarint(bytes, end, zigzag(next - step));
    step = next;
    before = date;
  }
  return bytes.subarray(0, end);
}

function doublesOf(column: Float64Array): Uint8Array {
  const bytes = new Uint8Array((column.length + 2) * 8);
  const view = new DataView(bytes.buffer);
  bytes[0] = forms.doubles;
  let end = putVarint(bytes, 1, column.length);
  for (const value of column) {
    view.setFloat64(end, value);
    end += 8;
  }
  return bytes.subarray(0, end);
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(2 * bytes.length);
  larger.set(bytes);
  return larger;
}

/** Where the next one begins. */
function putVarint(bytes: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value;
  while (rest > 0x7fffffff) {
    bytes[at++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 0x7f) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

/** `take`: where the numbers are put, with any content. */
export function unpackNumbers(
  input: Cursor,
  before: Float64Array | null,
  take: (count: number) => Float64Array = (count) => new Float64Array(count),
): Float64Array {
  const form = input.varint();
  if (form === forms.same) {
    if (before === null) throw new RangeError('a column like none');
    return before;
  }
  const factor = form === forms.whole ? 10 ** input.varint() : 1;
  const count = input.varint();
  if (count > mostNumbers) throw new RangeError(`a column of ${count} numbers`);
  const column = take(count);
  if (form === forms.whole) readWhole(input, column, factor);
  else if (form === forms.steps) readSteps(input, column);
  else if (form === forms.doubles) for (let at = 0; at < count; at++) column[at] = input.double();
  else throw new RangeError(`a column of the unknown form ${form}`);
  return column;
}

function readWhole(input: Cursor, column: Float64Array, factor: number): void {
  const { bytes } = input;
  let next = input.at;
  let whole = 0;
  for (let at = 0; at < column.length; at++) {
    let token = bytes[next]!;
    if (token < 0x80) next++;
    else {
      input.at = next;
      token = input.varint();
      next = input.at;
    }
    if (token === 0) column[at] = Number.NaN;
    else {
      whole += token % 2 === 1 ? (token - 1) / 2 : -token / 2;
      column[at] = factor === 1 ? whole : whole / factor;
    }
  }
  input.at = next;
}

function readSteps(input: Cursor, dates: Float64Array): void {
  if (dates.length > 0) dates[0] = input.double();
  let date = dates[0] ?? 0;
  let step = 0;
  for (let at = 1; at < dates.length; at++) {
    step += unzigzag(input.varint());
    date += step;
    dates[at] = date;
  }
}

/** Bytes of the same release, so that their end is looked at once, behind them. */
export class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  varint(): number {
    const { bytes } = this;
    let value = bytes[this.at++]!;
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let factor = 128; ; factor *= 128) {
      const byte = bytes[this.at++]!;
      value += (byte & 0x7f) * factor;
      if (!(byte >= 0x80)) return value;
    }
  }

  double(): number {
    const { buffer, byteOffset } = this.bytes;
    const value = new DataView(buffer, byteOffset).getFloat64(this.at);
    this.at += 8;
    return value;
  }

  text(length: number): string {
    const { buffer, byteOffset } = this.bytes;
    const text = Buffer.from(buffer, byteOffset + this.at, length).toString('utf8');
    this.at += length;
    return text;
  }

  end(): void {
    if (this.at !== this.bytes.length) throw new RangeError('a table does not end where its bytes do');
  }
}
