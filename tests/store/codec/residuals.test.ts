import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { priorChances, priorSeen } from '../../../appliance/store/codec/priors.table.ts';
import { RangeDecoder, RangeEncoder } from '../../../appliance/store/codec/range-coder.ts';
import { Residuals, shapeOf, shapes } from '../../../appliance/store/codec/residuals.ts';
import { Random } from '../../bench/random.ts';

function coded(misses: readonly number[], shape: number): Uint8Array {
  const encoder = new RangeEncoder();
  const residuals = new Residuals(shape);
  for (const miss of misses) residuals.encode(encoder, miss);
  return encoder.finish().slice();
}

test('misses of every size come back in every shape', () => {
  const miss = fc.oneof(
    fc.constant(0),
    fc.integer({ min: -300, max: 300 }),
    fc.integer({ min: -(2 ** 51), max: 2 ** 51 }),
  );
  fc.assert(
    fc.property(fc.array(miss, { maxLength: 300 }), fc.nat({ max: shapes - 1 }), (misses, shape) => {
      const decoder = new RangeDecoder(coded(misses, shape));
      const residuals = new Residuals(shape);
      for (const one of misses) assert.equal(residuals.decode(decoder) + 0, one + 0);
    }),
  );
});

test('noise costs within a seventh of a bit of its entropy, small and large', () => {
  for (const spread of [1.5, 15, 1000]) {
    const random = new Random(7);
    const misses = Array.from({ length: 7200 }, () => Math.round(spread * random.normal()));
    const bits = (coded(misses, shapeOf(Float64Array.from(misses))).length * 8) / misses.length;
    const entropy = Math.log2(spread * Math.sqrt(2 * Math.PI * Math.E));
    assert.ok(bits < entropy + 1 / 7, `${bits} bits at an entropy of ${entropy}`);
  }
});

test('the priors are those that blocks were written with', () => {
  const sum = (table: Iterable<number>) => [...table].reduce((all, one) => (all * 31 + one) >>> 0, 0);
  assert.deepEqual([priorChances.length, priorSeen.length], [shapes * 577, shapes * 577]);
  assert.deepEqual([sum(priorChances), sum(priorSeen)], [754323842, 1308702039]);
});
