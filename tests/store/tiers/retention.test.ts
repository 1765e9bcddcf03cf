import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExportPage, ExportTier } from '../../../appliance/store/client/types.ts';
import { blockStartOf, rollupPlace } from '../../../appliance/store/keys.ts';
import { longestRateMs } from '../../../appliance/store/samples/rate.ts';
import { tiers, windowStart } from '../../../appliance/store/tiers/tiers.ts';
import { life, type Sample, series, startMs, ticksOf } from '../../helpers/history-life.ts';
import { HistoryParts } from '../../helpers/history-parts.ts';
import { runA, runB, ticks } from '../../helpers/store-parts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const machine = 3;
const ages = { rawMs: 12 * hourMs, minutesMs: dayMs, tensMs: 400 * dayMs };

type Value = { run: string; tMs: number; value: number };

/** The cells of a tier the plain way. */
function naive(samples: readonly Sample[], index: number, cellMs: number) {
  const cells = new Map<number, Value[]>();
  for (const { run, tMs, values } of samples) {
    const value = values[index];
    if (value === undefined) continue;
    const cell = Math.floor(tMs / cellMs) * cellMs;
    cells.set(cell, [...(cells.get(cell) ?? []), { run, tMs, value }]);
  }
  return cells;
}

function expected(inside: readonly Value[], kind: string) {
  const values = inside.map(({ value }) => value);
  const base = { count: values.length, last: values.at(-1) };
  if (kind === 'gauge') {
    const sum = values.reduce((a, b) => a + b, 0);
    return { ...base, min: Math.min(...values), max: Math.max(...values), sum };
  }
  const steps = inside.slice(1).flatMap(({ run, tMs, value }, at) => {
    const before = inside[at]!;
    const ms = tMs - before.tMs;
    const grown = value >= before.value ? value - before.value : value;
    return ms <= longestRateMs && run === before.run ? [{ ms, grown }] : [];
  });
  const rates = steps.map(({ ms, grown }) => (grown * 1000) / ms);
  return {
    ...{ ...base, first: values[0] },
    min: rates.length === 0 ? null : Math.min(...rates),
    max: rates.length === 0 ? null : Math.max(...rates),
    increase: steps.reduce((sum, { grown }) => sum + grown, 0),
    coveredMs: steps.reduce((sum, { ms }) => sum + ms, 0),
  };
}

async function allPages(parts: HistoryParts, tier: ExportTier): Promise<ExportPage[]> {
  const pages: ExportPage[] = [];
  const query = { machine, names: series.map(({ name }) => name), tier, fromMs: 0, toMs: 2 ** 47 };
  let cursor: string | null = null;
  do {
    const page: ExportPage = await parts.reader.exportPage({
      ...query,
      ...(cursor === null ? {} : { cursor }),
    });
    assert.equal(page.damaged, undefined);
    pages.push(page);
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

async function compare(
  parts: HistoryParts,
  samples: readonly Sample[],
  tier: 'minute' | 'ten',
): Promise<number> {
  const models = series.map((_, index) => naive(samples, index, tiers[tier].cellMs));
  const cells = new Set(models.flatMap((model) => [...model.keys()]));
  let before = Number.NEGATIVE_INFINITY;
  for (const { times, columns } of await allPages(parts, tier)) {
    for (const [row, tMs] of times.entries()) {
      assert.ok(tMs > before, 'each cell once, in order');
      before = tMs;
      assert.ok(cells.delete(tMs), `${tier} ${tMs} is there and should not`);
      for (const [index, { name, unit, scale, kind, ...fields }] of columns.entries()) {
        const inside = models[index]!.get(tMs);
        const found = Object.fromEntries(Object.entries(fields).map(([field, all]) => [field, all[row]]));
        if (inside === undefined) assert.equal(found.count, null);
        else assert.deepEqual(found, expected(inside, kind), `${tier} ${tMs} ${name} ${unit} ${scale}`);
      }
    }
  }
  assert.equal(cells.size, 0);
  return before;
}

for (const seed of [1, 2, 3]) {
  test(`minutes and tens are those of all samples, whenever these came, seed ${seed}`, async (t) => {
    const parts = await HistoryParts.open(t, series);
    const waiting = life(seed, 12).sort((a, b) => a.arrivesMs - b.arrivesMs);
    const arrived: Sample[] = [];
    const endMs = startMs + 16 * dayMs;
    for (let nowMs = startMs; nowMs < endMs; nowMs += 6 * hourMs) {
      while (waiting.length > 0 && waiting[0]!.arrivesMs <= nowMs) {
        const batch = waiting.shift()!;
        await parts.seal({ machine, ...batch }, ticksOf(batch));
        arrived.push(...batch.samples);
      }
      // Broken off first, as by a power cut between two steps.
      await parts.age(ages, nowMs, arrived.length % 4);
      await parts.age(ages, nowMs);
      const rawFromMs = windowStart(nowMs - ages.rawMs - 2 * hourMs, tiers.minute);
      for (const key of await parts.keys('block')) assert.ok(blockStartOf(key) >= rawFromMs);
      if ((nowMs - startMs) % (4 * dayMs) !== 0 && nowMs + 6 * hourMs < endMs) continue;
      arrived.sort((a, b) => a.tMs - b.tMs);
      const tensFromMs = windowStart(nowMs - ages.minutesMs, tiers.ten);
      await compare(parts, arrived, 'ten');
      await compare(
        parts,
        arrived.filter(({ tMs }) => tMs >= tensFromMs),
        'minute',
      );
      for (const { tier, windowMs } of (await parts.keys('rollup')).map(rollupPlace)) {
        assert.ok(tier === tiers.minute.number ? windowMs >= tensFromMs : windowMs < tensFromMs);
      }
    }
    assert.equal(waiting.length, 0);
    assert.ok(parts.counts.rolledRecords > 50 && parts.counts.rolledUp > 100);
    assert.deepEqual(parts.logged, []);
    await rangesJoin(parts, arrived, endMs);
  });
}

/** A chart over all three tiers: each bucket is that of the samples themselves. */
async function rangesJoin(parts: HistoryParts, samples: Sample[], endMs: number): Promise<void> {
  for (const [fromMs, points] of [
    [startMs - hourMs, 300],
    [startMs + 6 * dayMs, 700],
    [endMs - 5 * dayMs, 100],
  ] as const) {
    const answer = await parts.reader.range({
      machine,
      names: ['g', 'c'],
      fromMs,
      toMs: endMs,
      points,
      last: true,
    });
    assert.equal(answer.stepMs % 600_000, 0);
    for (const [at, column] of answer.columns.entries()) {
      const inside: Sample[][] = Array.from({ length: answer.count }, () => []);
      const rates: { rate: number; ms: number }[][] = inside.map(() => []);
      let before: Sample | undefined;
      for (const sample of samples.filter(({ values }) => values[at] !== undefined)) {
        const bucket = Math.floor((sample.tMs - answer.startMs) / answer.stepMs);
        inside[bucket]?.push(sample);
        const ms = sample.tMs - (before?.tMs ?? Number.NaN);
        const grown = sample.values[at]! - (before?.values[at] ?? 0);
        if (ms <= longestRateMs && sample.run === before?.run)
          rates[bucket]?.push({ rate: ((grown < 0 ? sample.values[at]! : grown) * 1000) / ms, ms });
        before = sample;
      }
      for (let bucket = 0; bucket < answer.count; bucket++) {
        const values = inside[bucket]!.map(({ values }) => values[at]! / 10 ** series[at]!.scale);
        const shown = column.kind === 'gauge' ? values : rates[bucket]!.map(({ rate }) => rate);
        const weights = column.kind === 'gauge' ? values.map(() => 1) : rates[bucket]!.map(({ ms }) => ms);
        const where = `${column.name} ${bucket}`;
        if (shown.length === 0) {
          assert.equal(column.mean[bucket], null, where);
          continue;
        }
        const mean =
          shown.reduce((sum, value, index) => sum + value * weights[index]!, 0) /
          weights.reduce((a, b) => a + b, 0);
        const near = (a: number | null, b: number) =>
          assert.ok(Math.abs(a! - b) <= 0.0006, `${where}: ${a} ${b}`);
        near(column.mean[bucket]!, mean);
        near(column.min[bucket]!, Math.min(...shown));
        near(column.max[bucket]!, Math.max(...shown));
        assert.equal(column.last![bucket], values.at(-1));
      }
    }
  }
}

test('what has no certain date does not age, and what is damaged stays where it is', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const some = ticks(0, 100, (seq) => [seq, seq, undefined, 7]);
  await parts.seal({ machine, run: runA, wallAtZeroMs: startMs, trusted: false }, some);
  await parts.seal({ machine, run: runB, wallAtZeroMs: startMs + hourMs }, some);
  const [, key] = await parts.keys('block');
  const bytes = (await parts.database.get(key!))!;
  bytes[40] = bytes[40]! ^ 1;
  await parts.database.put(key!, bytes);
  await parts.age(ages, startMs + 30 * dayMs);
  assert.equal((await parts.keys('block')).length, 2);
  assert.deepEqual(await parts.keys('rollup'), []);
  assert.equal(parts.logged.filter((line) => line.includes('damaged')).length, 1);
});

test('what is damaged or gone when it is rolled up further, or joined, is named as lost before it is written over', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const some = ticks(0, 100, (seq) => [seq, seq, undefined, 7]);
  const windowMs = windowStart(startMs, tiers.minute);
  const whole = { machine, fromMs: windowMs, toMs: windowMs + tiers.minute.windowMs };
  const rolled = async (run: string) => {
    await parts.seal({ machine, run, wallAtZeroMs: startMs }, some);
    await parts.age({ ...ages, minutesMs: 300 * dayMs }, startMs + dayMs);
    return (await parts.keys('rollup'))[0]!;
  };
  const key = await rolled(runA);
  await parts.database.del(key);
  await rolled(runB);
  assert.deepEqual(parts.lost, [whole]);
  const bytes = (await parts.database.get(key))!;
  bytes[20] = bytes[20]! ^ 1;
  await parts.database.put(key, bytes);
  await parts.age(ages, startMs + 30 * dayMs);
  assert.deepEqual(parts.lost, [whole, whole]);
});

test('tens go when they are too old, and nothing else', async (t) => {
  const parts = await HistoryParts.open(t, series);
  for (const week of [0, 1, 2, 3]) {
    const run = `${week}`.repeat(32);
    const wallAtZeroMs = startMs + week * tiers.ten.windowMs;
    await parts.seal(
      { machine, run, wallAtZeroMs },
      ticks(0, 50, (seq) => [seq, seq]),
    );
  }
  const nowMs = startMs + 4 * tiers.ten.windowMs + dayMs;
  await parts.age(ages, nowMs);
  assert.equal((await parts.keys('rollup')).length, 4);
  await parts.age({ ...ages, tensMs: 15 * dayMs }, nowMs);
  const left = (await parts.keys('rollup')).map(rollupPlace);
  assert.deepEqual(
    left.map(({ windowMs }) => (windowMs - windowStart(startMs, tiers.ten)) / tiers.ten.windowMs),
    [2, 3],
  );
  assert.equal(parts.counts.deletedRecords - parts.counts.rolledRecords, 2);
});
