import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Catalog } from '../../agent/catalog.ts';
import type { Collector } from '../../agent/collectors/collector.ts';
import { Sampler } from '../../agent/sampler.ts';
import { limits } from '../../appliance/protocol/limits.ts';
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { RecordedMachine } from '../helpers/collecting.ts';

const uptime = metricSeries('system.uptime');
const load = metricSeries('system.cpu.load_average.1m');
const number =
  (value: number): Collector =>
  () =>
  (out) =>
    out.put(uptime, value);

function sampling(machine: RecordedMachine, collectors: Record<string, Collector>) {
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  const catalog = new Catalog(machine.clock);
  return { lines, catalog, sampler: new Sampler({ collectors, machine, catalog, log }) };
}

test('values become integers by their scale, in the order of the catalog', async () => {
  using machine = new RecordedMachine('bare');
  const { sampler, catalog } = sampling(machine, {
    a: number(12.6),
    b: () => (out) => out.put(load, 1.257),
  });
  assert.deepEqual(await sampler.sample(), [13, 126]);
  assert.deepEqual(catalog.from(1), [load]);
});

test('what was not put this time is absent, also behind the last value', async () => {
  using machine = new RecordedMachine('bare');
  let cycle = 0;
  const { sampler } = sampling(machine, {
    a: number(1),
    b: () => (out) => {
      cycle += 1;
      if (cycle === 1) out.put(load, 1);
    },
  });
  await sampler.sample();
  assert.deepEqual(await sampler.sample(), [1, undefined]);
});

test('what is no number is absent', async () => {
  using machine = new RecordedMachine('bare');
  const { sampler, catalog } = sampling(machine, { a: number(Number.NaN), b: number(2 ** 60) });
  assert.deepEqual(await sampler.sample(), []);
  assert.equal(catalog.length, 0);
});

test('a collector that throws is told of once, and the others go on', async () => {
  using machine = new RecordedMachine('bare');
  const { sampler, lines } = sampling(machine, {
    broken: () => () => {
      throw new Error('no such thing');
    },
    rejecting: () => () => Promise.reject(new Error('not now')),
    fine: number(7),
  });
  for (let cycle = 0; cycle < 5; cycle++) assert.deepEqual(await sampler.sample(), [7]);
  assert.equal(lines.filter((line) => line.includes('collector broken failed')).length, 1);
  assert.equal(lines.filter((line) => line.includes('collector rejecting failed')).length, 1);
  assert.equal(machine.clock.timers, 0);
});

test('a collector that hangs costs one wait; what it says too late belongs to no cycle', async () => {
  using machine = new RecordedMachine('bare');
  let finish: () => void = () => undefined;
  let asked = 0;
  const { sampler } = sampling(machine, {
    hanging: () => async (out) => {
      asked += 1;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      out.put(load, 9);
    },
    fine: number(7),
  });
  const first = sampler.sample();
  await machine.clock.advance(2_000);
  assert.deepEqual(await first, [7]);
  assert.deepEqual(await sampler.sample(), [7]);
  assert.equal(asked, 1);
  finish();
  await machine.clock.advance(0);
  const again = sampler.sample();
  finish();
  assert.deepEqual(await again, [7, 900]);
});

test('series beyond what the box takes are left out, and the old ones go on', async () => {
  using machine = new RecordedMachine('bare');
  const many: Collector = () => (out) => {
    for (let core = 0; core < limits.seriesPerMachine + 10; core++) {
      out.put(metricSeries('system.cpu.utilization', `${core}`), 0.5);
    }
  };
  const { sampler, lines } = sampling(machine, { many });
  assert.equal((await sampler.sample()).length, limits.seriesPerMachine);
  assert.ok(lines.some((line) => line.includes('too many series') && line.includes('refused=10')));
});

test('after the first minute only so many series an hour are new', async () => {
  using machine = new RecordedMachine('bare');
  const catalog = new Catalog(machine.clock);
  await machine.clock.advance(60_000);
  let taken = 0;
  for (let n = 0; n < 200; n++) {
    if (catalog.indexOf(metricSeries('hw.temperature', `s${n}`)) !== undefined) taken += 1;
  }
  assert.equal(taken, limits.newSeriesPerHour);
  // The box decides how many probes there are.
  assert.equal(catalog.indexOf(metricSeries('probe.up', 'abcdefgh')), limits.newSeriesPerHour);
  await machine.clock.advance(3_600_000);
  assert.equal(catalog.indexOf(metricSeries('hw.temperature', 'later')), limits.newSeriesPerHour + 1);
});
