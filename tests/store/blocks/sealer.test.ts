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
  return {
    machines,
    measure(machine: number, first: number, count: number) {
      const wallAtZeroMs = startMs - 90 * minuteMs;
      test.append([
        { machine, run: runA, wallAtZeroMs, trusted: true, ticks: ticks(first, count, noise, 1_000) },
      ]);
    },
    /** How many machines were sealed in each of the next rounds. */
    async rounds(count: number): Promise<number[]> {
      const sealed: number[] = [];
      for (let round = 0; round < count; round++) {
        const before = test.store.samples.counts.blocks;
        await clock.advance(10 * minuteMs);
        await test.store.turn();
        sealed.push(test.store.samples.counts.blocks - before);
      }
      return sealed;
    },
  };
}

test('few machines are sealed all together, once an hour', async (t) => {
  const { machines, measure, rounds } = await boxWith(t, ['a', 'b', 'c', 'd']);
  for (const machine of machines) measure(machine, 0, 5);
  const first = await rounds(4);
  assert.deepEqual(
    first.filter((count) => count > 0),
    [4],
  );
  for (const machine of machines) measure(machine, 5, 5);
  const later = await rounds(5);
  const at = first.indexOf(4);
  assert.deepEqual(later.indexOf(4), 6 - (4 - at), `${first} ${later}`);
  assert.equal(later.filter((count) => count > 0).length, 1);
});

test('a machine of which much waits is sealed alone, and the others when they are due', async (t) => {
  const { machines, measure, rounds } = await boxWith(t, ['a', 'b']);
  for (const machine of machines) measure(machine, 0, 1_000);
  const sealed = await rounds(6);
  assert.deepEqual(
    sealed.filter((count) => count > 0),
    [1, 1],
  );
});
