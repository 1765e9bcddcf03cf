import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { integer, object } from '../../../appliance/protocol/check.ts';
import { anyJson, decodeChecked, encodeChecked } from '../../../appliance/store/records/checked.ts';

test('any JSON comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const kept: unknown = JSON.parse(JSON.stringify(value));
      assert.deepEqual(decodeChecked(encodeChecked(value), 'it', anyJson), kept);
    }),
  );
});

test('every flipped bit is noticed and the value is named', () => {
  const whole = encodeChecked({ a: [1, 'two'], b: null });
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const hurt = Buffer.from(whole);
    hurt[bit >> 3] = hurt[bit >> 3]! ^ (1 << (bit & 7));
    assert.throws(() => decodeChecked(hurt, 'The value', anyJson), {
      code: 'STORE_DAMAGED',
      message: /^The value /,
    });
  }
});

test('a value of another shape is damage, not a surprise later', () => {
  const check = object({ count: integer() });
  assert.deepEqual({ ...decodeChecked(encodeChecked({ count: 1, more: 2 }), 'it', check) }, { count: 1 });
  assert.throws(() => decodeChecked(encodeChecked({ count: 'one' }), 'it', check), { code: 'STORE_DAMAGED' });
});
