import assert from 'node:assert/strict';
import { test } from 'node:test';
import { size } from '../../appliance/console/format.ts';

test('sizes are written as their reader writes them', () => {
  assert.equal(size(1_540, 'en'), '1.5 kB');
  assert.equal(size(1_540, 'fr'), '1,5 ko');
  assert.equal(size(66, 'fr', true), '66 o/s');
  assert.equal(size(undefined, 'fr'), '');
});
