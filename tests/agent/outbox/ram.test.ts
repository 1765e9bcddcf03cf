import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesOf, type Drop, RamOutbox } from '../../../agent/outbox/ram.ts';

const tick = (seq: number, width = 2) => ({ seq, runMs: seq * 5000, values: new Array(width).fill(seq) });
const roomy = { ticks: 1_000, bytes: 1_000_000 };

test('keeps a tick until an ack covers it', () => {
  const outbox = new RamOutbox(roomy);
  for (const seq of [0, 1, 2, 3]) outbox.add(tick(seq));
  outbox.acknowledge([[1, 2]]);
  assert.deepEqual(
    outbox.after(-1, Infinity, 10).map((one) => one.seq),
    [0, 3],
  );
  outbox.acknowledge([
    [0, 0],
    [3, 900],
  ]);
  assert.deepEqual(outbox.size, { ticks: 0, bytes: 0 });
  assert.equal(outbox.newest, 3);
});

test('gives ticks oldest first, above one number and below another', () => {
  const outbox = new RamOutbox(roomy);
  for (let seq = 0; seq < 10; seq++) outbox.add(tick(seq));
  const seqs = (...arguments_: [number, number, number]) => outbox.after(...arguments_).map((one) => one.seq);
  assert.deepEqual(seqs(3, Infinity, 3), [4, 5, 6]);
  assert.deepEqual(seqs(3, 6, 3), [4, 5]);
  assert.deepEqual(seqs(9, Infinity, 3), []);
  assert.equal(outbox.countUpTo(3), 4);
});

test('drops the oldest for want of room and names the exact range', () => {
  const told: Drop[] = [];
  const outbox = new RamOutbox({ ticks: 3, bytes: 1_000_000 }, (drop) => told.push(drop));
  for (let seq = 0; seq < 5; seq++) outbox.add(tick(seq));
  assert.deepEqual(
    outbox.after(-1, Infinity, 10).map((one) => one.seq),
    [2, 3, 4],
  );
  assert.deepEqual(told, [
    { first: 0, last: 0, fromMs: 0, toMs: 0 },
    { first: 1, last: 1, fromMs: 5_000, toMs: 5_000 },
  ]);
  assert.equal(outbox.oldestMs, 10_000);
});

test('one tick stays, however large', () => {
  const outbox = new RamOutbox({ ticks: 10, bytes: 10 });
  outbox.add(tick(0, 500));
  outbox.add(tick(1, 500));
  assert.deepEqual(
    outbox.after(-1, Infinity, 10).map((one) => one.seq),
    [1],
  );
});

test('refuses a number that was there before', () => {
  const outbox = new RamOutbox(roomy);
  outbox.add(tick(5));
  assert.throws(() => outbox.add(tick(5)), RangeError);
});

/** The simplest thing that could be an outbox: a sorted set of numbers. */
test('whatever comes, it holds what a set of numbers would, within its bounds, and every loss has a name', () => {
  const step = fc.oneof(
    fc.record({ add: fc.nat(40) }),
    fc.record({ acks: fc.array(fc.tuple(fc.nat(80), fc.nat(10)), { maxLength: 4 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const limit = { ticks: 12, bytes: 4_000 };
      const dropped: Drop[] = [];
      const outbox = new RamOutbox(limit, (drop) => dropped.push(drop));
      const model = new Map<number, number>();
      const lost = new Set<number>();
      let seq = 0;
      for (const one of steps) {
        if ('add' in one) {
          outbox.add(tick(seq, one.add));
          model.set(seq, bytesOf(tick(seq, one.add)));
          seq += 1;
          const bytes = () => [...model.values()].reduce((sum, each) => sum + each, 0);
          while (model.size > 1 && (model.size > limit.ticks || bytes() > limit.bytes)) {
            const oldest = Math.min(...model.keys());
            model.delete(oldest);
            lost.add(oldest);
          }
        } else {
          const ranges = one.acks.map(([from, length]) => [from, from + length] as const);
          outbox.acknowledge(ranges);
          for (const [first, last] of ranges) for (let at = first; at <= last; at++) model.delete(at);
        }
      }
      assert.deepEqual(
        outbox.after(-1, Infinity, 1_000).map((each) => each.seq),
        [...model.keys()],
      );
      assert.equal(outbox.size.ticks, model.size);
      const named = dropped.flatMap(({ first, last }) =>
        Array.from({ length: last - first + 1 }, (_, index) => first + index),
      );
      for (const each of lost) assert.ok(named.includes(each));
    }),
  );
});
