import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppendBatch } from '../../../appliance/store/client/types.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { counter, gauge, runA, runB, TestStore, ticks } from '../../helpers/store-parts.ts';

const hourMs = 3_600_000;
const series = [gauge('g', 1), counter('c')];
const values = (seq: number) => [(seq * 7919) % 1000, seq * 100];
/** Hours count as days: nothing else waits for so long in a test. */
const short = { keep_raw: hourMs, keep_minutes: 2 * 24 * hourMs };

async function measured(test: TestStore, clock: FakeClock, batches: AppendBatch): Promise<void> {
  for (const batch of batches) test.append([batch]);
  await clock.advance(1.1 * hourMs);
  await test.store.turn();
}

test('what has aged is rolled up by the loop, says so, and charts stay what they were', async (t) => {
  const clock = new FakeClock(Date.UTC(2026, 0, 15, 0));
  const test = await TestStore.open(t, { clock, config: { keep_raw: hourMs } });
  const machine = await test.machineWith(series);
  const wallAtZeroMs = clock.wallMs();
  const of = (run: string, first: number, count: number) => ({
    ...{ machine, run, wallAtZeroMs, trusted: true, ticks: ticks(first, count, values, 20_000) },
  });
  await clock.advance(6 * hourMs);
  const late = of(runA, 500, 100);
  await measured(test, clock, [of(runA, 0, 500), of(runA, 600, 480)]);
  const query = {
    machine,
    names: ['g', 'c'],
    fromMs: wallAtZeroMs,
    toMs: wallAtZeroMs + 6 * hourMs,
    points: 36,
  };
  const before = await test.store.reader.range(query);
  await test.store.history.pass();
  assert.equal((await test.store.health()).history.rolledUp, 0, 'a window is rolled up as a whole');

  await clock.advance(4 * hourMs);
  await test.store.history.pass();
  const { history } = await test.store.health();
  assert.ok(history.rolledUp > 0);
  assert.equal(history.rolledSamples, 980 * series.length);
  assert.equal(history.minutesFromMs, wallAtZeroMs);
  assert.deepEqual(await test.store.reader.range(query), before);

  // Late and once more: only what is new counts.
  await measured(test, clock, [late, of(runA, 0, 300), of(runA, 900, 100)]);
  const whole = await test.store.reader.range(query);
  await clock.advance(hourMs);
  await test.store.history.pass();
  assert.equal((await test.store.health()).history.rolledSamples, 1080 * series.length);
  assert.deepEqual(await test.store.reader.range(query), whole);
  assert.equal(whole.columns[0]!.mean.filter((mean) => mean === null).length, 0);
  await test.restart();
  assert.deepEqual(await test.store.reader.range(query), whole);
  assert.deepEqual(test.failures, []);
});

test('nothing ages while nobody knows the date', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock, config: { ...short, clock: 'untrusted' } });
  const machine = await test.machineWith(series);
  const wallAtZeroMs = test.store.clock.wallMs();
  const batch = { machine, run: runB, wallAtZeroMs, trusted: false, ticks: ticks(0, 100, values) };
  await measured(test, clock, [batch]);
  clock.jumpWall(365 * 24 * hourMs);
  await test.store.history.pass();
  const { history } = await test.store.health();
  assert.deepEqual([history.rolledUp, history.deletedBlocks], [0, 0]);
});

test('a machine that was removed keeps its history, which ages like any other', async (t) => {
  const clock = new FakeClock(Date.UTC(2026, 0, 15, 0));
  const test = await TestStore.open(t, { clock, config: short });
  const machine = await test.machineWith(series);
  const wallAtZeroMs = clock.wallMs();
  await clock.advance(2 * hourMs);
  await measured(test, clock, [
    { machine, run: runA, wallAtZeroMs, trusted: true, ticks: ticks(0, 300, values) },
  ]);
  await test.store.registry.remove(machine);
  await clock.advance(7 * hourMs);
  await test.store.history.pass();
  assert.ok((await test.store.health()).history.rolledUp > 0);
  assert.equal(await test.machineWith(series), machine);
  const range = { machine, names: ['g'], fromMs: wallAtZeroMs, toMs: wallAtZeroMs + hourMs, points: 10 };
  const { columns } = await test.store.reader.range(range);
  assert.ok(columns[0]!.mean.some((mean) => mean !== null));
});

test('what the budget took is said in the journal, and not again at once', async (t) => {
  const clock = new FakeClock(Date.UTC(2026, 0, 15, 0));
  const test = await TestStore.open(t, { clock, config: { disk_budget: 1 } });
  const machine = await test.machineWith(series);
  const shortened = async () => (await test.store.journal.find({ kind: 'store.shortened' })).entries;
  let first = 0;
  const measure = async () => {
    const wallAtZeroMs = clock.wallMs() - first * 5000;
    await clock.advance(hourMs / 2);
    const batch = { machine, run: runA, wallAtZeroMs, trusted: true, ticks: ticks(first, 300, values) };
    await measured(test, clock, [batch]);
    first += 300;
    await clock.advance(7 * hourMs);
    await test.store.history.pass();
  };
  const fromMs = clock.wallMs();
  await measure();
  const [entry] = await shortened();
  assert.deepEqual([entry?.details.fromMs, entry?.details.machines], [fromMs, [machine]]);
  assert.ok(entry?.text.fr.includes('2026-01-15T06:00'));
  const { history } = await test.store.health();
  assert.ok(history.deletedByBudget > 0 && history.compactions > 0);
  await measure();
  assert.equal((await shortened()).length, 1);
});
