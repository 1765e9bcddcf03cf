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
