import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeCount, shapes, statesOf } from '../../../appliance/store/codec/contexts.ts';
import { priorChances, priorSeen } from '../../../appliance/store/codec/priors.table.ts';
import { RangeEncoder } from '../../../appliance/store/codec/range-coder.ts';
import { decodeMisses, encodeMisses, shapeOf } from '../../../appliance/store/codec/residuals.ts';
import { Random } from '../../bench/random.ts';

function coded(misses: Float64Array, shape: number, gaps = false): Uint8Array {
  const encoder = new RangeEncoder();
  encodeMisses(encoder, misses, gaps);
  return encoder.finish(statesOf(shape)).slice();
}

test('misses of every size come back in every shape, with and without gaps', () => {
  const miss = fc.oneof(
    fc.constant(0),
    fc.constant(Number.NaN),
    fc.integer({ min: -300, max: 300 }),
    fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
  );
  fc.assert(
    fc.property(fc.array(miss, { maxLength: 300 }), fc.nat({ max: shapes - 1 }), (list, shape) => {
      const gaps = list.some(Number.isNaN);
      const misses = Float64Array.from(list);
      const found = new Float64Array(misses.length);
      decodeMisses(coded(misses, shape, gaps), { shape, gaps, states: new Int32Array(placeCount) }, found);
      assert.deepEqual(
        [...found].map((one) => one + 0),
        list.map((one) => one + 0),
      );
    }),
  );
});

test('noise costs within a seventh of a bit of its entropy, small and large', () => {
  for (const spread of [1.5, 15, 1000]) {
    const random = new Random(7);
    const misses = Float64Array.from({ length: 7200 }, () => Math.round(spread * random.normal()));
    const bits = (coded(misses, shapeOf(misses)).length * 8) / misses.length;
    const entropy = Math.log2(spread * Math.sqrt(2 * Math.PI * Math.E));
    assert.ok(bits < entropy + 1 / 7, `${bits} bits at an entropy of ${entropy}`);
  }
});

test('the priors are those that blocks were written with', () => {
  const sum = (table: Iterable<number>) => [...table].reduce((all, one) => (all * 31 + one) >>> 0, 0);
  assert.deepEqual([priorChances.length, priorSeen.length], [shapes * 577, shapes * 577]);
  assert.deepEqual([sum(priorChances), sum(priorSeen)], [754323842, 1308702039]);
});
