/** Which machines are sealed together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSealer } from '../../../appliance/store/blocks/sealer.ts';
import type { MachineSamples } from '../../../appliance/store/samples/machine-samples.ts';
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

/** As much of a machine as a sealer asks for. */
function waiting(machine: number, byteLength: number, sealed: number[]): MachineSamples {
  const head = {
    ...{ byteLength, openCount: 1 },
    beginSeal: () => [],
    endSeal() {
      sealed.push(machine);
      Object.assign(head, { byteLength: 0, openCount: 0 });
    },
  };
  const seen = { list: () => [], forget: () => undefined };
  return { machine, head, seen, nextSealMs: 0 } as unknown as MachineSamples;
}

test('a small machine that is due while larger ones fill the memory is sealed as soon as there is room', async () => {
  const sealed: number[] = [];
  const machines = Array.from({ length: 66 }, (_, at) => waiting(at, at < 2 ? 10 : 1_000, sealed));
  const sealer = createSealer({
    writer: { seal: async () => undefined } as unknown as Parameters<typeof createSealer>[0]['writer'],
    ...{ clock: new FakeClock(), sealEveryMs: 60 * minuteMs, mostHeadBytes: 1_000 },
    ...{ machines: () => machines, stampMs: () => 0 },
  });
  await sealer.sealDue();
  assert.equal(sealed.length, 64);
  await sealer.sealDue();
  assert.deepEqual(sealed.slice(64), [0, 1]);
});
