/** Which machines are sealed together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../helpers/clock.ts';
import { gauge, runA, TestStore, ticks } from '../../helpers/store-parts.ts';

const minuteMs = 60_000;
const series = Array.from({ length: 60 }, (_, at) => gauge(`g${at}`));
const noise = (seq: number) => series.map((_, at) => Math.imul(seq * 60 + at, 0x9e3779b1) >>> 8);

async function boxWith(t: Parameters<typeof TestStore.open>[0], names: readonly string[]) {
  const clock = new FakeClock(Date.UTC(2026, 0, 15, 12));
  const test = await TestStore.open(t, { clock });
  const machines: number[] = [];
  for (const name of names) machines.push(await test.machineWith(series, name));
  const startMs = clock.wallMs();
  let known = 0;
  return {
    machines,
    measure(machine: number, first: number, count: number) {
      const wallAtZeroMs = startMs - 90 * minuteMs;
      test.append([
        { machine, run: runA, wallAtZeroMs, trusted: true, ticks: ticks(first, count, noise, 1_000) },
      ]);
    },
    /** How many machines were sealed in each of the next rounds in which any were. */
    async rounds(count: number): Promise<number[]> {
      const sealed: number[] = [];
      for (let round = 0; round < count; round++) {
        await clock.advance(10 * minuteMs);
        // Behind whatever the loop has begun.
        await test.store.turn();
        sealed.push(test.store.samples.counts.blocks - known);
        known = test.store.samples.counts.blocks;
      }
      return sealed.filter((blocks) => blocks > 0);
    },
  };
}

test('few machines are sealed all together, once an hour', async (t) => {
  const { machines, measure, rounds } = await boxWith(t, ['a', 'b', 'c', 'd']);
  for (const machine of machines) measure(machine, 0, 5);
  assert.deepEqual(await rounds(4), [4]);
  for (const machine of machines) measure(machine, 5, 5);
  assert.deepEqual(await rounds(2), [], 'none of them before the hour is over');
  assert.deepEqual(await rounds(5), [4]);
});

test('a machine of which much waits is sealed alone, and the others when they are due', async (t) => {
  const { machines, measure, rounds } = await boxWith(t, ['a', 'b']);
  for (const machine of machines) measure(machine, 0, 1_000);
  assert.deepEqual(await rounds(7), [1, 1]);
});
