import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Contexts, RangeDecoder, RangeEncoder } from '../../../appliance/store/codec/range-coder.ts';

const places = 5;

test('every bit comes back, whatever was expected of it', () => {
  const bits = fc.array(fc.tuple(fc.nat({ max: places - 1 }), fc.constantFrom(0, 1)), { maxLength: 2000 });
  fc.assert(
    fc.property(bits, (list) => {
      const encoder = new RangeEncoder(1);
      const contexts = new Contexts(places);
      for (const [place, bit] of list) encoder.bit(contexts, place, bit);
      const decoder = new RangeDecoder(encoder.finish().slice());
      const again = new Contexts(places);
      for (const [place, bit] of list) assert.equal(decoder.bit(again, place), bit);
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
      const decoder = new RangeDecoder(encoder.finish().slice());
      for (const [bits, value] of list) assert.equal(decoder.plain(0, bits), value);
    }),
  );
});

test('what is nearly always so costs nearly nothing', () => {
  const encoder = new RangeEncoder();
  const contexts = new Contexts(1);
  for (let count = 0; count < 10_000; count++) encoder.bit(contexts, 0, count === 5000 ? 1 : 0);
  const { length } = encoder.finish();
  assert.ok(length < 40, `${length} bytes for 10,000 bits`);
});

test('a stream of nothing has no bytes, and one that is used again begins anew', () => {
  const encoder = new RangeEncoder();
  assert.equal(encoder.finish().length, 0);
  encoder.plain(0xabcdef, 24);
  encoder.reset();
  encoder.plain(5, 3);
  assert.equal(new RangeDecoder(encoder.finish().slice()).plain(0, 3), 5);
});
