import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Schedule } from '../../agent/schedule.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';

function scheduled(run: (clock: FakeClock) => Promise<void>) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  const at: number[] = [];
  const schedule = new Schedule({
    clock,
    intervalMs: 5_000,
    firstMs: 1_000,
    log,
    run: () => {
      at.push(clock.monotonicMs());
      return run(clock);
    },
  });
  return { clock, schedule, at, lines };
}

test('runs soon after the start and then every interval', async () => {
  const { clock, schedule, at } = scheduled(async () => undefined);
  await schedule.start();
  await clock.advance(21_500);
  assert.deepEqual(at, [1_000, 6_000, 11_000, 16_000, 21_000]);
  await schedule.stop();
  assert.equal(clock.timers, 0);
});

test('does not drift when cycles take their time', async () => {
  const { clock, schedule, at } = scheduled((time) => time.sleep(1_234));
  await schedule.start();
  await clock.advance(60_000);
  assert.equal(at.length, 12);
  assert.ok(at.every((ms) => ms % 5_000 === 1_000));
  const stopping = schedule.stop();
  await clock.advance(5_000);
  await stopping;
});

test('never runs two cycles at once; what was missed is skipped, and the beat is kept', async () => {
  let running = 0;
  let most = 0;
  let first = true;
  const { clock, schedule, at } = scheduled(async (time) => {
    running += 1;
    most = Math.max(most, running);
    if (first) await time.sleep(12_000);
    first = false;
    running -= 1;
  });
  await schedule.start();
  await clock.advance(22_000);
  assert.equal(most, 1);
  assert.deepEqual(at, [1_000, 16_000, 21_000]);
  await schedule.stop();
});

test('a jump of the wall clock changes nothing', async () => {
  const { clock, schedule, at } = scheduled(async () => undefined);
  await schedule.start();
  await clock.advance(3_000);
  clock.jumpWall(-86_400_000);
  await clock.advance(10_000);
  assert.deepEqual(at, [1_000, 6_000, 11_000]);
  await schedule.stop();
});

test('a cycle that fails is told, and the next one runs', async () => {
  const { clock, schedule, at, lines } = scheduled(async () => {
    throw new Error('no luck');
  });
  await schedule.start();
  await clock.advance(7_000);
  assert.equal(at.length, 2);
  assert.ok(lines.some((line) => line.includes('no luck')));
  await schedule.stop();
});
