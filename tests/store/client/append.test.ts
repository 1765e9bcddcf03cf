import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Malformed } from '../../../appliance/protocol/malformed.ts';
import {
  ArrivalReader,
  arrivalOf,
  decodeBatch,
  encodeBatch,
} from '../../../appliance/store/client/append.ts';
import type { AppendBatch } from '../../../appliance/store/client/types.ts';

const origin = { machine: 3, run: 'ab'.repeat(16), wallAtZeroMs: 1e12, trusted: true, anchorMs: undefined };
const row = (seq: number, width: number) => Array.from({ length: width }, (_, index) => seq * 1000 + index);

const bound = 2 ** 51 - 1;
const batches: fc.Arbitrary<AppendBatch> = fc.array(
  fc.record({
    machine: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    run: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('hex')),
    wallAtZeroMs: fc.double({ min: -(2 ** 50), max: 2 ** 50, noNaN: true }),
    trusted: fc.boolean(),
    ticks: fc.integer({ min: 0, max: 12 }).chain((width) =>
      fc.array(
        fc.record({
          seq: fc.integer({ min: 0, max: 2 ** 48 }),
          runMs: fc.integer({ min: 0, max: 2 ** 43 }),
          values: fc.array(fc.option(fc.integer({ min: -bound, max: bound }), { nil: undefined }), {
            minLength: width,
            maxLength: width,
          }),
        }),
        { maxLength: 8 },
      ),
    ),
  }),
  { maxLength: 6 },
);

test('a batch comes back as it was sent', () => {
  fc.assert(
    fc.property(batches, (batch) => {
      const plain = batch.map((entry) => ({ ...entry, ticks: entry.ticks.map((tick) => ({ ...tick })) }));
      assert.deepEqual(decodeBatch(encodeBatch(batch)), plain);
    }),
  );
});

test('one reader reads many bodies, long and short, narrow and wide, into the same memory', () => {
  const reader = new ArrivalReader();
  const wide = {
    ...origin,
    ticks: Array.from({ length: 90 }, (_, seq) => ({ seq, runMs: seq, values: row(seq, 70) })),
  };
  const wider = { ...wide, machine: 9 };
  const narrow = { ...origin, ticks: [{ seq: 5, runMs: 7, values: [1, undefined, -3] }] };
  for (const batch of [
    [narrow],
    [wide, narrow],
    [narrow, wide],
    [narrow, narrow],
    [wide, wider, narrow],
    [wide, narrow],
  ]) {
    const found = reader.read(encodeBatch(batch));
    assert.deepEqual(found, batch.map(arrivalOf));
  }
});

test('ticks of different widths are filled up', () => {
  const entry = { machine: 1, run: '0'.repeat(32), wallAtZeroMs: 0, trusted: true };
  const ticks = [
    { seq: 1, runMs: 1, values: [1, 2] },
    { seq: 2, runMs: 2, values: [3] },
  ];
  const [found] = decodeBatch(encodeBatch([{ ...entry, ticks }]));
  assert.deepEqual(
    found!.ticks.map((tick) => tick.values),
    [
      [1, 2],
      [3, undefined],
    ],
  );
});

test('a body that was cut or changed is refused by name or is another valid one, never a crash', () => {
  fc.assert(
    fc.property(batches, fc.nat(), fc.nat({ max: 7 }), fc.boolean(), (batch, place, bit, cut) => {
      const bytes = Buffer.from(encodeBatch(batch));
      const at = place % bytes.length;
      if (!cut) bytes[at] = bytes[at]! ^ (1 << bit);
      try {
        decodeBatch(cut ? bytes.subarray(0, at) : bytes);
        assert.equal(cut, false, 'a cut body was taken for a whole one');
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
