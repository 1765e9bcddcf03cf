import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../appliance/runtime/clock.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { FakeClock } from '../helpers/clock.ts';

const isClosed = (error: unknown) => error instanceof Failure && error.code === 'CLOSED';

test('the system clock runs callbacks, in order of their delays', async () => {
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    systemClock.after(20, () => {
      order.push('late');
      resolve();
    });
    systemClock.after(1, () => order.push('early'));
  });
  assert.deepEqual(order, ['early', 'late']);
});

test('the system clock refuses an interval that Node would take for one millisecond', () => {
  for (const bad of [0, -1, Number.NaN, 2 ** 31])
    assert.throws(() => systemClock.every(bad, () => undefined), RangeError);
});

test('a delay of more than 25 days does not fire at once', async () => {
  let fired = false;
  const timer = systemClock.after(2 ** 31 + 5, () => {
    fired = true;
  });
  await systemClock.sleep(20);
  timer.stop();
  assert.equal(fired, false);
});

const clocks: { name: string; make: () => Clock }[] = [
  { name: 'system', make: () => systemClock },
  { name: 'fake', make: () => new FakeClock() },
];
for (const { name, make } of clocks) {
  test(`a sleep on the ${name} clock rejects when its signal is aborted, before or during`, async () => {
    const clock = make();
    await assert.rejects(clock.sleep(60_000, AbortSignal.abort()), isClosed);
    const stop = new AbortController();
    const sleeping = clock.sleep(60_000, stop.signal);
    stop.abort();
    await assert.rejects(sleeping, isClosed);
  });
}

test('a sleep that is over has left nothing on its signal', async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const sleeping = clock.sleep(10, stop.signal);
  await clock.advance(10);
  await sleeping;
  assert.equal(clock.timers, 0);
  assert.deepEqual(getEventListeners(stop.signal, 'abort'), []);
});

test('the fake clock fires what is due in order, and what that arms in the same stretch', async () => {
  const clock = new FakeClock();
  const fired: string[] = [];
  clock.after(30, () => fired.push('c'));
  clock.after(10, () => {
    fired.push('a');
    clock.after(5, () => fired.push('b'));
  });
  clock.after(31, () => fired.push('never'));
  await clock.advance(30);
  assert.deepEqual(fired, ['a', 'b', 'c']);
  assert.equal(clock.timers, 1);
});

test('the fake clock repeats until stopped, also from within', async () => {
  const clock = new FakeClock();
  let count = 0;
  const timer = clock.every(10, () => {
    if (++count === 3) timer.stop();
  });
  await clock.advance(100);
  assert.equal(count, 3);
});

test('a jump of the wall clock is not elapsed time', async () => {
  const clock = new FakeClock(1000);
  clock.jumpWall(-500);
  await clock.advance(40);
  assert.equal(clock.wallMs(), 540);
  assert.equal(clock.monotonicMs(), 40);
});
