import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockStartOf, rangeOf, rollupPlace } from '../../../appliance/store/keys.ts';
import { type BudgetOptions, byBudget, type Shortened } from '../../../appliance/store/tiers/budget.ts';
import { tiers } from '../../../appliance/store/tiers/tiers.ts';
import { HistoryParts } from '../../helpers/history-parts.ts';
import { gauge, ticks } from '../../helpers/store-parts.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const mib = 2 ** 20;
const startMs = 2900 * tiers.ten.windowMs;
const nowMs = startMs + 3 * tiers.ten.windowMs;
const series = Array.from({ length: 9 }, (_, at) => gauge(`g${at}`));
const noise = (seq: number) => series.map((_, at) => (seq * (at + 3) * 7919) % 100_003);

/** Two machines with tens, minutes and samples. */
async function threeTiers(t: Parameters<typeof HistoryParts.open>[0]): Promise<HistoryParts> {
  const parts = await HistoryParts.open(t, series);
  for (const machine of [1, 2]) {
    for (let atMs = startMs; atMs < nowMs; atMs += dayMs) {
      const run = atMs.toString(16).padStart(32, '0');
      await parts.seal({ machine, run, wallAtZeroMs: atMs }, ticks(0, 200, noise));
    }
  }
  await parts.age({ rawMs: 2 * dayMs, minutesMs: 9 * dayMs, tensMs: 400 * dayMs }, nowMs);
  return parts;
}

async function kept(parts: HistoryParts) {
  const records = (await parts.keys('rollup')).map(rollupPlace);
  const bytes = (
    await parts.database.values({ gte: rangeOf('rollup').gte, lt: rangeOf('block').lt }).all()
  ).reduce((sum, value) => sum + value.length, 0);
  const blocks = await parts.keys('block');
  return {
    tens: records.filter(({ tier }) => tier === tiers.ten.number),
    minutes: records.filter(({ tier }) => tier === tiers.minute.number),
    blocks,
    bytes,
  };
}

async function shorten(parts: HistoryParts, more: Partial<BudgetOptions>): Promise<Shortened[]> {
  const shortened: Shortened[] = [];
  const options: BudgetOptions = {
    ...{ database: parts.database, writer: parts.writer(), history: parts.history, counts: parts.counts },
    ...{ budgetBytes: 0, nowMs: () => nowMs, room: () => assert.fail('nobody asked for the file system') },
    ownBytes: async () => (await kept(parts)).bytes,
    onShortened: async (one) => void shortened.push(one),
    ...more,
  };
  for await (const _ of byBudget(options));
  return shortened;
}

test('the oldest goes until the rest fits: tens, then minutes, then samples', async (t) => {
  const parts = await threeTiers(t);
  const before = await kept(parts);
  assert.ok(before.tens.length > 0 && before.minutes.length > 0 && before.blocks.length > 0);
  assert.deepEqual(await shorten(parts, { budgetBytes: before.bytes }), [], 'it fits');

  const [lost] = await shorten(parts, { budgetBytes: before.bytes - 100 });
  const first = await kept(parts);
  const oldestMs = before.tens[0]!.windowMs;
  assert.ok(
    first.tens.every(({ windowMs }) => windowMs > oldestMs),
    'a window goes as a whole',
  );
  assert.deepEqual([first.minutes, first.blocks], [before.minutes, before.blocks]);
  assert.deepEqual(lost, {
    ...{ fromMs: oldestMs, toMs: oldestMs + tiers.ten.windowMs },
    ...{ bytes: before.bytes - first.bytes, machines: [1, 2] },
  });

  const samples = (await parts.database.values(rangeOf('block')).all()).reduce(
    (sum, value) => sum + value.length,
    0,
  );
  await shorten(parts, { budgetBytes: samples - 10 });
  const last = await kept(parts);
  assert.deepEqual([last.tens, last.minutes], [[], []]);
  assert.ok(last.blocks.length > 0 && last.blocks.length < before.blocks.length);
  const gone = before.blocks.filter((key) => !last.blocks.some((one) => one.equals(key)));
  const youngest = Math.max(...gone.map(blockStartOf));
  assert.ok(last.blocks.every((key) => blockStartOf(key) > youngest));
  assert.equal(parts.history.extent('ten'), null);
  assert.equal(parts.counts.deletedByBudget > 0 && parts.counts.compactions > 0, true);
});

test('the last hours stay, however small the budget is', async (t) => {
  const parts = await threeTiers(t);
  const run = 'f'.repeat(32);
  await parts.seal({ machine: 1, run, wallAtZeroMs: nowMs - hourMs }, ticks(0, 50, noise));
  await shorten(parts, { budgetBytes: 1 });
  assert.deepEqual((await kept(parts)).blocks.map(blockStartOf), [nowMs - hourMs]);
});

test('without a budget history goes when the file system is 85 % full, down to what would help nobody', async (t) => {
  const parts = await threeTiers(t);
  const room = (freeBytes: number) => async () => ({ totalBytes: 1000 * mib, freeBytes });
  const own = async () => 200 * mib;
  const before = await kept(parts);
  await shorten(parts, { room: room(151 * mib), ownBytes: own });
  assert.deepEqual(await kept(parts), before);
  await shorten(parts, { room: room(0), ownBytes: async () => 60 * mib });
  assert.deepEqual(await kept(parts), before, 'others have filled it');
  await shorten(parts, { room: room(149 * mib), ownBytes: own });
  assert.notDeepEqual(await kept(parts), before);
});
