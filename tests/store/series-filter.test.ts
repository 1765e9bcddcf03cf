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
  const said = () =>
    seen
      .splice(0)
      .map(
        (change) =>
          change.topic === 'live' && [
            change.machine,
            ...(change.values ?? []).map((one) => `${one.name} ${one.value}`),
          ],
      );
  const series = new SeriesFilter(['system.cpu.utilization', 'system.uptime']);
  changes.watch({ topics: ['live'], series }, (change) => seen.push(change));
  for (const machine of machines) {
    const tick = { seq: 1, runMs: 1, values: [500 + machine, 1, 7000] };
    store.append([{ machine, run, wallAtZeroMs: store.clock.wallMs(), trusted: true, ticks: [tick] }]);
  }
  assert.deepEqual(
    said(),
    machines.map((machine) => [
      machine,
      `system.cpu.utilization ${(500 + machine) / 1000}`,
      'system.uptime 7',
    ]),
  );

  const [first = 0] = machines;
  const append = (...ticks: { seq: number; runMs: number; values: (number | undefined)[] }[]) =>
    store.append([{ machine: first, run, wallAtZeroMs: store.clock.wallMs(), trusted: true, ticks }]);
  append({ seq: 2, runMs: 5_000, values: [undefined, 1, 7000] });
  assert.deepEqual(said(), [[first, 'system.uptime 7']], 'what was told before is not told again');
  append(
    { seq: 3, runMs: 10_000, values: [300, 1, 8000] },
    { seq: 4, runMs: 15_000, values: [undefined, 1, 9000] },
  );
  assert.deepEqual(said(), [[first, 'system.cpu.utilization 0.3', 'system.uptime 9']]);
  changes.watch({ topics: ['live'], series: new SeriesFilter(['system.cpu.utilization']) }, (change) =>
    seen.push(change),
  );
  append({ seq: 5, runMs: 20_000, values: [undefined, 1, 9500] });
  assert.deepEqual(
    said(),
    [
      [first, 'system.uptime 9.5'],
      [first, 'system.cpu.utilization 0.3'],
    ],
    'whoever begins to watch knows nothing yet',
  );
});
