import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../appliance/store/client/types.ts';
import { SeriesFilter } from '../../appliance/store/series-filter.ts';
import { TestStore } from '../helpers/store-parts.ts';

const gauge = (name: string) => ({ name, unit: '1', scale: 3, kind: 'gauge' as const });
const run = 'ab'.repeat(16);

test('a name is meant exactly, one with a star as a beginning', () => {
  const filter = new SeriesFilter(['system.cpu.utilization', 'system.filesystem.utilization:*']);
  const names = [
    'system.cpu.utilization',
    'system.cpu.utilization:0',
    'system.filesystem.utilization:/',
    'x',
  ];
  assert.deepEqual(
    names.map((name) => filter.wants(name)),
    [true, false, true, false],
  );
  const dictionary = names.map(gauge);
  assert.deepEqual(filter.indicesOf(1, dictionary), [0, 2]);
  assert.deepEqual(
    filter.indicesOf(1, [...dictionary, gauge('system.filesystem.utilization:/home')]),
    [0, 2, 4],
  );
  assert.deepEqual(filter.indicesOf(2, []), []);
  assert.ok(new SeriesFilter(['*']).wants('anything'));
});

test('live changes of all machines carry the values of the chosen series', async (t) => {
  const store = await TestStore.open(t);
  const { registry, dictionaries, changes } = store.store;
  const names = ['system.cpu.utilization', 'system.cpu.utilization:0', 'system.uptime'];
  const machines: number[] = [];
  for (const key of ['a', 'b']) {
    const { machine } = await registry.admit({ key: key.repeat(64), name: key, by: 'anne', local: false });
    await dictionaries.resolve(machine, names.map(gauge));
    machines.push(machine);
  }
  const seen: Change[] = [];
  const series = new SeriesFilter(['system.cpu.utilization', 'system.uptime']);
  changes.watch({ topics: ['live'], series }, (change) => seen.push(change));
  for (const machine of machines) {
    const tick = { seq: 1, runMs: 1, values: [500 + machine, 1, 7000] };
    store.append([{ machine, run, wallAtZeroMs: store.clock.wallMs(), trusted: true, ticks: [tick] }]);
  }
  assert.deepEqual(
    seen.map(
      (change) =>
        change.topic === 'live' && [
          change.machine,
          ...(change.values ?? []).map((one) => `${one.name} ${one.value}`),
        ],
    ),
    machines.map((machine) => [
      machine,
      `system.cpu.utilization ${(500 + machine) / 1000}`,
      'system.uptime 7',
    ]),
  );
});
