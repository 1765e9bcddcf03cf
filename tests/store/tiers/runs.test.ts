/** Two runs of one machine at the same time, each with counters of its own: a clone, or two agents with one key. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longestRateMs } from '../../../appliance/store/samples/rate.ts';
import { tiers } from '../../../appliance/store/tiers/tiers.ts';
import { Random } from '../../bench/random.ts';
import { HistoryParts } from '../../helpers/history-parts.ts';
import { counter, gauge } from '../../helpers/store-parts.ts';

const hourMs = 3_600_000;
const machine = 3;
const startMs = 2900 * tiers.ten.windowMs;
const series = [counter('c'), gauge('g')];
const ages = { rawMs: 2 * hourMs, minutesMs: 10_000 * hourMs, tensMs: 10_000 * hourMs };

type Sample = { run: string; tMs: number; value: number };

/** A counter of its own: where it begins, how fast it grows at most, and from when to when it is measured. */
type Life = { name: string; from: number; stepMs: number; fromMs: number; toMs: number };

const lives: Life[] = [
  { name: 'a', from: 1e9, stepMs: 15_000, fromMs: 0, toMs: 9 * hourMs },
  { name: 'b', from: 10, stepMs: 15_000, fromMs: 2 * hourMs, toMs: 13 * hourMs },
  // Follows the first while the second goes on, and follows the second when nobody else is there.
  { name: 'c', from: 5e5, stepMs: 11_000, fromMs: 9 * hourMs + 4000, toMs: 11 * hourMs },
  { name: 'd', from: 0, stepMs: 20_000, fromMs: 13 * hourMs + 3000, toMs: 16 * hourMs },
];

function samplesOf(seed: number, some = lives): Sample[] {
  const random = new Random(seed);
  return some
    .flatMap(({ name, from, stepMs, fromMs, toMs }, at) => {
      const found: Sample[] = [];
      const run = name.repeat(32);
      let value = from;
      for (let tMs = startMs + fromMs; tMs < startMs + toMs; tMs += stepMs) {
        if (random.chance(0.005)) tMs += 4 * Math.floor(random.uniform() * 150_000);
        // No date twice: of two values of the same one is kept.
        const lateMs = 4 * Math.floor(random.uniform() * 500) + at;
        value = random.chance(0.003)
          ? Math.floor(random.uniform() * 50)
          : value + Math.floor(random.uniform() * 900);
        found.push({ run, tMs: tMs + lateMs, value });
      }
      return found;
    })
    .sort((a, b) => a.tMs - b.tMs);
}

/** Each value against that of its own run before. */
function stepsOf(samples: readonly Sample[]) {
  const newest = new Map<string, Sample>();
  return samples.flatMap((sample) => {
    const { run, tMs, value } = sample;
    const before = newest.get(run);
    newest.set(run, sample);
    if (before === undefined || tMs - before.tMs > longestRateMs) return [];
    const grown = value >= before.value ? value - before.value : value;
    return [{ tMs, grown, ms: tMs - before.tMs }];
  });
}

async function sealed(parts: HistoryParts, samples: readonly Sample[]): Promise<void> {
  for (const run of new Set(samples.map((one) => one.run))) {
    const own = samples.filter((one) => one.run === run);
    const ticks = own.map(({ tMs, value }, seq) => ({ seq, runMs: tMs - startMs, values: [value, 1] }));
    await parts.seal({ machine, run, wallAtZeroMs: startMs }, ticks);
  }
}

async function chart(parts: HistoryParts, stepMs: number) {
  const answer = await parts.reader.range({
    ...{ machine, names: ['c'], fromMs: startMs, toMs: startMs + 17 * hourMs },
    points: (17 * hourMs) / stepMs,
  });
  assert.equal(answer.stepMs, stepMs);
  return answer.columns[0]!;
}

function check(
  { mean, min, max }: Awaited<ReturnType<typeof chart>>,
  samples: readonly Sample[],
  stepMs: number,
): void {
  const steps = stepsOf(samples);
  for (const [bucket, shown] of mean.entries()) {
    const fromMs = startMs + bucket * stepMs;
    const inside = steps.filter(({ tMs }) => tMs >= fromMs && tMs < fromMs + stepMs);
    if (inside.length === 0) continue;
    const rates = inside.map(({ grown, ms }) => (grown * 1000) / ms);
    const all = inside.reduce((sum, { grown }) => sum + grown, 0);
    const ms = inside.reduce((sum, one) => sum + one.ms, 0);
    const expected = [(all * 1000) / ms, Math.min(...rates), Math.max(...rates)];
    for (const [at, value] of [shown, min[bucket], max[bucket]].entries())
      assert.ok(
        Math.abs(value! - expected[at]!) < 0.002,
        `${stepMs} ${bucket}: ${at} ${value} is not ${expected[at]}`,
      );
  }
}

for (const seed of [1, 2]) {
  test(`rates of interleaved runs are those of each run, from samples, minutes and tens, seed ${seed}`, async (t) => {
    const parts = await HistoryParts.open(t, series);
    const samples = samplesOf(seed);
    await sealed(parts, samples);
    for (const stepMs of [20_000, 60_000, 600_000]) check(await chart(parts, stepMs), samples, stepMs);
    await parts.age(ages, startMs + 48 * hourMs);
    assert.equal((await parts.keys('block')).length, 0);
    for (const stepMs of [60_000, 600_000]) check(await chart(parts, stepMs), samples, stepMs);
    await parts.age({ ...ages, minutesMs: 0 }, startMs + 400 * hourMs);
    check(await chart(parts, 600_000), samples, 600_000);
  });
}

test('what comes late of one run, or is rolled up apart from it, makes no rate that neither run had', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const samples = samplesOf(4, lives.slice(0, 2));
  const isLate = (one: Sample) => one.run.startsWith('b') && one.tMs < startMs + 6 * hourMs;
  await sealed(
    parts,
    samples.filter((one) => !isLate(one)),
  );
  for (const hours of [9, 15]) await parts.age(ages, startMs + hours * hourMs);
  assert.ok((await parts.keys('rollup')).length > 0 && (await parts.keys('block')).length > 0);
  const fastest = Math.max(...stepsOf(samples).map(({ grown, ms }) => (grown * 1000) / ms));
  const checkBounds = async () => {
    for (const stepMs of [60_000, 600_000]) {
      const { mean, max } = await chart(parts, stepMs);
      assert.ok(mean.every((value) => value === null || (value >= 0 && value <= fastest + 0.002)));
      assert.ok(max.every((value) => value === null || value <= fastest + 0.002));
    }
  };
  await checkBounds();
  await sealed(parts, samples.filter(isLate));
  await checkBounds();
  await parts.age(ages, startMs + 48 * hourMs);
  assert.equal((await parts.keys('block')).length, 0);
  await checkBounds();
  await parts.age({ ...ages, minutesMs: 0 }, startMs + 400 * hourMs);
  await checkBounds();
});
