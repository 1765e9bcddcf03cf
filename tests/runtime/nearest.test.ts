import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance, nearest } from '../../appliance/runtime/nearest.ts';

const known = ['port', 'listen', 'commit_interval', 'commit_bytes', 'log_level'];

test('a slip of the fingers finds the name that was meant', () => {
  assert.equal(nearest('prot', known), 'port');
  assert.equal(nearest('commit_intervall', known), 'commit_interval');
  assert.equal(nearest('LogLevel', known), 'log_level');
});

test('something else entirely gets no guess', () => {
  assert.equal(nearest('xyzzy_plugh_quux', known), undefined);
  assert.equal(nearest('anything', []), undefined);
});

test('the distance is zero for equals only, symmetric, and at most the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      const distance = editDistance(a, b);
      assert.equal(distance === 0, a === b);
      assert.equal(distance, editDistance(b, a));
      assert.ok(distance <= Math.max(a.length, b.length));
      assert.ok(distance >= Math.abs(a.length - b.length));
    }),
  );
});
