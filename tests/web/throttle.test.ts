import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createThrottle, type Throttle } from '../../appliance/web/throttle.ts';
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

test('a newcomer has two tries of its own that a flood from many addresses cannot take', async () => {
  const clock = new FakeClock();
  const throttle = createThrottle(clock);
  for (let second = 0; second < 60; second++) {
    for (let source = 0; source < 200; source++) tryFrom(throttle, `10.0.1.${source}`);
    await clock.advance(1_000);
  }
  throttle.enter('10.0.0.9');
  await clock.advance(1_000);
  throttle.enter('10.0.0.9');
  await clock.advance(2_000);
  for (let source = 0; source < 200; source++) tryFrom(throttle, `10.0.1.${source}`);
  assert.throws(() => throttle.enter('10.0.0.9'), tooMany);
});

test('all strangers of a network together get at most twenty tries a minute over an hour', async () => {
  const clock = new FakeClock();
  const throttle = createThrottle(clock);
  let letIn = 0;
  for (let minute = 0; minute < 60; minute++) {
    for (let source = 0; source < 700; source++)
      if (tryFrom(throttle, `10.0.${source >> 8}.${source & 255}`)) letIn++;
    await clock.advance(60_000);
  }
  assert.ok(letIn <= 60 * 20, String(letIn));
});

test('many addresses of one IPv6 network are one newcomer', () => {
  const throttle = createThrottle(new FakeClock());
  const letIn = Array.from({ length: 100 }, (_, at) => tryFrom(throttle, `fd00::${at.toString(16)}`));
  assert.equal(letIn.filter((one) => one).length, 12);
  throttle.enter('10.0.0.9');
  throttle.enter('fd00:0:0:1::1');
});

test('known addresses and known browsers are not slowed by strangers, and by their own failures only', async () => {
  const clock = new FakeClock();
  const throttle = createThrottle(clock);
  throttle.know('10.0.0.1');
  for (let source = 0; source < 700; source++) tryFrom(throttle, `10.0.${1 + (source >> 8)}.${source & 255}`);
  throttle.enter('10.0.0.1');
  assert.throws(() => throttle.enter('10.0.0.1'), tooMany);
  throttle.enter('10.0.1.1', 'anne');
  assert.throws(() => throttle.enter('10.0.1.1', 'anne'), tooMany);
  throttle.succeeded('10.0.1.1', 'anne');
  throttle.enter('10.0.1.1', 'anne');
});

function tryFrom(throttle: Throttle, source: string): boolean {
  try {
    throttle.enter(source);
    return true;
  } catch {
    // Refused: that is the answer.
    return false;
  }
}
