import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { createLocalServer } from '../../appliance/runtime/socket/server.ts';
import { createStoreClient, type StoreClient } from '../../appliance/store/client/client.ts';
import { storeSocket } from '../../appliance/store/client/roles.ts';
import type { Change, Commit } from '../../appliance/store/client/types.ts';
import { storeRoutes } from '../../appliance/store/server.ts';
import { eventually } from '../helpers/eventually.ts';
import { counter, gauge, runA, TestStore, ticks } from '../helpers/store-parts.ts';

async function served(t: TestContext): Promise<{ test: TestStore; client: StoreClient; path: string }> {
  const test = await TestStore.open(t);
  const path = join(test.folder, storeSocket('ingest'));
  await mkdir(dirname(path), { recursive: true });
  const log = createLog({ name: 'store', level: 'error', write: (line) => test.logged.push(line) });
  const server = createLocalServer({ path, routes: storeRoutes(() => test.store), log });
  await server.start(new AbortController().signal);
  const client = createStoreClient({ runDir: test.folder, as: 'ingest' });
  t.after(async () => {
    client.close();
    await server.stop();
  });
  return { test, client, path };
}

const admission = { key: 'a'.repeat(64), name: 'Büro 3', by: 'Anna', local: false };

test('a machine is admitted, named, measured, read and removed over the socket', async (t) => {
  const { test, client } = await served(t);
  const { machine } = await client.admit(admission);
  assert.deepEqual(await client.series(machine, [gauge('g', 1), counter('c')]), [0, 1]);
  const wallAtZeroMs = test.clock.wallMs();
  const batch = [
    { machine, run: runA, wallAtZeroMs, trusted: true, ticks: ticks(0, 100, (seq) => [seq, seq * 50]) },
  ];
  assert.deepEqual(await client.append(batch), { batch: 1, refused: [] });
  const latest = await client.latest(machine);
  assert.deepEqual(
    latest.map(({ name, value, rate }) => [name, value, rate]),
    [
      ['g', 9.9, undefined],
      ['c', 4950, 10],
    ],
  );
  assert.deepEqual(Object.keys(await client.summaries()), [String(machine)]);
  const range = await client.range({
    machine,
    names: ['g', 'c'],
    fromMs: wallAtZeroMs,
    toMs: wallAtZeroMs + 500_000,
    points: 2,
  });
  assert.equal(range.columns[0]!.max.at(-1), 9.9);
  const exported = { machine, names: ['c'], fromMs: wallAtZeroMs, toMs: wallAtZeroMs + 500_000 };
  const page = await client.exportPage({ ...exported, tier: 'raw' });
  assert.deepEqual(page.columns[0]!.values!.slice(0, 3), [0, 50, 100]);
  assert.deepEqual([page.times.length, page.next], [100, null]);
  const minutes = await client.exportPage({ ...exported, tier: 'minute' });
  assert.equal(
    minutes.columns[0]!.count!.reduce((sum, count) => sum! + count!, 0),
    100,
  );
  const refused = client.exportPage({ ...exported, tier: 'raw', cursor: 'x' });
  await assert.rejects(refused, { code: 'BAD_REQUEST', path: 'cursor' });
  const patched = await client.updateMachine(machine, {
    state: 'up',
    facts: { os: 'Debian', addresses: ['192.0.2.1'] },
  });
  assert.deepEqual(await client.machine(machine), patched);
  assert.equal(patched.lastSampleMs, wallAtZeroMs + 99 * 5000);
  assert.deepEqual(await client.machines(), [patched]);
  await client.removeMachine(machine, 'Anna');
  await assert.rejects(client.machine(machine), { code: 'NOT_FOUND' });
  await assert.rejects(client.latest(machine), { code: 'NOT_FOUND' });
});

test('records, settings and the journal go over the socket', async (t) => {
  const { client } = await served(t);
  assert.equal(await client.setting('mail'), null);
  await client.putSetting('mail', { on: true });
  assert.deepEqual(await client.setting('mail'), { on: true });
  const key = 'a key/with ümlauts & signs';
  await client.putRecord('user', key, [1, null, 'x']);
  assert.deepEqual(await client.record('user', key), [1, null, 'x']);
  const kept = await client.versioned('user', key);
  assert.deepEqual(kept?.value, [1, null, 'x']);
  assert.deepEqual(await client.records('user', { prefix: 'a k' }), [{ key, ...kept }]);
  assert.equal(await client.versioned('user', 'nobody'), null);
  const told: Change[] = [];
  let up = false;
  client.changes(
    { topics: ['record:user'] },
    { onChange: (change) => told.push(change), onUp: () => (up = true) },
  );
  await eventually('the stream', () => up);
  const write = { namespace: 'user', key: 'b', value: 1, ifVersion: null };
  const [version] = await client.writeRecords([write]);
  await assert.rejects(client.writeRecords([write]), { code: 'CONFLICT', path: 'writes[0].ifVersion' });
  await client.writeRecords([{ namespace: 'user', key: 'b', delete: true, ifVersion: version }]);
  await eventually('both changes', () => told.length === 2);
  assert.deepEqual(told, [
    { topic: 'record:user', key: 'b', version },
    { topic: 'record:user', key: 'b', version: null },
  ]);
  await client.deleteRecord('user', key);
  assert.equal(await client.record('user', key), null);
  const note = {
    kind: 'sign-in.ok',
    who: 'Anna',
    role: 'admin',
    from: '::1',
    text: { en: 'in', fr: 'entrée' },
  };
  const entry = await client.note({ ...note, details: { n: 1 } });
  assert.deepEqual(await client.journal({ kind: 'sign-in.ok' }), [entry]);
  assert.deepEqual(await client.journal({ text: 'entrée', limit: 1 }), [entry]);
});

test('the stream of commits tells where the disk is, at once and after each sync', async (t) => {
  const { test, client } = await served(t);
  const { machine } = await client.admit(admission);
  await client.series(machine, [gauge('g')]);
  const told: Commit[] = [];
  const stream = client.commits({ onCommit: (commit) => told.push(commit), onDown: () => undefined });
  await eventually('the position at the start', () => told.length === 1);
  assert.equal(told[0]!.durable, 0);
  await client.append([
    { machine, run: runA, wallAtZeroMs: 0, trusted: false, ticks: ticks(0, 1, () => [1]) },
  ]);
  await test.store.turn();
  await eventually('the commit', () => told.length === 2);
  assert.deepEqual(told[1], { epoch: told[0]!.epoch, durable: 1 });
  stream.stop();
});

test('whoever watches is told in the turn in which it happens, with values only for the machine asked for', async (t) => {
  const { test, client } = await served(t);
  const { machine } = await client.admit(admission);
  const other = await client.admit({ ...admission, key: 'b'.repeat(64) });
  for (const one of [machine, other.machine]) await client.series(one, [gauge('system.cpu.utilization', 3)]);
  const all: Change[] = [];
  const one: Change[] = [];
  const up = [false, false];
  client.changes(
    { topics: ['live', 'machine', 'journal', 'setting'] },
    { onChange: (c) => all.push(c), onUp: () => (up[0] = true) },
  );
  client.changes({ topics: ['live'], machine }, { onChange: (c) => one.push(c), onUp: () => (up[1] = true) });
  await eventually('both streams', () => up[0] && up[1]);

  const inProcess: Change[] = [];
  test.store.changes.watch({ topics: ['live'] }, (change) => inProcess.push(change));
  const tick = (value: number) => ticks(value, 1, () => [value]);
  const entry = (to: number, value: number) => ({
    machine: to,
    run: runA,
    wallAtZeroMs: 1e12,
    trusted: false,
    ticks: tick(value),
  });
  test.append([entry(machine, 500), entry(other.machine, 600)]);
  assert.equal(inProcess.length, 2, 'told before the append has returned');

  await client.updateMachine(machine, { name: 'new' });
  await client.putSetting('mail', 1);
  await client.note({ kind: 'x', who: '', role: '', from: '', text: { en: '', fr: '' } });
  await eventually('all changes', () => all.length === 5 && one.length === 1);
  const tMs = 1e12 + 500 * 5000;
  assert.deepEqual(all[0], { topic: 'live', machine, tMs, summary: { cpu: 0.5 } });
  assert.deepEqual(
    all.map((change) => change.topic),
    ['live', 'live', 'machine', 'setting', 'journal'],
  );
  const values = [{ name: 'system.cpu.utilization', unit: '1', kind: 'gauge', value: 0.5, tMs }];
  assert.deepEqual(one, [{ topic: 'live', machine, tMs, summary: { cpu: 0.5 }, values }]);
});

test('what does not fit is refused with its path, and nothing changes', async (t) => {
  const { client, path } = await served(t);
  const raw = createLocalClient({ path });
  t.after(() => raw.close());
  const refused = async (call: Promise<unknown>, where: string) =>
    assert.rejects(call, { code: 'BAD_REQUEST', path: where });
  await refused(raw.post('/v1/machines', { ...admission, key: 'zz' }), 'key');
  for (const name of ['a\nb', '  ', 'pc ', '\u202egpj.exe', 'p\u200bc', '\u3164']) {
    await refused(raw.post('/v1/machines', { ...admission, name }), 'name');
    await refused(raw.patch('/v1/machines/1', { name }), 'name');
  }
  await refused(raw.post('/v1/machines', { ...admission, local: 'yes' }), 'local');
  await refused(raw.get('/v1/machines/none'), 'machine');
  await refused(raw.get('/v1/changes', { query: { topic: 'everything' } }), 'topics[0]');
  await refused(raw.put('/v1/settings/Mail', { value: 1 }), 'section');
  await refused(raw.put('/v1/settings/mail', {}), 'value');
  await refused(raw.put('/v1/records/user/x', { value: 'y'.repeat(70_000) }), 'value');
  await refused(
    raw.post('/v1/journal', { kind: 'x', who: 1, role: '', from: '', text: { en: '', fr: '' } }),
    'who',
  );
  await refused(raw.get('/v1/journal', { query: { limit: 5000 } }), 'limit');
  await assert.rejects(raw.postBytes('/v1/append', Buffer.from('garbage')), { code: 'BAD_REQUEST' });
  await assert.rejects(raw.postBytes('/v1/append', Buffer.alloc(5 * 2 ** 20)), { code: 'TOO_LARGE' });
  const { machine } = await client.admit(admission);
  await refused(raw.patch(`/v1/machines/${machine}`, { state: 'waiting' }), 'state');
  await refused(
    raw.post(`/v1/machines/${machine}/series`, { series: [{ ...gauge('a'), scale: 9 }] }),
    'series[0].scale',
  );
  await refused(
    raw.get(`/v1/machines/${machine}/range`, { query: { series: 'g', from: 'x', to: 1 } }),
    'from',
  );
  await refused(raw.get(`/v1/machines/${machine}/range`, { query: { series: 'g', from: 5, to: 1 } }), 'to');
  assert.equal((await client.machines()).length, 1);
  assert.equal((await client.health()).appended, 0);
});

test('every state that a caller may write can be read again after a restart', async (t) => {
  const { test, client } = await served(t);
  const { machine } = await client.admit(admission);
  await client.updateMachine(machine, { state: 'vanished', name: '\u{1F4BB} pc', facts: {} });
  await client.note({
    kind: 'x',
    who: 'é',
    role: '',
    from: '',
    text: { en: 'x'.repeat(4000), fr: '' },
    details: { 1: 'one', a: null },
  });
  await test.restart();
  assert.equal((await client.machine(machine)).name, '\u{1F4BB} pc');
  assert.equal((await test.store.journal.verify()).broken, null);
});
