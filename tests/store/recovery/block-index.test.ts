import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockKey, blockKeyFrom, rollupKey } from '../../../appliance/store/keys.ts';
import { BlockIndex } from '../../../appliance/store/recovery/block-index.ts';

const keys = fc.record({
  machine: fc.integer({ min: 1, max: 3 }),
  startMs: fc.integer({ min: 0, max: 20 }),
  isRemoval: fc.boolean(),
});

test('the index of blocks says what a sorted map would say', () => {
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 80 }), fc.integer({ min: 0, max: 20 }), (steps, fromMs) => {
      const index = new BlockIndex();
      const model = new Map<string, number>();
      for (const [crc, { machine, startMs, isRemoval }] of steps.entries()) {
        const key = blockKey(machine, startMs, 'a'.repeat(32), 0);
        if (isRemoval) index.delete(key);
        else index.put({ key, crc, spanMs: crc });
        if (isRemoval) model.delete(key.toString('latin1'));
        else model.set(key.toString('latin1'), crc);
      }
      assert.equal(index.count, model.size);
      const [gte, lt] = [blockKeyFrom(2, fromMs), blockKeyFrom(2, fromMs + 5)];
      const wanted = [...model].filter(
        ([key]) => key >= gte.toString('latin1') && key < lt.toString('latin1'),
      );
      const found = index.between(gte, lt).map(({ key, crc }) => [key.toString('latin1'), crc]);
      assert.deepEqual(
        found,
        wanted.sort(([a], [b]) => (a < b ? -1 : 1)),
      );
      for (const [key, crc] of model) assert.equal(index.get(Buffer.from(key, 'latin1'))?.crc, crc);
    }),
  );
});

test('keys of another length have a place of their own', () => {
  const index = new BlockIndex();
  const key = rollupKey(1, 6 * 3_600_000, 7, 0);
  index.put({ key, crc: 1, spanMs: 2 });
  index.put({ key: blockKey(1, 0, 'b'.repeat(32), 0), crc: 3, spanMs: 4 });
  assert.deepEqual(index.get(key), { key, crc: 1, spanMs: 2 });
  assert.equal([...index].length, 2);
});
