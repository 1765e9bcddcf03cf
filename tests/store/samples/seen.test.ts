import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Intervals, Seen } from '../../../appliance/store/samples/seen.ts';

test('intervals know exactly the numbers that were added, in whatever order', () => {
  const step = fc.oneof(
    fc.record({ first: fc.integer({ min: 0, max: 60 }), length: fc.constant(1) }),
    fc.record({ first: fc.integer({ min: 0, max: 60 }), length: fc.integer({ min: 1, max: 9 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const intervals = new Intervals();
      const model = new Set<number>();
      for (const { first, length } of steps) {
        if (length === 1) assert.equal(intervals.add(first), !model.has(first));
        else intervals.addRange(first, first + length - 1);
        for (let seq = first; seq < first + length; seq++) model.add(seq);
      }
      for (let seq = -1; seq < 75; seq++) assert.equal(intervals.has(seq), model.has(seq), `seq ${seq}`);
      const { bounds } = intervals;
      for (let at = 1; at < bounds.length; at++) {
        // Closed intervals that neither overlap nor touch.
        assert.ok(at % 2 === 1 ? bounds[at]! >= bounds[at - 1]! : bounds[at]! > bounds[at - 1]! + 1);
      }
    }),
  );
});

test('a run with endless holes keeps a bounded list, and new ticks stay new', () => {
  const intervals = new Intervals();
  for (let seq = 0; seq < 10_000; seq += 2) assert.equal(intervals.add(seq), true);
  assert.ok(intervals.bounds.length <= 2000);
  assert.equal(intervals.has(1), true, 'the oldest hole is closed');
  assert.equal(intervals.has(9997), false);
});

test('a machine that restarts for ever keeps a bounded list of runs, the last ones', () => {
  const seen = new Seen();
  for (let run = 0; run < 3000; run++) seen.add(String(run), 0, run);
  assert.ok(seen.list().length <= 1200);
  assert.equal(seen.has('2999', 0), true);
  assert.equal(seen.has('0', 0), false);
});

test('many runs full of holes keep a bounded list, and what is new stays new', () => {
  const seen = new Seen();
  for (let run = 0; run < 100; run++) {
    for (let seq = 0; seq < 400; seq += 2) assert.equal(seen.add(String(run), seq, run), true);
  }
  const kept = () => seen.list().reduce((sum, { bounds }) => sum + bounds.length / 2, 0);
  assert.ok(kept() <= 4100, String(kept()));
  assert.equal(seen.has('99', 399), false);
  assert.equal(new Seen(seen.list()).add('99', 1000, 100), true);
  for (let run = 0; run < 100; run++) seen.addRange(String(run), 0, 1000, run);
  assert.equal(kept(), 100);
  for (let seq = 2000; seq < 2400; seq += 2) seen.add('0', seq, 200);
  assert.equal(kept(), 300, 'holes that were filled no longer count');
});

test('runs are forgotten by the date at which they were last heard of', () => {
  const seen = new Seen([{ run: 'old', touchedMs: 10, bounds: [0, 5] }]);
  seen.add('new', 1, 100);
  seen.forget(50);
  assert.equal(seen.has('old', 3), false);
  assert.equal(seen.has('new', 1), true);
});

test('what is listed can be read back', () => {
  const seen = new Seen();
  for (const seq of [1, 2, 3, 7, 9]) seen.add('r', seq, 5);
  const again = new Seen(seen.list());
  for (let seq = 0; seq < 12; seq++) assert.equal(again.has('r', seq), seen.has('r', seq));
  again.add('r', 4, 6);
  assert.equal(seen.has('r', 4), false, 'the copy is a copy');
});
