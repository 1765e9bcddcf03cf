import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rollupKey } from '../../../appliance/store/keys.ts';
import { createCells } from '../../../appliance/store/tiers/cells.ts';
import { encodeRollup, gridOf } from '../../../appliance/store/tiers/rollup.ts';
import { tiers, windowStart } from '../../../appliance/store/tiers/tiers.ts';
import { Random } from '../../bench/random.ts';
import { life, series, startMs, ticksOf } from '../../helpers/history-life.ts';
import { HistoryParts } from '../../helpers/history-parts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const machine = 3;
const ages = { rawMs: 12 * hourMs, minutesMs: dayMs, tensMs: 400 * dayMs };

test('whoever asks while history is rolled up gets what was there before and is there after', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const random = new Random(7);
  for (const batch of life(9, 9)) await parts.seal({ machine, ...batch }, ticksOf(batch));
  const endMs = startMs + 9 * dayMs;
  const names = ['g', 'c', 'rare'];
  // Steps that are whole cells of each tier, so that the answer is the same from all of them.
  const range = { machine, names, fromMs: windowStart(startMs, tiers.ten), toMs: endMs, points: 0 };
  range.points = Math.floor((range.toMs - range.fromMs) / (6 * 600_000));
  range.toMs = range.fromMs + range.points * 6 * 600_000;
  const before = await parts.reader.range(range);
  assert.equal(before.stepMs, 6 * 600_000);
  for (let nowMs = startMs; nowMs < endMs + dayMs; nowMs += 12 * hourMs) {
    const asked = parts.reader.range(range);
    await new Promise((resolve) => setTimeout(resolve, random.uniform()));
    const later = parts.reader.range(range);
    await parts.age(ages, nowMs);
    assert.deepEqual(await asked, before);
    assert.deepEqual(await later, before);
  }
  assert.deepEqual(await parts.reader.range(range), before);
  assert.ok(parts.counts.rolledRecords > 0 && parts.counts.rolledUp > 50);
});

test('two years of a series are one answer', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const years = 2 * 365 * dayMs;
  const puts = [];
  for (
    let windowMs = windowStart(startMs, tiers.ten);
    windowMs < startMs + years;
    windowMs += tiers.ten.windowMs
  ) {
    const origin = { tier: 'ten', startMs: windowMs, machine, group: 0 } as const;
    const cells = createCells('gauge', gridOf(origin));
    const times = Float64Array.from({ length: 1008 }, (_, at) => windowMs + at * 600_000);
    cells.feed(
      times,
      times.map((_, at) => at),
    );
    const key = rollupKey(tiers.ten.number, windowMs, machine, 0);
    puts.push({
      type: 'put' as const,
      key,
      value: await encodeRollup(origin, new Map([[0, cells]]), async () => undefined),
    });
  }
  await parts.database.batch(puts);
  await parts.history.load();
  const range = { machine, names: ['g'], fromMs: startMs, toMs: startMs + years, points: 1000 };
  const { columns, stepMs, count } = await parts.reader.range(range);
  assert.ok(count > 900 && stepMs % 600_000 === 0);
  assert.ok(columns[0]!.mean.every((mean) => mean !== null));
  assert.deepEqual(
    [Math.min(...(columns[0]!.min as number[])), Math.max(...(columns[0]!.max as number[]))],
    [0, 100.7],
  );
});
