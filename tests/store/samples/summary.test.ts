import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricSeries } from '../../../appliance/protocol/metrics.table.ts';
import { LatestValues } from '../../../appliance/store/samples/latest.ts';
import { planSummary, summarize } from '../../../appliance/store/samples/summary.ts';

const dictionary = [
  metricSeries('system.cpu.utilization'),
  metricSeries('system.cpu.utilization', '0'),
  metricSeries('system.memory.utilization'),
  metricSeries('system.filesystem.utilization', '/'),
  metricSeries('system.filesystem.utilization', '/home'),
  metricSeries('system.network.io', 'eth0', 'receive'),
  metricSeries('system.network.io', 'wlan0', 'receive'),
  metricSeries('system.network.io', 'lo', 'receive'),
  metricSeries('system.network.io', 'eth0', 'transmit'),
  metricSeries('hw.temperature', 'cpu'),
  metricSeries('hw.temperature', 'disk'),
  metricSeries('system.cpu.load_average.1m'),
  metricSeries('system.uptime'),
];
const first = [250, 999, 500, 300, 910, 1000, 50, 7, 20, 512, 388, 75, 3600];
const second = [251, 999, 537, 300, 910, 6000, 100, 9_000_007, 520, 512, 640, 75, 3605];

function after(...ticks: { tMs: number; values: (number | undefined)[] }[]): LatestValues {
  const latest = new LatestValues();
  for (const [seq, { tMs, values }] of ticks.entries()) latest.take({ seq, runMs: tMs, values }, tMs, 'a');
  return latest;
}

test('a summary takes the total CPU, the fullest disk, the warmest sensor and all networks but the loopback', () => {
  const latest = after({ tMs: 0, values: first }, { tMs: 5000, values: second });
  assert.deepEqual(summarize(planSummary(dictionary), latest), {
    ...{ cpu: 0.251, memory: 0.537, disk: 0.91, receiveBps: 1010, transmitBps: 100 },
    ...{ temperature: 64, load1: 0.75, uptimeS: 3605 },
  });
});

test('what a machine does not have is absent, and rates wait for a second value', () => {
  const values = first.map((value, index) => (index === 9 || index === 10 ? undefined : value));
  const summary = summarize(planSummary(dictionary), after({ tMs: 0, values }));
  assert.equal('temperature' in summary, false);
  assert.equal('receiveBps' in summary, false);
  assert.equal(summary.uptimeS, 3600);
});

test('a disk that has gone does not stay the fullest', () => {
  const gone = second.map((value, index) => (index === 4 ? undefined : value));
  const latest = after({ tMs: 0, values: first }, { tMs: 400_000, values: gone });
  assert.equal(summarize(planSummary(dictionary), latest).disk, 0.3);
});

test('a counter that begins anew has the rate of what it counted since', () => {
  const reset = second.map((value, index) => (index === 5 ? 500 : value));
  const latest = after({ tMs: 0, values: first }, { tMs: 5000, values: reset });
  assert.equal(summarize(planSummary(dictionary), latest).receiveBps, 110);
});

test('a dictionary that is longer than the last tick gives no invented values', () => {
  const latest = after({ tMs: 0, values: [100] });
  assert.deepEqual(summarize(planSummary(dictionary), latest), { cpu: 0.1 });
});

test('a counter that the first tick of another run does not have gets no rate over both', () => {
  const both = [
    metricSeries('system.network.io', 'a', 'receive'),
    metricSeries('system.network.io', 'b', 'receive'),
  ];
  const latest = new LatestValues();
  const rates: (number | undefined)[][] = [];
  const take = (run: string, tMs: number, values: (number | undefined)[]) => {
    latest.take({ seq: tMs, runMs: tMs, values }, tMs, run);
    rates.push(latest.list(both).map(({ rate }) => rate));
  };
  take('a', 0, [100, 1e12]);
  take('a', 5000, [200, 1e12 + 50]);
  take('b', 10_000, [5, undefined]);
  take('b', 15_000, [10, 5e12]);
  latest.redate(0, 15_000, -3_600_000);
  take('b', 20_000 - 3_600_000, [20, 5e12 + 5]);
  assert.deepEqual(rates, [
    [undefined, undefined],
    [20, 10],
    [undefined, 10],
    [1, undefined],
    [2, 1],
  ]);
});
