/**
 * An answer that is mostly columns of numbers. Inside the box it travels packed: the text of JSON for everything else, then
 * each column as differences. ../README.md draws the bytes. NaN is a number that is not there, null outside.
 */
import { ByteWriter } from '../../protocol/bytes.ts';
import { Cursor, packDates, packNumbers, unpackNumbers } from './packed-numbers.ts';

export const tableType = 'application/vnd.netmonitor.table';

/** `decimals`: how many its numbers have, if that is known; a column that has more travels as doubles. */
export type PackedColumn = { decimals?: number; [field: string]: unknown };
export type Table = { times?: Float64Array; columns: readonly PackedColumn[]; [about: string]: unknown };

const version = 1;

/** As it is read: lists instead of columns, null instead of NaN. */
export function plainTable({ times, columns, ...about }: Table): Record<string, unknown> {
  return {
    ...about,
    ...(times === undefined ? {} : { times: [...times] }),
    columns: columns.map(({ decimals, ...column }) =>
      Object.fromEntries(
        Object.entries(column).map(([name, value]) => [
          name,
          value instanceof Float64Array ? listOf(value) : value,
        ]),
      ),
    ),
  };
}

export function packTable({ times, columns, ...about }: Table): Uint8Array {
  const bodies: Uint8Array[] = [];
  if (times !== undefined) bodies.push(packDates(times));
  const described = columns.map(({ decimals, ...column }) => {
    const [numbers, texts] = parted(column);
    let before: Float64Array | null = null;
    for (const [, value] of numbers) {
      bodies.push(packNumbers(value, before, decimals));
      before = value;
    }
    return { column: texts, numbers: numbers.map(([name]) => name) };
  });
  const head = Buffer.from(JSON.stringify({ ...about, times: times !== undefined, columns: described }));
  const out = new ByteWriter(16 + head.length + bodies.reduce((sum, { length }) => sum + length, 0));
  out.byte(version);
  out.varint(head.length);
  out.bytes(head);
  for (const body of bodies) out.bytes(body);
  return out.view();
}

/** The fields of numbers, and all others. */
function parted(column: Record<string, unknown>): [[string, Float64Array][], Record<string, unknown>] {
  const numbers: [string, Float64Array][] = [];
  const texts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(column)) {
    if (value instanceof Float64Array) numbers.push([name, value]);
    else texts[name] = value;
  }
  return [numbers, texts];
}

type Described = {
  times: boolean;
  columns: { column: Record<string, unknown>; numbers: string[] }[];
};

/** The same as `plainTable` gives. */
export function unpackTable(bytes: Uint8Array): Record<string, unknown> {
  const input = new Cursor(bytes);
  const found = input.varint();
  if (found !== version) throw new RangeError(`a table of version ${found}, which this client does not know`);
  const text = input.text(input.varint());
  const { times, columns, ...about } = JSON.parse(text) as Described;
  const dates = times ? listOf(unpackNumbers(input, null)) : null;
  const filled = columns.map(({ column, numbers }) => {
    let before: Float64Array | null = null;
    for (const name of numbers) {
      before = unpackNumbers(input, before);
      column[name] = listOf(before);
    }
    return column;
  });
  input.end();
  return { ...about, ...(dates === null ? {} : { times: dates }), columns: filled };
}

function listOf(column: Float64Array): (number | null)[] {
  const list: (number | null)[] = new Array(column.length);
  for (let at = 0; at < column.length; at++) {
    const value = column[at]!;
    list[at] = Number.isNaN(value) ? null : value;
  }
  return list;
}
