/** The short form of `npm run faults -- full`: some moments at which the disk gets full. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failSync } from './full/fail-sync.ts';
import { fillAt } from './full/fill.ts';
import { SmallDisk, whyNoDisk } from './full/small-disk.ts';
import { whyNoTrace } from './replay/strace.ts';

test('a store whose disk is full goes on by itself once there is room', {
  skip: whyNoDisk() ?? false,
}, async (t) => {
  const disk = new SmallDisk(8 << 20);
  t.after(() => disk.remove());
  for (const [pages, ballast] of [
    [1, 0],
    [8, 256 << 10],
    [25, 0],
    [70, 256 << 10],
  ] as const) {
    const { notes, ...found } = await fillAt(disk, pages, ballast);
    assert.deepEqual(found, { injected: 1, lost: 0, wrong: 0, unopenable: 0, manual: 0 }, notes.join('; '));
  }
});

test('a sync that fails with EIO ends the store with exit 1, and the next start has what was promised', {
  skip: whyNoTrace() ?? false,
}, async () => {
  assert.deepEqual(await failSync(30), { injected: 1, lost: 0, wrong: 0, unopenable: 0, manual: 0 });
});
