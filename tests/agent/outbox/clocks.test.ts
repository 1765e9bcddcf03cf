import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnClocks } from '../../../agent/outbox/clocks.ts';
import { datesOf } from '../../../agent/outbox/dates.ts';
import { FakeClock } from '../../helpers/clock.ts';

const startMs = Date.UTC(2026, 0, 15, 12);
const hourMs = 3_600_000;

/** A machine whose monotonic clock stands still in sleep, as Linux has it. */
function machine(o: { synchronised?: boolean } = {}) {
  const clock = new FakeClock(startMs);
  const state = { synchronised: o.synchronised ?? true, sleptMs: 0 };
  const clocks = new OwnClocks({
    clock,
    runMs: () => clock.monotonicMs(),
    synchronised: () => state.synchronised,
    sinceBootMs: () => clock.monotonicMs() + state.sleptMs,
  });
  const sleep = (ms: number) => {
    state.sleptMs += ms;
    clock.jumpWall(ms);
  };
  return { clock, clocks, state, sleep };
}

test('a pair is taken at the start, and another each hour', async () => {
  const { clock, clocks } = machine();
  assert.deepEqual(clocks.pairs, [{ runMs: 0, wallMs: startMs, synchronised: true, sleptMs: 0 }]);
  await clock.advance(hourMs - 5_000);
  assert.equal(clocks.look(), false);
  assert.equal(clocks.version, 1);
  await clock.advance(5_000);
  clocks.look();
  assert.deepEqual(
    clocks.pairs.map(({ runMs }) => runMs),
    [0, hourMs],
  );
});

test('a sleep is noticed, and each stretch has its dates', async () => {
  const { clock, clocks, sleep } = machine();
  await clock.advance(60_000);
  sleep(8 * hourMs);
  await clock.advance(5_000);
  assert.equal(clocks.look(), true);
  assert.equal(clocks.look(), false);
  assert.deepEqual(
    clocks.pairs.map(({ runMs, sleptMs }) => [runMs, sleptMs]),
    [
      [0, 0],
      [65_000, 8 * hourMs],
    ],
  );
  assert.equal(datesOf(clocks.pairs, 60_000).wallMs, startMs + 60_000);
  assert.equal(datesOf(clocks.pairs, 70_000).wallMs, startMs + 70_000 + 8 * hourMs);
});

test('a clock that is set is no sleep, and dates what was before it', async () => {
  const { clock, clocks, state } = machine({ synchronised: false });
  await clock.advance(60_000);
  clock.jumpWall(50 * 365 * 24 * hourMs);
  state.synchronised = true;
  await clock.advance(5_000);
  assert.equal(clocks.look(), false);
  const atStart = datesOf(clocks.pairs, 0);
  assert.deepEqual(atStart, { wallMs: startMs + 50 * 365 * 24 * hourMs, synchronised: true });
  state.synchronised = false;
  clock.jumpWall(-hourMs);
  clocks.look();
  assert.deepEqual(datesOf(clocks.pairs, 0), atStart);
});

test('a machine that sleeps for ever so often keeps a bounded list', async () => {
  const { clock, clocks, sleep } = machine();
  for (let nights = 0; nights < 400; nights++) {
    sleep(hourMs);
    await clock.advance(5_000);
    assert.equal(clocks.look(), true);
  }
  assert.equal(clocks.pairs.length, 256);
});
