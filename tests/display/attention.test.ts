import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isNeeded, lightFor, shifted, wander } from '../../display/attention.ts';
import { Canvas } from '../../display/canvas.ts';
import { litAt } from '../../display/client/frame.ts';
import { emptyState } from '../../display/state.ts';
import { machineRow, waitingMachine } from '../helpers/screen-samples.ts';

test('dims, then goes dark, unless somebody is needed', () => {
  const light = (idleMs: number, needed = false) =>
    lightFor({ idleMs, dimAfterMs: 60, sleepAfterMs: 600, needed });
  assert.deepEqual([light(59), light(60), light(599), light(600)], ['bright', 'dim', 'dim', 'off']);
  assert.deepEqual([light(59, true), light(600, true)], ['bright', 'dim']);
});

test('somebody is needed while a machine waits or has vanished, and only then', () => {
  const rows = (state: 'vanished' | 'silent') => new Map([[2, machineRow(2, 'pc', state)]]);
  assert.equal(isNeeded({ ...emptyState, rows: rows('silent') }), false);
  assert.equal(isNeeded({ ...emptyState, rows: rows('vanished') }), true);
  assert.equal(isNeeded({ ...emptyState, waiting: [waitingMachine()] }), true);
});

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
