import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { gauge, runA, TestStore, ticks } from '../helpers/store-parts.ts';

const soon = { everyMs: 2 };

test('samples are on disk after the commit interval, and not synced before', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith([gauge('g')]);
  const durable: number[] = [];
  test.store.committer.onDurable((commit) => durable.push(commit.durable));
  const append = (seq: number) =>
    test.append([
      { machine, run: runA, wallAtZeroMs: clock.wallMs(), trusted: true, ticks: ticks(seq, 1, () => [1]) },
    ]);
  for (let seq = 0; seq < 5; seq++) append(seq);
  await clock.advance(25_000);
  assert.deepEqual(durable, []);
  // A turn that finds the one before unfinished is left out, so the commit may be one turn later.
  await eventually(
    'the commit',
    async () => {
      await clock.advance(5_000);
      return durable.length > 0;
    },
    soon,
  );
  assert.deepEqual(durable, [5], 'one sync for all of them');
});

test('the watchdog is fed only by turns in which the database has answered', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  for (let round = 1; round <= 3; round++) {
    await clock.advance(5_000);
    await eventually(`turn ${round}`, () => test.alive === round, soon);
  }
  test.store.records.probe = () => Promise.reject(new Error('no answer'));
  await clock.advance(5_000);
  await eventually('the failure', () => test.failures.length === 1, soon);
  await clock.advance(60_000);
  assert.equal(test.alive, 3);
});

test('a stopped store has no timers left and answers nobody', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const { opened } = test;
  assert.ok(clock.timers > 0);
  await test.stop();
  assert.equal(clock.timers, 0);
  assert.throws(opened, { code: 'UNAVAILABLE' });
});

test('a start that is given up leaves the database free', async (t) => {
  const test = await TestStore.open(t);
  await test.stop();
  await assert.rejects(test.start(AbortSignal.abort()), { name: 'AbortError' });
  await test.start();
});
