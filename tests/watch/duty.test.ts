// The watch at work over a store in RAM: what it hears, what it forgets, what a restart finds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Incident } from '../../appliance/watch/client/types.ts';
import { anne } from '../helpers/incident-parts.ts';
import { cpu, minute, WatchStation as Station, second } from '../helpers/watch-station.ts';
import { watchedMachine } from '../helpers/watch-store.ts';

test('the rules of the first minute are on: CPU, memory, disks, and machines that vanish', async (t) => {
  const station = await Station.start(t, [1, 2]);
  const [query] = station.store.followed.map((one) => one.query.series);
  for (const name of [
    'system.cpu.utilization',
    'system.memory.utilization',
    'system.filesystem.utilization:*',
  ])
    assert.ok(query?.includes(name), name);
  const fs = [
    { name: 'system.filesystem.utilization:/', value: 0.93 },
    { name: 'system.filesystem.utilization:/data', value: 0.96 },
    { name: 'system.memory.utilization', value: 0.95 },
  ];
  await station.measure(5 * minute + 20 * second, [...cpu(0.99), ...fs]);
  station.store.put(
    watchedMachine(2, {
      state: 'vanished',
      stateSinceMs: station.clock.wallMs(),
      lastSampleMs: station.clock.wallMs() - 2 * minute,
    }),
  );
  assert.deepEqual(station.open().sort(), [
    'cpu 1 bad',
    'disk 1 bad',
    'disk 1 bad',
    'disk-full 1 bad',
    'memory 1 bad',
    'vanished 2 bad',
  ]);
  await station.duty.settled();
  assert.equal(station.told().length, 5, 'the fuller disk explains itself');
  assert.deepEqual(
    station.store.notes.map(({ kind }) => kind),
    Array.from({ length: 6 }, () => 'incident.opened'),
  );
});

test('a rule says for one machine or a group what it says for no other', async (t) => {
  const station = await Station.start(t, [1, 2, 3]);
  await station.duty.library.putGroup({ id: 'lab', name: 'Lab', machines: [2, 3] }, anne);
  await station.change('cpu', { options: { limit: 0.5, forMs: 0 } }, 'group:lab');
  await station.change('cpu', { enabled: false }, 'machine:3');
  for (const machine of [1, 2, 3]) await station.measure(20 * second, cpu(0.7), machine);
  assert.deepEqual(station.open(), ['cpu 2 bad']);
  await station.kill();
  for (const machine of [1, 2, 3]) await station.measure(20 * second, cpu(0.7), machine);
  assert.deepEqual(station.open(), ['cpu 2 bad'], 'what was said is kept');
  await station.change('cpu', {}, 'machine:3');
  await station.measure(20 * second, cpu(0.7), 3);
  assert.deepEqual(station.open(), ['cpu 3 bad', 'cpu 2 bad']);
  await station.duty.library.removeGroup('lab', anne);
  for (const machine of [2, 3]) await station.measure(80 * second, cpu(0.7), machine);
  assert.deepEqual(station.open(), [], '70 % is good for everybody else');
});

test('a killed watch finds what was open, and goes on with what was pending', async (t) => {
  const station = await Station.start(t);
  await station.measure(3 * minute, cpu(0.95));
  await station.kill();
  await station.measure(minute + 40 * second, cpu(0.95));
  assert.deepEqual(station.open(), [], '4 min 40 s');
  await station.measure(30 * second, cpu(0.95));
  assert.deepEqual(station.open(), ['cpu 1 bad'], 'five minutes, across the kill');
  station.duty.incidents.acknowledge(1, { note: 'mine', untilMs: null }, anne);
  await station.duty.settled();
  await station.kill();
  assert.equal(station.duty.incidents.get(1)?.acknowledged?.note, 'mine');
  assert.deepEqual(station.open(), ['cpu 1 bad'], 'as it was measured last');
  await station.measure(70 * second + 10 * second, cpu(0.2));
  assert.deepEqual(station.open(), []);
  assert.deepEqual(
    station.told().map((one) => one.split(' ')[0]),
    ['opened', 'recovered'],
  );
});

test('incidents of a machine that is removed are closed, also if nobody watched', async (t) => {
  const station = await Station.start(t, [1, 2]);
  await station.change('cpu', { options: { forMs: 0 } });
  await station.measure(20 * second, cpu(0.95), 1);
  await station.measure(20 * second, cpu(0.95), 2);
  station.store.remove(1);
  await station.duty.settled();
  assert.deepEqual(station.open(), ['cpu 2 bad']);
  station.store.machines.delete(2);
  await station.kill();
  assert.deepEqual(station.open(), []);
  const ended = station.store.namespace<Incident>('watch.incidents').map(({ ending }) => ending);
  assert.deepEqual(ended, ['machine-removed', 'machine-removed']);
  assert.ok(
    station.told().every((one) => one.startsWith('opened')),
    'nobody has to hear of that',
  );
});

test('while the store is away nothing is judged, and nothing that passed meanwhile is invented', async (t) => {
  const station = await Station.start(t);
  await station.measure(minute, cpu(0.95));
  const nowMs = station.clock.wallMs();
  station.store.put(watchedMachine(2, { state: 'vanished', stateSinceMs: nowMs, lastSampleMs: nowMs }));
  station.store.leave();
  assert.equal(station.duty.health().seesSinceMs, null);
  await station.clock.advance(30 * minute);
  station.duty.look();
  assert.deepEqual(station.open(), [], 'whether it came back nobody knows');
  station.store.comeBack();
  await station.rest();
  station.duty.look();
  assert.deepEqual(station.open(), ['vanished 2 bad']);
  station.store.remove(2);
  await station.measure(4 * minute, cpu(0.95));
  assert.deepEqual(station.open(), [], 'half an hour that nobody saw is no half hour of load');
  await station.measure(minute + 10 * second, cpu(0.95));
  assert.deepEqual(station.open(), ['cpu 1 bad']);
});

test('what has just ended is found before it is on disk, and once afterwards', async (t) => {
  const station = await Station.start(t);
  await station.change('cpu', { options: { forMs: 0, clearMs: 0 } });
  await station.measure(10 * second, cpu(0.95));
  await station.clock.advance(second);
  const all = async () => (await station.duty.page({ state: 'all' })).incidents.map(({ state }) => state);
  station.store.live(1, station.clock.wallMs(), cpu(0.1));
  assert.equal((await station.duty.find(1))?.state, 'resolved');
  assert.deepEqual(await all(), ['resolved']);
  await station.duty.settled();
  assert.equal((await station.duty.find(1))?.state, 'resolved');
  assert.deepEqual([await all(), await station.duty.find(2)], [['resolved'], null]);
  assert.deepEqual((await station.duty.page({})).incidents, []);
});

test('a store that comes back with other rules is followed', async (t) => {
  const station = await Station.start(t);
  const change = { made: null, all: { options: { forMs: 0, limit: 0.5 } }, overrides: {} };
  station.store.leave();
  station.store.records.set('watch.rules cpu', JSON.stringify(change));
  station.store.records.set('watch.rules broken', '{"made":7}');
  station.store.comeBack();
  await station.rest();
  await station.measure(10 * second, cpu(0.6));
  assert.deepEqual(station.open(), ['cpu 1 bad']);
});

test('a clock that jumps makes no failure and ends none', async (t) => {
  const station = await Station.start(t);
  await station.measure(minute, cpu(0.95));
  const dayMs = 86_400_000;
  station.store.setClock(station.clock.wallMs() - station.clock.monotonicMs() + 3 * dayMs, true);
  station.clock.jumpWall(3 * dayMs);
  await station.measure(2 * minute, cpu(0.95));
  assert.deepEqual(station.open(), []);
  await station.measure(2 * minute + 10 * second, cpu(0.95));
  assert.deepEqual(station.open(), ['cpu 1 bad']);
});

test('a rule that is changed while it is bad judges anew what was measured, and is not told again while that is unknown', async (t) => {
  const station = await Station.start(t);
  await station.change('cpu', { options: { forMs: 0 }, repeatMs: minute });
  await station.measure(20 * second, cpu(0.95));
  await station.change('cpu', { options: { forMs: 0, limit: 0.8 }, repeatMs: minute });
  assert.deepEqual(station.open(), ['cpu 1 bad']);
  station.store.put(watchedMachine(1, { state: 'off', stateSinceMs: station.clock.wallMs() }));
  await station.clock.advance(10 * minute);
  station.duty.look();
  await station.duty.settled();
  assert.deepEqual([station.open(), station.told().length], [['cpu 1 unknown'], 1]);
});

test('values of long ago that arrive now are history, not news', async (t) => {
  const station = await Station.start(t);
  await station.change('cpu', { options: { forMs: 0 } });
  await station.measure(15 * minute, cpu(0.1));
  station.store.live(1, station.clock.wallMs() - 10 * minute, cpu(0.99));
  assert.deepEqual(station.open(), []);
  await station.clock.advance(second);
  station.store.live(1, station.clock.wallMs(), cpu(0.99));
  assert.deepEqual(station.open(), ['cpu 1 bad']);
});

test('a series that is not measured any more closes what it was about', async (t) => {
  const station = await Station.start(t);
  await station.change('disk', { options: { forMs: 0 } });
  await station.measure(20 * second, [{ name: 'system.filesystem.utilization:/stick', value: 0.92 }]);
  assert.deepEqual(station.open(), ['disk 1 bad']);
  for (let at = 0; at < 7; at++) await station.measure(10 * second, cpu(0.1));
  await station.clock.advance(7 * minute);
  station.duty.look();
  assert.deepEqual(station.open(), ['disk 1 unknown']);
  await station.clock.advance(60 * minute);
  station.duty.look();
  assert.deepEqual(station.open(), []);
});

test('a machine that may be off at night has not vanished, and is missed in the morning', async (t) => {
  const station = await Station.start(t);
  const now = station.clock.wallMs();
  const night = { fromMs: now, toMs: now + 60 * minute };
  await station.duty.library.createSchedule(
    { kind: 'expected-off', name: 'night', scopes: ['all'], once: night },
    anne,
  );
  station.store.put(watchedMachine(1, { state: 'vanished', stateSinceMs: now, lastSampleMs: now }));
  for (const ms of [10 * minute, 49 * minute, minute, minute]) {
    await station.clock.advance(ms);
    station.duty.look();
    assert.deepEqual(station.open(), []);
  }
  await station.clock.advance(2 * minute);
  station.duty.look();
  assert.deepEqual(station.open(), ['vanished 1 bad']);
});

test('the box says that nobody knows the time and that its card is full, in its own name', async (t) => {
  const station = await Station.start(t);
  station.store.setClock(station.clock.wallMs() - station.clock.monotonicMs(), false);
  station.store.isFull = true;
  await station.measure(31 * minute, cpu(0.1));
  assert.deepEqual(station.open().sort(), ['box-clock null bad', 'box-full null bad']);
  assert.match(station.told().join(), /opened The card of the box is full/);
  station.store.isFull = false;
  await station.measure(3 * minute, cpu(0.1));
  assert.deepEqual(station.open(), ['box-clock null bad']);
});

test('a service that fails is told after a minute, one that is stopped only where that is asked for', async (t) => {
  const station = await Station.start(t);
  const tell = async (states: Record<string, string>) => {
    const services = Object.entries(states).map(([name, state]) => ({ name, state }));
    station.store.records.set('ingest.services 1', JSON.stringify({ toldMs: 0, services }));
    station.store.tell({ topic: 'record:ingest.services', key: '1', version: 'x' });
    await station.rest();
  };
  await tell({ ssh: 'running', cups: 'running', old: 'failed' });
  await tell({ ssh: 'failed', cups: 'stopped', old: 'failed' });
  await station.measure(50 * second, cpu(0.1));
  assert.deepEqual(station.open(), []);
  await station.measure(20 * second, cpu(0.1));
  assert.deepEqual(station.open(), ['service 1 bad']);
  assert.deepEqual(station.told(), ['opened pc-1: Service ssh does not run any more']);
  await tell({ ssh: 'running', cups: 'stopped', old: 'failed' });
  assert.deepEqual(station.open(), []);
  await tell({ ssh: 'running', cups: 'running', old: 'failed' });
  await station.change('service', {
    options: { counts: 'stopped', metric: 'system.service.up:cups', forMs: 0 },
  });
  await station.measure(10 * second, cpu(0.1));
  await tell({ ssh: 'failed', cups: 'stopped', old: 'failed' });
  assert.deepEqual(
    station.duty.incidents.list().map(({ subject }) => subject),
    ['system.service.up:cups'],
  );
});
