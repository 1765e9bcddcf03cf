import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { noiseShares } from '../../../appliance/store/codec/noise.table.ts';
import { noiseKinds, noiseRates, rowsOfKind, symbols } from '../../../appliance/store/codec/noise.ts';
import { decodeNoise } from '../../../appliance/store/codec/noise-decoder.ts';
import { NoiseEncoder } from '../../../appliance/store/codec/noise-encoder.ts';
import { Random } from '../../bench/random.ts';

const any = Number.POSITIVE_INFINITY;
const encoder = new NoiseEncoder();

function decoded(bytes: Uint8Array, count: number): number[] {
  const found = new Float64Array(count);
  decodeNoise(bytes, found);
  return [...found];
}

const normal = (random: Random, spread: number, count = 720) =>
  Float64Array.from({ length: count }, () => Math.round(spread * random.normal()) + 0);

test('misses of every size come back, whatever noise they were taken for', () => {
  const bound = 2 ** 30 - 1;
  const miss = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -40, max: 40 }) },
    { weight: 3, arbitrary: fc.integer({ min: -70_000, max: 70_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: -bound, max: bound }) },
  );
  const noise = fc.record({
    kind: fc.nat({ max: noiseKinds - 1 }),
    pace: fc.nat({ max: noiseRates.length - 1 }),
  });
  fc.assert(
    fc.property(fc.array(miss, { minLength: 48, maxLength: 300 }), noise, (list, noise) => {
      const bytes = encoder.encode(Float64Array.from(list), noise, any);
      if (bytes !== null) assert.deepEqual(decoded(bytes, list.length), list);
      else assert.ok(list.reduce((sum, one) => sum + Math.abs(one), 0) < list.length / 4);
    }),
  );
});

test('noise that grows, rests and leaps comes back', () => {
  const random = new Random(5);
  for (const spread of [0.6, 2, 9, 70, 3000, 2e6]) {
    const misses = Float64Array.from({ length: 1440 }, (_, at) => {
      const leap = random.chance(0.01) ? 300 : 1;
      return Math.round(spread * leap * (at % 400 < 100 ? 0.01 : 1) * random.normal()) + 0;
    });
    for (let kind = 0; kind < noiseKinds; kind++) {
      const bytes = encoder.encode(misses, { kind, pace: 0 }, any);
      if (bytes !== null) assert.deepEqual(decoded(bytes, misses.length), [...misses]);
    }
  }
});

test('noise costs within a twelfth of a bit of its entropy, small and large, and the best kind is found', () => {
  for (const spread of [1.5, 15, 1000, 5e5]) {
    const misses = normal(new Random(7), spread, 7200);
    const best = encoder.best(misses)!;
    assert.equal(best.kind, 0, 'the normal one');
    const bits = (encoder.encode(misses, best, any)!.length * 8) / misses.length;
    const entropy = Math.log2(spread * Math.sqrt(2 * Math.PI * Math.E));
    assert.ok(bits < entropy + 1 / 12, `${bits} bits at an entropy of ${entropy}`);
  }
});

test('what is quiet, short, huge or too dear is not taken', () => {
  const loud = normal(new Random(3), 20);
  const like = { kind: 0, pace: 1 };
  assert.notEqual(encoder.encode(loud, like, any), null);
  assert.equal(encoder.encode(loud, like, 720), null);
  assert.equal(encoder.best(new Float64Array(720)), null);
  assert.equal(encoder.best(loud.subarray(0, 40)), null);
  assert.equal(encoder.best(loud.map((one, at) => (at === 9 ? 2 ** 30 : one))), null);
  assert.equal(encoder.best(loud.map((one, at) => (at === 9 ? Number.NaN : one))), null);
});

test('a form that nobody writes is refused, and of any other bytes numbers are read', () => {
  const bytes = encoder.encode(normal(new Random(4), 20), { kind: 2, pace: 2 }, any)!;
  const changed = (at: number, value: number) => bytes.map((one, place) => (place === at ? value : one));
  assert.throws(() => decoded(changed(0, 3), 720), RangeError);
  assert.throws(() => decoded(changed(0, 12), 720), RangeError);
  assert.throws(() => decoded(changed(1, 120), 720), RangeError);
  assert.throws(() => decoded(bytes.subarray(0, 4), 720), RangeError);
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 90 }), (any) => {
      any.set([any[0]! & 0xf2, any[1]! % 120]);
      if ((any[0]! & 3) < noiseKinds) assert.ok(decoded(any, 100).every(Number.isInteger));
    }),
    { numRuns: 300 },
  );
});

test('the shares of each row make up a whole', () => {
  assert.equal(noiseShares.length, noiseKinds * rowsOfKind * 24);
  for (let from = 0; from < noiseShares.length; from += 24) {
    const row = noiseShares.subarray(from, from + 24);
    const pairs = 2 * row.reduce((sum, one) => sum + one, 0);
    assert.equal((from / 24) % rowsOfKind < 28 ? pairs - row[0]! : pairs, 2048, `row ${from / 24}`);
    assert.ok(row.every((share) => share > 0));
  }
  assert.equal(symbols, 47);
});
