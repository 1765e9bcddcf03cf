import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../appliance/protocol/limits.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { openDatabase } from '../../../appliance/store/database/level.ts';
import { createDictionaries } from '../../../appliance/store/records/dictionary.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { gauge, TestStore } from '../../helpers/store-parts.ts';

test('an index means the same series for ever, whatever the order of the wire', async (t) => {
  const test = await TestStore.open(t);
  const machine = await test.machineWith([]);
  const [a, b, c] = [gauge('a'), gauge('b'), gauge('c')];
  assert.deepEqual(await test.store.dictionaries.resolve(machine, [a, b]), [0, 1]);
  await test.restart();
  assert.deepEqual(await test.store.dictionaries.resolve(machine, [c, b, a]), [2, 1, 0]);
  assert.deepEqual(test.store.dictionaries.of(machine), [a, b, c]);
  assert.equal(test.store.dictionaries.count, 3);
});

test('a series that changes its unit or scale is another series', async (t) => {
  const test = await TestStore.open(t);
  const machine = await test.machineWith([]);
  assert.deepEqual(await test.store.dictionaries.resolve(machine, [gauge('a', 0), gauge('a', 3)]), [0, 1]);
});

test('each machine counts its own series', async (t) => {
  const test = await TestStore.open(t);
  const one = await test.machineWith([gauge('a'), gauge('b')], 'one');
  const two = await test.machineWith([gauge('b')], 'two');
  assert.deepEqual(await test.store.dictionaries.resolve(two, [gauge('a')]), [1]);
  assert.deepEqual(await test.store.dictionaries.resolve(one, [gauge('a')]), [0]);
});

test('series beyond the limits of the machine and of the box are told apart, the others are kept', async (t) => {
  const test = await TestStore.open(t, { config: { most_series: 600 } });
  const named = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => gauge(`s${from + index}`));
  const one = await test.machineWith(named(0, 499), 'one');
  assert.deepEqual(await test.store.dictionaries.resolve(one, named(498, 502)), [498, 499, -1, -1]);
  const two = await test.machineWith(named(0, 99), 'two');
  assert.deepEqual(await test.store.dictionaries.resolve(two, named(98, 102)), [98, 99, -1, -1]);
});

test('what probes measured counts against the box: a full machine has room for it, and it takes none of the machine', async (t) => {
  const test = await TestStore.open(t);
  const { dictionaries } = test.store;
  const ids = Array.from(
    { length: 80 },
    (_, at) => `probe${String.fromCharCode(97 + (at >> 4), 97 + (at & 15), 97)}`,
  );
  const named = (prefix: string, count: number, of: readonly string[] = ['']) =>
    Array.from({ length: count }, (_, index) => gauge(`${prefix}:${of[index % of.length]}:${index}`));
  const machine = await test.machineWith([], 'busy');
  // Those that it runs are new first: what it measures of itself is still its first dictionary.
  await dictionaries.resolve(machine, named('probe.up', 100, ids), ids);
  const own = await dictionaries.resolve(machine, named('own', 400));
  assert.ok(!own.includes(-1), 'its first dictionary');
  assert.equal((await dictionaries.resolve(machine, named('later', 60))).filter((at) => at >= 0).length, 50);
  const probes = await dictionaries.resolve(
    machine,
    named('probe.duration', limits.probeSeriesPerMachine, ids),
    ids,
  );
  assert.equal(probes.filter((index) => index >= 0).length, limits.probeSeriesPerMachine - 100);
  await test.restart();
  assert.deepEqual(
    await test.store.dictionaries.resolve(machine, [gauge(`probe.more:${ids[0]}`)], ids),
    [-1],
  );
});

test('a name of a probe that the machine does not run takes room of its own, but stays what it is once it is known', async (t) => {
  const test = await TestStore.open(t);
  const [given, ended] = ['abcdefg2', 'abcdefg3'];
  const named = (id: string, count: number, from = 0) =>
    Array.from({ length: count }, (_, at) => gauge(`probe.phase:${id}:${from + at}`));
  const kept = (indexes: number[]) => indexes.filter((index) => index >= 0).length;
  const { dictionaries } = test.store;
  const machine = await test.machineWith([gauge('own')]);
  assert.equal(kept(await dictionaries.resolve(machine, named(ended, 200), [ended])), 200);
  assert.equal(
    kept(await dictionaries.resolve(machine, named(ended, 200))),
    200,
    'nobody has said yet what it runs',
  );
  assert.equal(kept(await dictionaries.resolve(machine, named(given, 200), [ended])), 50);
  assert.equal(
    kept(await dictionaries.resolve(machine, named(given, 300), [given, ended])),
    limits.seriesPerProbe,
  );
  assert.equal(kept(await dictionaries.resolve(machine, named(ended, 200), [given])), 200);
});

test('an index is not told before it is on disk, also to whoever asks second', async (t) => {
  const database = await openDatabase({ stateDir: temporaryFolder(t), lockWaitMs: 0, clock: systemClock });
  t.after(() => database.close());
  const disk = Promise.withResolvers<void>();
  const wait = () => disk.promise;
  const writer = { write: wait, seal: wait, writeHistory: wait, settled: wait };
  const dictionaries = createDictionaries({ clock: systemClock, database, writer, mostSeries: 10 });
  const told: string[] = [];
  const asking = ['first', 'second'].map(async (who) => {
    await dictionaries.resolve(1, [gauge('a')]);
    told.push(who);
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, []);
  disk.resolve();
  await Promise.all(asking);
});
