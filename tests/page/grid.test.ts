import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RangeAnswer } from '../../appliance/store/client/types.ts';
import {
  addSample,
  extremesOf,
  gridOf,
  isolated,
  lineValue,
  sumOf,
  timesOf,
  type Value,
} from '../../appliance/web/assets/charts/grid.ts';
import { niceCeiling, planCharts, plannedNames, startOf } from '../../appliance/web/assets/charts/plan.ts';

const column = (name: string, mean: Value[], spread = 1) => ({
  name,
  unit: 'By',
  kind: 'counter' as const,
  mean,
  min: mean.map((value) => (value === null ? null : value - spread)),
  max: mean.map((value) => (value === null ? null : value + spread)),
});
const cpu = 'system.cpu.utilization';
const plans = planCharts([cpu]);
const answer = (mean: Value[]): RangeAnswer => ({
  machine: 1,
  startMs: 0,
  stepMs: 10_000,
  count: mean.length,
  columns: [column(cpu, mean)],
});
const at = (value: Value): Map<string, Value> => new Map([['cpu', value]]);
const lineOf = (grid: ReturnType<typeof gridOf>) => grid.lines.get('cpu') ?? assert.fail('no line');

test('draws whole devices and real interfaces, not their parts and not the loopback', () => {
  const all = [
    'sda',
    'sda1',
    'nvme0n1',
    'nvme0n1p2',
    'mmcblk0',
    'mmcblk0p1',
    'mmcblk0boot0',
    'dm-0',
    'loop3',
    'md0',
    'vda',
    'vdb2',
  ];
  const names = [
    ...all.map((device) => `system.disk.io:${device}:read`),
    'system.network.io:lo:receive',
    'system.network.io:wlan0:receive',
  ];
  assert.deepEqual(plannedNames(planCharts(names)), [
    'system.disk.io:sda:read',
    'system.disk.io:nvme0n1:read',
    'system.disk.io:mmcblk0:read',
    'system.disk.io:vda:read',
    'system.network.io:wlan0:receive',
  ]);
});

test('a sum over several busy devices has no band, one over a single busy device keeps it', () => {
  const idle = column('b', [0, 0, null], 0);
  const one = sumOf([column('a', [5, null, 7]), idle], 3);
  assert.deepEqual([one.mean, one.max, one.band], [[5, null, 7], [6, null, 8], true]);
  const two = sumOf([column('a', [5, null, 7]), column('b', [1, null, null])], 3);
  assert.deepEqual([two.mean, two.min, two.band], [[6, null, 7], [null, null, null], false]);
});

test('live samples of one bucket become its running mean and widen its band', () => {
  const grid = gridOf(answer([4]), plans, 5_000);
  assert.equal(grid.weight, 1);
  addSample(grid, 8_000, at(8), 60_000);
  assert.deepEqual(lineOf(grid), { mean: [6], min: [3], max: [8], band: true });
});

test('a silent stretch stays a gap when samples come again', () => {
  const grid = gridOf(answer([1, 2]), plans, 20_000);
  addSample(grid, 52_000, at(7), 600_000);
  assert.deepEqual(lineOf(grid).mean, [1, 2, null, null, null, 7]);
  assert.equal(timesOf(grid).at(-1), 55);
});

test('a late sample of a closed bucket changes nothing', () => {
  const grid = gridOf(answer([1, 2, 3]), plans, 30_000);
  addSample(grid, 12_000, at(100), 600_000);
  assert.deepEqual(lineOf(grid).mean, [1, 2, 3]);
});

test('what is older than the span goes, and the times stay right', () => {
  const grid = gridOf(answer([1, 2, 3, 4, 5, 6]), plans, 60_000);
  addSample(grid, 65_000, at(7), 30_000);
  assert.deepEqual(lineOf(grid).mean, [3, 4, 5, 6, 7]);
  assert.equal(timesOf(grid)[0], 25);
});

test('after a sleep longer than the span it begins anew instead of filling in hours of gaps', () => {
  const grid = gridOf(answer([1, 2]), plans, 20_000);
  addSample(grid, 10_000_004, at(7), 60_000);
  assert.deepEqual(lineOf(grid).mean, [7]);
  assert.equal(grid.startMs, 10_000_000);
});

test('a live value is the rate of a counter, summed over its series', () => {
  const plan = planCharts(['system.network.io:eth0:receive', 'system.network.io:eth1:receive'])[3]?.lines[0];
  assert.ok(plan);
  const value = (name: string, rate?: number) => ({
    name,
    unit: 'By',
    kind: 'counter' as const,
    value: 1e9,
    tMs: 0,
    ...(rate === undefined ? {} : { rate }),
  });
  assert.equal(
    lineValue(plan, [
      value('system.network.io:eth0:receive', 5),
      value('system.network.io:eth1:receive', 7),
      value('other', 90),
    ]),
    12,
  );
  assert.equal(lineValue(plan, [value('system.network.io:eth0:receive')]), null);
});

test('finds points that no line would show', () => {
  assert.deepEqual(isolated([1, null, 2, 3, null, 4]), [0, 5]);
});

test('knows the newest value and the highest, past gaps', () => {
  assert.deepEqual(extremesOf([3, 9, null]), { last: 9, max: 9 });
  assert.deepEqual(extremesOf([null]), { last: null, max: null });
});

test('ends the scale at a round number that holds everything', () => {
  assert.deepEqual(
    [0, 10_000, 10_001, 161_000, 399_000, 5_900_000].map((max) => niceCeiling(max, 10_000)),
    [10_000, 10_000, 20_000, 200_000, 400_000, 6_000_000],
  );
});

test('the axis begins with the span, or with a younger machine, but never shows less than a sixth', () => {
  assert.equal(startOf(3600, 0, 10_000), 6400);
  assert.equal(startOf(3600, 8000, 10_000), 8000);
  assert.equal(startOf(3600, 9990, 10_000), 9400);
  assert.equal(startOf(3600, 99_000, 10_000), 9400);
});
