import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { placeCount, plainPlace, statesOf } from '../../../appliance/store/codec/contexts.ts';
import { RangeDecoder, RangeEncoder } from '../../../appliance/store/codec/range-coder.ts';

const states = statesOf(2);

test('every bit comes back, whatever was expected of it', () => {
  const bit = fc.tuple(fc.nat({ max: placeCount - 1 }), fc.constantFrom(0, 1));
  fc.assert(
    fc.property(fc.array(bit, { maxLength: 2000 }), (list) => {
      const encoder = new RangeEncoder();
      for (const [place, one] of list) encoder.bit(place, one);
      const decoder = new RangeDecoder(encoder.finish(states).slice(), states);
      for (const [place, one] of list) assert.equal(decoder.bit(place), one);
    }),
  );
});

test('plain numbers of up to 53 bits come back', () => {
  const number = fc
    .nat({ max: 53 })
    .chain((bits) => fc.tuple(fc.constant(bits), fc.integer({ min: 0, max: 2 ** bits - 1 })));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 200 }), (list) => {
      const encoder = new RangeEncoder();
      for (const [bits, value] of list) encoder.plain(value, bits);
      const decoder = new RangeDecoder(encoder.finish(states).slice(), states);
      for (const [bits, value] of list) {
        let found = 0;
        for (let left = bits; left > 0; left--) found = found * 2 + decoder.bit(plainPlace);
        assert.equal(found, value);
      }
    }),
  );
});

test('what is nearly always so costs nearly nothing, what nobody knows a bit', () => {
  const encoder = new RangeEncoder();
  for (let count = 0; count < 10_000; count++) encoder.bit(1, count === 5000 ? 1 : 0);
  assert.ok(encoder.finish(states).length < 40);
  encoder.reset();
  for (let count = 0; count < 10_000; count++) encoder.bit(plainPlace, ((count * 7919) % 1009) & 1);
  assert.ok(Math.abs(encoder.finish(states).length - 1250) < 3);
});

test('a stream of nothing has no bytes, and one that is used again begins anew', () => {
  const encoder = new RangeEncoder();
  assert.equal(encoder.finish(states).length, 0);
  encoder.plain(0xabcdef, 24);
  encoder.reset();
  encoder.bit(3, 1);
  assert.equal(new RangeDecoder(encoder.finish(states).slice(), states).bit(3), 1);
});
