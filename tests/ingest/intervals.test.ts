import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Intervals } from '../../appliance/ingest/intervals.ts';

test('intervals hold exactly the numbers that were added, sorted and apart', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 })), (seqs) => {
      const intervals = new Intervals();
      for (const seq of seqs) intervals.add(seq);
      const list = intervals.list();
      const numbers = list.flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, at) => first + at),
      );
      assert.deepEqual(
        numbers,
        [...new Set(seqs)].toSorted((a, b) => a - b),
      );
      for (const [index, [first]] of list.entries())
        if (index > 0) assert.ok(first > list[index - 1]![1] + 1);
    }),
  );
});

test('a run of numbers in order is one interval', () => {
  const intervals = new Intervals();
  for (let seq = 5; seq < 1_000; seq++) intervals.add(seq);
  assert.deepEqual(intervals.list(), [[5, 999]]);
});

test('ranges join like the numbers in them', () => {
  const ranges = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 5 })));
  fc.assert(
    fc.property(ranges, (some) => {
      const [whole, single] = [new Intervals(), new Intervals()];
      for (const [first, more] of some) {
        whole.addRange(first, first + more);
        for (let seq = first; seq <= first + more; seq++) single.add(seq);
      }
      assert.deepEqual(whole.list(), single.list());
    }),
  );
});
