import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCoalescer, gatherMs } from '../../appliance/web/coalesce.ts';
import { FakeClock } from '../helpers/clock.ts';

test('tells a burst about one thing as its last state, and soon', async () => {
  const clock = new FakeClock();
  const told: string[][] = [];
  const events = createCoalescer<string>(clock, (batch) => told.push([...batch]));
  events.put('a', 'a1');
  events.put('b', 'b1');
  await clock.advance(gatherMs - 1);
  events.put('a', 'a2');
  assert.deepEqual(told, []);
  await clock.advance(1);
  assert.deepEqual(told, [['a2', 'b1']]);
  await clock.advance(1000);
  assert.equal(told.length, 1);
  events.put('a', 'a3');
  await clock.advance(gatherMs);
  assert.deepEqual(told[1], ['a3']);
  assert.ok(gatherMs <= 50);
});

test('says nothing after it was stopped', async () => {
  const clock = new FakeClock();
  let told = 0;
  const events = createCoalescer<string>(clock, () => told++);
  events.put('a', 'a1');
  events.stop();
  await clock.advance(1000);
  assert.equal(told, 0);
  assert.equal(clock.timers, 0);
});
