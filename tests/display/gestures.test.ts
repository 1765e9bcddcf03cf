import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { createGestures, type Gestures, type Holding } from '../../display/gestures.ts';
import { FakeClock } from '../helpers/clock.ts';

let clock: FakeClock;
let seen: string[];
let holding: Holding[];
let gestures: Gestures;

beforeEach(() => {
  clock = new FakeClock();
  seen = [];
  holding = [];
  gestures = createGestures({
    clock,
    onGesture: (gesture) => seen.push(gesture),
    onHolding: (next) => holding.push(next),
  });
});

async function pressFor(ms: number): Promise<void> {
  gestures.down();
  await clock.advance(ms);
  gestures.up();
}

test('a short press is a press, once it can no longer become a double one', async () => {
  await pressFor(80);
  assert.deepEqual(seen, []);
  await clock.advance(350);
  assert.deepEqual(seen, ['press']);
});

test('two short presses in a row are one double press and nothing else', async () => {
  await pressFor(80);
  await clock.advance(200);
  await pressFor(300);
  await clock.advance(2000);
  assert.deepEqual(seen, ['double']);
});

test('two presses far apart are two presses', async () => {
  await pressFor(80);
  await clock.advance(500);
  await pressFor(80);
  await clock.advance(500);
  assert.deepEqual(seen, ['press', 'press']);
});

test('released between one and four seconds it is a hold, armed on the screen meanwhile', async () => {
  gestures.down();
  await clock.advance(999);
  assert.deepEqual(gestures.holding, { is: 'down' });
  await clock.advance(1);
  assert.deepEqual(gestures.holding, { is: 'armed' });
  await clock.advance(2500);
  gestures.up();
  assert.deepEqual(seen, ['hold']);
  assert.deepEqual(gestures.holding, { is: 'no' });
});

test('released after four seconds nothing happens', async () => {
  await pressFor(4500);
  await clock.advance(2000);
  assert.deepEqual(seen, []);
});

test('counts down from five seconds and recovers at ten, also without a release', async () => {
  gestures.down();
  await clock.advance(5000);
  assert.deepEqual(gestures.holding, { is: 'countdown', seconds: 5 });
  await clock.advance(4000);
  assert.deepEqual(gestures.holding, { is: 'countdown', seconds: 1 });
  assert.deepEqual(seen, []);
  await clock.advance(1000);
  assert.deepEqual(seen, ['recovery']);
  gestures.up();
  await clock.advance(1000);
  assert.deepEqual(seen, ['recovery']);
});

test('letting go during the countdown stops it', async () => {
  await pressFor(7000);
  await clock.advance(10_000);
  assert.deepEqual(seen, []);
  assert.deepEqual(holding.at(-1), { is: 'no' });
});

test('an edge that repeats changes nothing', async () => {
  gestures.up();
  gestures.down();
  await clock.advance(1500);
  gestures.down();
  gestures.up();
  gestures.up();
  await clock.advance(1000);
  assert.deepEqual(seen, ['hold']);
});

test('leaves no timer behind when stopped', async () => {
  await pressFor(80);
  gestures.down();
  gestures.stop();
  assert.equal(clock.timers, 0);
});
