import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoxTime, RunClocks } from '../../appliance/ingest/run-clock.ts';
import { FakeClock } from '../helpers/clock.ts';

const run = 'a'.repeat(32);

function setup(trusted = true) {
  const clock = new FakeClock();
  const time = new BoxTime(clock, () => ({ trusted, anchorMs: clock.wallMs() - clock.monotonicMs() }));
  return { clock, clocks: new RunClocks(time), startMs: clock.wallMs() };
}

test('a run’s zero is the arrival of its hello minus its run time', () => {
  const { clocks, startMs } = setup();
  assert.equal(clocks.greeted(1, run, 40_000).wallAtZeroMs(), startMs - 40_000);
});

test('a message that was quicker moves the zero back, a slower one does not', async () => {
  const { clock, clocks, startMs } = setup();
  const mine = clocks.greeted(1, run, 0);
  await clock.advance(10_000);
  mine.observed(9_000);
  assert.equal(mine.wallAtZeroMs(), startMs);
  mine.observed(9_980);
  assert.equal(mine.wallAtZeroMs(), startMs);
  mine.observed(10_400);
  assert.equal(mine.wallAtZeroMs(), startMs - 400);
});

test('the zero follows a clock that somebody sets, and not one that trembles', async () => {
  const { clock, clocks, startMs } = setup();
  const mine = clocks.greeted(1, run, 0);
  clock.jumpWall(900);
  assert.equal(mine.wallAtZeroMs(), startMs);
  clock.jumpWall(86_400_000);
  assert.equal(mine.wallAtZeroMs(), startMs + 86_400_900);
});

test('the zero follows two clocks that drift apart', async () => {
  const { clock, clocks, startMs } = setup();
  const mine = clocks.greeted(1, run, 0);
  // The machine's clock loses 200 millionths.
  for (let hour = 1; hour <= 24; hour++) {
    for (let tick = 1; tick <= 60; tick++) {
      await clock.advance(60_000);
      mine.observed(Math.round(clock.monotonicMs() * (1 - 200e-6)));
    }
  }
  const trueZeroMs = startMs + 86_400_000 * 200e-6;
  assert.ok(Math.abs(mine.wallAtZeroMs() - trueZeroMs) < 3_000, `${mine.wallAtZeroMs() - trueZeroMs}`);
});

test('messages that are a little late do not move the zero, and very late ones not within the hour', async () => {
  const { clock, clocks, startMs } = setup();
  const mine = clocks.greeted(1, run, 0);
  const hear = async (minutes: number, lateMs: number) => {
    for (let minute = 0; minute < minutes; minute++) {
      await clock.advance(60_000);
      mine.observed(clock.monotonicMs() - lateMs);
    }
  };
  await hear(59, 5_000);
  assert.equal(mine.wallAtZeroMs(), startMs);
  await hear(180, 900);
  assert.equal(mine.wallAtZeroMs(), startMs);
});

test('each run of a machine keeps its own zero', () => {
  const { clocks, startMs } = setup();
  const before = clocks.greeted(1, 'b'.repeat(32), 9_000);
  clocks.greeted(1, run, 0);
  assert.equal(clocks.earlier(1, 'b'.repeat(32), 500), before);
  assert.equal(before.wallAtZeroMs(), startMs - 9_000);
});

test('a machine that catches up with old ticks does not move the zero forward', async () => {
  const { clock, clocks, startMs } = setup();
  const mine = clocks.greeted(1, run, 0);
  for (let minute = 1; minute <= 180; minute++) {
    await clock.advance(60_000);
    mine.observed(minute * 10_000);
  }
  assert.equal(mine.wallAtZeroMs(), startMs);
});

test('a hello of the same run after a sleep moves the zero forward', async () => {
  const { clock, clocks, startMs } = setup();
  clocks.greeted(1, run, 0);
  await clock.advance(3_600_000);
  assert.equal(clocks.greeted(1, run, 60_000).wallAtZeroMs(), startMs + 3_540_000);
});

test('a run that never said hello is dated by a guess that is not trusted, and stays so', async () => {
  const { clock, clocks, startMs } = setup();
  const earlier = clocks.earlier(1, run, 5_000);
  assert.equal(earlier.trusted(), false);
  assert.equal(earlier.wallAtZeroMs(), startMs - 5_000);
  await clock.advance(1_000);
  assert.equal(clocks.earlier(1, run, 50_000), earlier);
  assert.equal(clocks.greeted(1, run, 90_000).trusted(), true);
});

test('an untrusted box trusts no date', () => {
  const { clocks } = setup(false);
  const mine = clocks.greeted(1, run, 0);
  assert.equal(mine.trusted(), false);
  assert.deepEqual(mine.pair().trusted, false);
});
