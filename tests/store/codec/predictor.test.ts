import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  missesOf,
  numbersOf,
  type Prediction,
  stillDrift,
} from '../../../appliance/store/codec/predictor.ts';

/** As the format says it, and nothing else. */
function asWritten(p: Prediction, others: readonly Float64Array[], misses: Float64Array): Float64Array {
  const numbers = new Float64Array(misses.length);
  let { level } = p;
  let [before, y1, y2] = [0, 0, 0];
  for (let at = 0; at < misses.length; at++) {
    numbers[at] = before;
    if (Number.isNaN(misses[at])) continue;
    let expected = level + p.lag1 * y1 + p.lag2 * y2;
    for (const [index, { weight }] of p.others.entries()) {
      const other = others[index]!;
      expected += weight * (p.growth ? other[at]! - (other[at - 1] ?? 0) : other[at]!);
    }
    const limit = 2 ** 50;
    const free = Math.floor(expected + 0.5) + (p.growth ? before : 0);
    const number = Math.min(Math.max(free, -limit), limit) + misses[at]!;
    const y = p.growth ? number - before : number;
    level += (y - expected) * (p.drift === stillDrift ? 0 : 2 ** -p.drift);
    [y2, y1, before] = [y1, y, number];
    numbers[at] = number;
  }
  return numbers;
}

const length = 40;
const column = (bound: number) =>
  fc
    .array(fc.integer({ min: -bound, max: bound }), { minLength: length, maxLength: length })
    .map((list) => Float64Array.from(list));
const lag = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -90, max: 90 }).map((one) => one / 64),
);
const weight = fc.integer({ min: -8191, max: 8191 }).map((one) => one / 2 ** 11);
const prediction: fc.Arbitrary<Prediction> = fc.record({
  growth: fc.boolean(),
  drift: fc.constantFrom(0, 1, 5, stillDrift, stillDrift),
  level: fc.oneof(
    fc.constant(0),
    fc.integer({ min: -4000, max: 4000 }).map((one) => one / 8),
  ),
  lag1: lag,
  lag2: lag,
  others: fc.array(fc.record({ series: fc.nat(9), weight }), { maxLength: 3 }),
});

test('every prediction gives the numbers that the format says, and the misses back', () => {
  const others = fc.tuple(column(5000), column(2 ** 40), column(9));
  fc.assert(
    fc.property(prediction, others, column(2 ** 20), fc.boolean(), (one, others, list, gaps) => {
      const misses = list.map((miss, at) => (gaps && at % 7 === 0 ? Number.NaN : miss));
      const wanted = asWritten(one, others, misses);
      const numbers = new Float64Array(length).fill(99);
      numbersOf(one, others, { numbers, misses: misses.slice(), gaps });
      assert.deepEqual(numbers, wanted);
      const found = misses.map((miss) => (Number.isNaN(miss) ? miss : 77));
      missesOf(one, others, { numbers, misses: found, gaps });
      assert.deepEqual(found, misses);
    }),
    { numRuns: 300 },
  );
});
