import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shifted, wander } from '../../display/attention.ts';
import { Canvas } from '../../display/canvas.ts';
import { litAt } from '../../display/client/frame.ts';

test('wanders around the four corners of a pixel, one a minute', () => {
  const corners = [0, 1, 2, 3, 4].map((minute) => wander(minute * 60_000));
  assert.equal(new Set(corners.slice(0, 4).map((corner) => JSON.stringify(corner))).size, 4);
  assert.deepEqual(corners[4], corners[0]);
});

test('moves every pixel by the same step', () => {
  const offset = fc.constantFrom<0 | 1>(0, 1);
  fc.assert(
    fc.property(fc.nat(126), fc.nat(62), offset, offset, (x, y, dx, dy) => {
      const canvas = new Canvas();
      canvas.set(x, y);
      const moved = shifted(canvas.frame(), { dx, dy });
      assert.ok(litAt(moved, x + dx, y + dy));
      assert.equal(moved.pages.filter((byte) => byte !== 0).length, 1);
    }),
  );
});
