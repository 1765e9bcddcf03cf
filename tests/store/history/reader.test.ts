import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Tick } from '../../../appliance/protocol/ticks.ts';
import { databaseAt, openOptions } from '../../../appliance/store/database/database.ts';
import { gridOf } from '../../../appliance/store/history/reader.ts';
import { rangeOf } from '../../../appliance/store/keys.ts';
import { longestRateMs } from '../../../appliance/store/samples/rate.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { counter, gauge, TestStore } from '../../helpers/store-parts.ts';

const hourMs = 3_600_000;
const series = [gauge('g', 1), counter('c'), gauge('rare', 0)];

/** A small generator of its own, so that a failure can be repeated from its seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Sample = { tMs: number; values: Tick['values'] };

/** A rate weighs as much as it lasted. */
type Shown = { value: number; ms: number };

/** The answer computed the plain way, from all samples in a list. */
function naive(
  samples: Sample[],
  index: number,
  kind: string,
  grid: { startMs: number; stepMs: number; count: number },
) {
  const sorted = samples.filter((one) => one.values[index] !== undefined).sort((a, b) => a.tMs - b.tMs);
  const found: Shown[][] = Array.from({ length: grid.count }, () => []);
  for (const [at, { tMs, values }] of sorted.entries()) {
    const bucket = Math.floor((tMs - grid.startMs) / grid.stepMs);
    if (bucket < 0 || bucket >= grid.count) continue;
    if (kind === 'gauge') found[bucket]!.push({ value: values[index]!, ms: 1 });
    const before = sorted[at - 1];
    if (kind !== 'counter' || before === undefined || tMs - before.tMs > longestRateMs) continue;
    const grown = values[index]! - before.values[index]!;
    const ms = tMs - before.tMs;
    found[bucket]!.push({ value: ((grown < 0 ? values[index]! : grown) * 1000) / ms, ms });
  }
  return found;
}

for (const seed of [1, 2, 3, 4]) {
  test(`ranges over blocks and RAM are those of the plain model, seed ${seed}`, async (t) => {
    const random = randomFrom(seed);
    const pick = (below: number) => Math.floor(random() * below);
    const clock = new FakeClock();
    const test = await TestStore.open(t, { clock, config: { segment_bytes: 8192 } });
    const machine = await test.machineWith(series);
    const samples: Sample[] = [];
    let held: { run: string; wallAtZeroMs: number; ticks: Tick[] }[] = [];
    for (let stretch = 0; stretch < 4; stretch++) {
      const run = Buffer.from(`${seed}-${stretch}`.padEnd(16)).toString('hex');
      const wallAtZeroMs = clock.wallMs() + pick(1000);
      let total = pick(1000);
      const ticks: Tick[] = [];
      let seq = 0;
      for (let runMs = 0; runMs < 1.2 * hourMs; runMs += 4900 + pick(200)) {
        if (random() < 0.02) runMs += pick(600_000);
        total = random() < 0.01 ? pick(50) : total + pick(5000);
        const rare = random() < 0.1 ? pick(100) : undefined;
        const values = [random() < 0.05 ? undefined : pick(2000) - 1000, total, rare];
        ticks.push({ seq: seq++, runMs, values });
        samples.push({ tMs: wallAtZeroMs + runMs, values });
      }
      for (let at = 0; at < ticks.length; at += 50) {
        held.push({ run, wallAtZeroMs, ticks: ticks.slice(at, at + 50) });
      }
      // Nothing arrives before it was measured.
      await clock.advance(1.4 * hourMs);
      // Some batches come late, some twice, and not in order.
      const now = held.filter(() => random() < 0.8);
      held = held.filter((batch) => !now.includes(batch));
      now.sort(() => random() - 0.5);
      for (const batch of [...now, ...now.slice(0, 2)]) {
        test.append([{ machine, trusted: true, ...batch }]);
      }
      await clock.advance(1.3 * hourMs);
      await test.store.turn();
      if (stretch === 1) await test.restart();
    }
    for (const batch of held) test.append([{ machine, trusted: true, ...batch }]);
    assert.ok(test.store.samples.waiting().ticks > 0, 'some of it is in RAM');

    const endMs = clock.wallMs();
    for (const [fromMs, toMs, points] of [
      [endMs - 6 * hourMs, endMs, 60],
      [endMs - 3 * hourMs, endMs - hourMs, 100],
      [endMs - 20 * hourMs, endMs + hourMs, 7],
    ] as const) {
      const names = ['g', 'c', 'rare'];
      const answer = await test.store.reader.range({ machine, names, fromMs, toMs, points });
      assert.deepEqual(
        answer.columns.map((column) => column.name),
        names,
      );
      for (const [index, column] of answer.columns.entries()) {
        const model = naive(samples, index, column.kind, answer);
        const scale = index === 0 ? 10 : 1;
        for (const [bucket, values] of model.entries()) {
          if (values.length === 0) continue;
          const sum = values.reduce((total, { value, ms }) => total + value * ms, 0);
          const allMs = values.reduce((total, { ms }) => total + ms, 0);
          assert.ok(Math.abs(column.mean[bucket]! * scale - sum / allMs) < 0.01, `${column.name} ${bucket}`);
          const shown = values.map(({ value }) => value);
          assert.ok(Math.abs(column.min[bucket]! * scale - Math.min(...shown)) < 0.01);
          assert.ok(Math.abs(column.max[bucket]! * scale - Math.max(...shown)) < 0.01);
        }
        const isGap = (bucket: number) => model[bucket]!.length === 0;
        const invented = column.mean.filter((value, bucket) => value !== null && isGap(bucket)).length;
        // Steps here are longer than the interval: only the rare series may be carried over a bucket.
        if (column.name !== 'rare') assert.equal(invented, 0, column.name);
      }
    }
  });
}

test('steps shorter than the interval are no gaps, an hour without samples is one', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const wallAtZeroMs = Math.floor(clock.wallMs() / hourMs) * hourMs;
  const ticks = [0, 1, 2, 3, 60, 61, 62].map((step) => ({
    seq: step,
    runMs: step * 5000 + 500,
    values: [step, step * 500],
  }));
  test.append([{ machine, run: '0'.repeat(32), wallAtZeroMs, trusted: true, ticks }]);
  const range = { machine, fromMs: wallAtZeroMs, toMs: wallAtZeroMs + 315_000, points: 4000 };
  const answer = await test.store.reader.range({ ...range, names: ['g', 'c'] });
  assert.equal(answer.stepMs, 1000);
  const [g, c] = answer.columns;
  assert.deepEqual(g!.mean.slice(0, 11), [0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.2, 0.2, 0.2, 0.2]);
  assert.deepEqual(c!.mean.slice(4, 11), [null, 100, 100, 100, 100, 100, 100]);
  assert.ok(g!.mean.slice(16, 300).every((value) => value === null));
  assert.equal(g!.mean[300], 6);
});

for (const intervalMs of [1_000, 300_000]) {
  test(`a chart of a machine that measures every ${intervalMs / 1_000} s has no holes, however late its ticks are`, async (t) => {
    const clock = new FakeClock();
    const test = await TestStore.open(t, { clock });
    const machine = await test.machineWith(series);
    const wallAtZeroMs = Math.floor(clock.wallMs() / hourMs - 4) * hourMs;
    const ticks = Array.from({ length: 40 }, (_, seq) => {
      const runMs = seq * intervalMs + ((seq * 37) % 90);
      return { seq, runMs, values: [seq, Math.round(runMs * 0.1)] };
    });
    test.append([{ machine, run: '0'.repeat(32), wallAtZeroMs, trusted: true, ticks }]);
    for (const points of [20, 40, 160]) {
      const range = { machine, fromMs: wallAtZeroMs, toMs: wallAtZeroMs + 39 * intervalMs, points };
      const { columns } = await test.store.reader.range({ ...range, names: ['g', 'c'] });
      const [gauge, rate] = columns.map(({ mean }) => mean);
      assert.ok(!gauge!.includes(null), `${points} points: ${JSON.stringify(gauge)}`);
      // A rate needs two ticks.
      const known = rate!.slice(Math.ceil(points / 40));
      assert.ok(!known.includes(null), `${points} points: ${known}`);
      assert.ok(known.every((value) => Math.abs(value! - 100) < 1));
    }
  });
}

test('buckets begin at multiples of their step and cover the range', () => {
  const ask = (fromMs: number, toMs: number, points: number) =>
    gridOf({ machine: 1, names: [], fromMs, toMs, points });
  for (const [from, to, points] of [
    [1234, 98_765, 10],
    [-5000, 5000, 3],
    [0, 10 * 365 * 24 * hourMs, 1e9],
  ] as const) {
    const { startMs, stepMs, count } = ask(from, to, points);
    assert.equal(Math.abs(startMs % stepMs), 0);
    assert.ok(startMs <= from && startMs + stepMs > from);
    assert.ok(startMs + count * stepMs >= to && startMs + (count - 1) * stepMs < to);
    assert.ok(count <= 4001);
  }
  assert.throws(() => ask(5, 5, 10), { code: 'BAD_REQUEST', path: 'to' });
});

test('series that the machine does not have are left out, and more than a hundred are refused', async (t) => {
  const test = await TestStore.open(t);
  const machine = await test.machineWith(series);
  const range = { machine, fromMs: 0, toMs: 1000, points: 10 };
  const answer = await test.store.reader.range({ ...range, names: ['nothing', 'g', 'g'] });
  assert.deepEqual(
    answer.columns.map((column) => column.name),
    ['g'],
  );
  const names = Array.from({ length: 101 }, (_, index) => `n${index}`);
  await assert.rejects(test.store.reader.range({ ...range, names }), { code: 'BAD_REQUEST', path: 'series' });
});

test('a damaged block is named in the answer, and no value comes from it', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const wallAtZeroMs = clock.wallMs();
  for (const first of [0, 1000]) {
    const ticks = Array.from({ length: 100 }, (_, at) => ({
      seq: first + at,
      runMs: (first + at) * 5000,
      values: [first],
    }));
    test.append([{ machine, run: '0'.repeat(32), wallAtZeroMs, trusted: true, ticks }]);
    await clock.advance(2 * hourMs);
    await test.store.turn();
  }
  assert.equal(test.store.samples.counts.blocks, 2);
  await test.stop();
  const database = databaseAt(`${test.folder}/db`);
  await database.open(openOptions);
  const [[key, bytes]] = (await database.iterator({ ...rangeOf('block'), limit: 1 }).all()) as [
    [Buffer, Buffer],
  ];
  bytes[bytes.length - 10] = bytes[bytes.length - 10]! ^ 1;
  await database.put(key, bytes);
  await database.close();
  await test.start();
  const range = { machine, names: ['g'], fromMs: wallAtZeroMs, toMs: wallAtZeroMs + 4 * hourMs, points: 4 };
  const answer = await test.store.reader.range(range);
  assert.deepEqual(answer.damaged, [{ fromMs: wallAtZeroMs, toMs: wallAtZeroMs + 99 * 5000 + 1 }]);
  assert.deepEqual(answer.columns[0]!.max, [null, 100, null, null]);
  assert.ok(readdirSync(test.folder).includes('db'));
});

test('ten years at a second are clipped, and the answer says so', async (t) => {
  const test = await TestStore.open(t);
  const machine = await test.machineWith(series);
  const years = { machine, names: ['g'], fromMs: 0, toMs: 10 * 365 * 24 * hourMs };
  const answer = await test.store.reader.range({ ...years, points: 315_360_000 });
  assert.deepEqual([answer.clipped, answer.count <= 4001], [true, true]);
  assert.equal(answer.columns[0]!.mean.length, answer.count);
  const modest = await test.store.reader.range({ ...years, points: 4000 });
  assert.equal('clipped' in modest, false);
});

test('the last value of each bucket comes along when it is asked for', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const machine = await test.machineWith(series);
  const wallAtZeroMs = Math.floor(clock.wallMs() / hourMs) * hourMs;
  const ticks = [0, 1, 2, 3, 4, 5].map((step) => ({
    seq: step,
    runMs: step * 5000,
    values: [step * 3, step * 10],
  }));
  test.append([{ machine, run: '0'.repeat(32), wallAtZeroMs, trusted: true, ticks }]);
  const range = { machine, names: ['g', 'c'], fromMs: wallAtZeroMs, toMs: wallAtZeroMs + 30_000, points: 3 };
  const { columns } = await test.store.reader.range({ ...range, last: true });
  assert.deepEqual(
    columns.map(({ last }) => last),
    [
      [0.3, 0.9, 1.5],
      [10, 30, 50],
    ],
  );
  const without = await test.store.reader.range(range);
  assert.ok(without.columns.every((column) => !('last' in column)));
});

test('a range that nobody waits for any more is given up', async (t) => {
  const test = await TestStore.open(t);
  const machine = await test.machineWith(series);
  test.append([
    {
      machine,
      run: '0'.repeat(32),
      wallAtZeroMs: 0,
      trusted: false,
      ticks: [{ seq: 0, runMs: 1, values: [1] }],
    },
  ]);
  const range = { machine, names: ['g'], fromMs: 0, toMs: 1000, points: 1 };
  await assert.rejects(test.store.reader.range(range, AbortSignal.abort()), { name: 'AbortError' });
});
