import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBehind } from '../../../appliance/store/recovery/write-number.ts';

test('a copy may lack the one write that was cut off before it was copied, and no other', () => {
  const copy = { seq: 5 };
  assert.deepEqual(
    [4, 5, 6, 7].map((seq) => isBehind(copy, { seq })),
    [false, false, false, true],
  );
});
