import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockKey, blockMachineOf, blockStartOf, rollupKey } from '../../../appliance/store/keys.ts';
import { BlockIndex, type Expected } from '../../../appliance/store/recovery/block-index.ts';

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
      const all = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
      const ofMachine = (machine: number) =>
        all.filter(([key]) => blockMachineOf(Buffer.from(key, 'latin1')) === machine);
      const dateOf = ([key]: [string, number]) => blockStartOf(Buffer.from(key, 'latin1'));
      const wanted = ofMachine(2).filter((one) => dateOf(one) >= fromMs && dateOf(one) < fromMs + 5);
      const named = ({ key, crc }: Expected) => [key.toString('latin1'), crc];
      assert.deepEqual(index.blocksOf(2, fromMs, fromMs + 5).map(named), wanted);
      const ends = index.endsOf(2);
      assert.deepEqual(ends === null ? [] : [named(ends.first), named(ends.last)], [
        ...ofMachine(2).slice(0, 1),
        ...ofMachine(2).slice(-1),
      ]);
      assert.deepEqual(
        index.machines(),
        [1, 2, 3].flatMap((machine) => {
          const [first] = ofMachine(machine);
          return first === undefined ? [] : [{ machine, firstMs: dateOf(first) }];
        }),
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
