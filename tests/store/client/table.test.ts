import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { packTable, plainTable, type Table, unpackTable } from '../../../appliance/store/client/table.ts';

/** As both ends of the socket see it. */
function asText(table: Table): unknown {
  return JSON.parse(JSON.stringify(plainTable(table)));
}

const numbers = fc.oneof(
  fc.integer({ min: -200, max: 200 }),
  fc.maxSafeInteger(),
  fc.integer().map((whole) => whole / 1000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(Number.NaN),
);
const columnOf = (some: fc.Arbitrary<number>) =>
  fc.array(some, { maxLength: 40 }).map((list) => Float64Array.from(list));
const columns = fc.oneof(
  columnOf(numbers),
  columnOf(fc.integer({ min: -3, max: 3 })),
  columnOf(fc.maxSafeInteger()),
);
const dates = fc
  .tuple(
    fc.double({ min: 0, max: 2e12, noNaN: true }),
    fc.array(fc.oneof(fc.nat(9000), fc.double({ noNaN: true, min: 0, max: 1e6 })), { maxLength: 40 }),
  )
  .map(([first, steps]) => {
    let date = first;
    return Float64Array.from(steps, (step) => (date += step));
  });

test('a packed answer says what its text would have said', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(columns, columns, fc.nat(9)), { maxLength: 3 }),
      fc.option(dates, { nil: undefined }),
      (some, times) => {
        const table: Table = {
          ...{ machine: 7, next: null, damaged: [{ fromMs: 1, toMs: 2 }] },
          ...(times === undefined ? {} : { times }),
          columns: some.map(([mean, min, decimals]) => ({
            name: 'é',
            kind: 'gauge',
            decimals,
            mean,
            min,
            max: min,
          })),
        };
        assert.deepEqual(JSON.parse(JSON.stringify(unpackTable(packTable(table)))), asText(table));
      },
    ),
    { numRuns: 300 },
  );
});

test('a day of samples travels in two or three bytes each', () => {
  const count = 17_280;
  const times = Float64Array.from({ length: count }, (_, at) => 1.7e12 + 0.25 + at * 5000);
  const values = times.map((_, at) => 1e9 + at * 40 + (at % 7));
  const bytes = packTable({ times, columns: [{ name: 'c', values }] });
  assert.ok(bytes.length < 2.5 * count, `${bytes.length} bytes`);
  assert.deepEqual(unpackTable(bytes).times, [...times]);
});

test('numbers of known decimals are exact, and those of more are given as they are', () => {
  const mean = Float64Array.of(0.1 + 0.2, 12.345, -0.001, Number.NaN, 1e300);
  const [column] = unpackTable(packTable({ columns: [{ decimals: 3, mean }] })).columns as {
    mean: number[];
  }[];
  assert.deepEqual(column!.mean, [0.1 + 0.2, 12.345, -0.001, null, 1e300]);
});

test('bytes of another version, and bytes that end too early or too late, are no answer', () => {
  const bytes = packTable({ columns: [{ mean: Float64Array.of(1, 2, 3) }] });
  assert.throws(() => unpackTable(Uint8Array.of(9, ...bytes.subarray(1))), /version 9/);
  assert.throws(() => unpackTable(bytes.subarray(0, bytes.length - 1)), RangeError);
  assert.throws(() => unpackTable(Uint8Array.of(...bytes, 0)), RangeError);
});
