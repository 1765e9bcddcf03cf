import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createThrottle } from '../../appliance/web/throttle.ts';
import { FakeClock } from '../helpers/clock.ts';

const tooMany = { code: 'TOO_MANY' };

test('doubles the wait of a source after each try, up to a minute', async () => {
  const clock = new FakeClock();
  const throttle = createThrottle(clock);
  for (const waitS of [1, 2, 4, 8, 16, 32, 60, 60]) {
    throttle.enter('10.0.0.9');
    await clock.advance(waitS * 1000 - 1);
    assert.throws(() => throttle.enter('10.0.0.9'), { ...tooMany, retryAfterS: 1 }, `before ${waitS} s`);
    await clock.advance(1);
  }
});

test('a try counts before its outcome is known', () => {
  const throttle = createThrottle(new FakeClock());
  throttle.enter('10.0.0.9');
  assert.throws(() => throttle.enter('10.0.0.9'), tooMany);
});

test('a right password lets the source start afresh', async () => {
  const clock = new FakeClock();
  const throttle = createThrottle(clock);
  for (let attempt = 0; attempt < 4; attempt++) {
    throttle.enter('10.0.0.9');
    await clock.advance(60_000);
  }
  throttle.succeeded('10.0.0.9');
  throttle.enter('10.0.0.9');
  await clock.advance(1_000);
  throttle.enter('10.0.0.9');
});

test('a source is forgiven after a quarter of an hour of silence', async () => {
  const clock = new FakeClock();
  const throttle = createThrottle(clock);
  for (let attempt = 0; attempt < 7; attempt++) {
    throttle.enter('10.0.0.9');
    await clock.advance(60_000);
  }
  await clock.advance(16 * 60_000);
  throttle.enter('10.0.0.9');
  await clock.advance(1_000);
  throttle.enter('10.0.0.9');
});

test('strangers share twenty tries a minute; who signed in before is not locked out by them', async () => {
  const clock = new FakeClock();
  const throttle = createThrottle(clock);
  throttle.know('10.0.0.1');
  for (let source = 0; source < 20; source++) throttle.enter(`10.0.1.${source}`);
  assert.throws(() => throttle.enter('10.0.2.1'), tooMany);
  throttle.enter('10.0.0.1');
  await clock.advance(60_000);
  throttle.enter('10.0.2.1');
});
