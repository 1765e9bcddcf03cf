import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../helpers/eventually.ts';
import { startWebBox } from '../helpers/web-box.ts';
import { addPerson } from '../helpers/web-people.ts';
import { machineOf, StoreInRam } from '../helpers/web-sources.ts';

const id = 'ab'.repeat(32);
const knocking = {
  ...{ id, name: 'pc-9', address: '10.0.0.9', os: 'Debian 12', version: '0.1.0', sinceMs: 5 },
  ...{ digits: null, machineAnswer: null, pinned: false, connected: true, earlier: [] },
};

type Fleet = { machines: { machine: number; name: string; tMs: number | null; summary: unknown }[] };

test('the fleet is told from RAM', async (t) => {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  const box = await startWebBox(t, { store });
  const cookie = await box.signIn();
  const fleet = async () => (await box.ask('/api/v1/machines', { cookie })).json as Fleet;
  const asked = store.asked;
  assert.deepEqual((await fleet()).machines, [{ ...machineOf(1), tMs: null, summary: null }]);

  store.tellLive(1, { cpu: 0.5 });
  store.line.tell({ topic: 'machine', machine: machineOf(2, { name: 'new' }) });
  const { machines } = await fleet();
  assert.deepEqual(
    machines.map(({ name, tMs, summary }) => ({ name, tMs, summary })),
    [
      { name: 'pc-1', tMs: 1000, summary: { cpu: 0.5 } },
      { name: 'new', tMs: null, summary: null },
    ],
  );
  store.line.tell({ topic: 'machine', machine: machineOf(1), removed: true });
  assert.deepEqual(
    (await fleet()).machines.map(({ machine }) => machine),
    [2],
  );
  assert.equal(store.asked, asked);
});

test('the fleet says since when it is stale', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const fleet = async () => (await box.ask('/api/v1/machines', { cookie })).json as Record<string, unknown>;
  await eventually('all sources are fresh', async () => (await fleet()).ingestStaleSinceMs === null);
  assert.equal((await fleet()).staleSinceMs, null);
  assert.equal((await fleet()).clockTrusted, true);
  box.store.line.leave();
  box.door.line.leave();
  const stale = await fleet();
  assert.ok(Math.abs(Number(stale.staleSinceMs) - Number(stale.nowMs)) < 60_000);
  assert.equal(typeof stale.ingestStaleSinceMs, 'number');
});

test('one machine is told with its last values', async (t) => {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  const box = await startWebBox(t, { store });
  const cookie = await box.signIn();
  const answer = (await box.ask('/api/v1/machines/1', { cookie })).json as { latest: { name: string }[] };
  assert.equal(answer.latest[0]?.name, 'system.uptime');
  const missing = await box.ask('/api/v1/machines/7', { cookie, headers: { 'accept-language': 'fr' } });
  assert.equal(missing.status, 404);
  assert.match(missing.text, /Aucune machine ne porte le numéro 7/);
  for (const bad of ['0', 'x', '1.5x', '-1', '99999999999'])
    assert.equal((await box.ask(`/api/v1/machines/${bad}`, { cookie })).status, 400, bad);
  store.line.leave();
  const away = await box.ask('/api/v1/machines/1', { cookie });
  assert.equal(away.status, 503);
  assert.equal(away.text.includes('/run/secret'), false);
});

test('a range takes one or several series and checks its bounds', async (t) => {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  const box = await startWebBox(t, { store });
  const cookie = await box.signIn();
  const range = (query: string) => box.ask(`/api/v1/machines/1/range?${query}`, { cookie });
  const answer = (await range('series=a&series=b&from=1000&to=2000&points=10')).json as Record<
    string,
    unknown
  >;
  assert.equal(answer.count, 10);
  assert.deepEqual(
    (answer.columns as { name: string }[]).map(({ name }) => name),
    ['a', 'b'],
  );
  assert.equal(((await range('series=a&from=0&to=1')).json as { count: number }).count, 300);
  for (const query of [
    'from=1&to=2',
    'series=a&to=2',
    'series=a&from=2&to=2',
    'series=a&from=x&to=2',
    'series=a&from=1&to=2&points=0',
    'series=a&from=1&to=2&points=2001',
    'series=a&from=1&to=2&more=1',
    `series=${'x'.repeat(129)}&from=1&to=2`,
    `${'series=a&'.repeat(65)}from=1&to=2`,
  ])
    assert.equal((await range(query)).status, 400, query.slice(0, 60));
});

test('who may not remove machines cannot put another in the place of one that is up', async (t) => {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  store.machines.set(2, machineOf(2, { state: 'off' }));
  const box = await startWebBox(t, { store });
  box.door.room = [knocking];
  const admin = await box.signIn();
  const operator = await addPerson(box, admin, 'Omar', 'operator');
  await eventually(
    'the fleet is known',
    async () => (await box.ask('/api/v1/machines/1', { cookie: admin })).status === 200,
  );
  const admit = async (cookie: string, same: number) => {
    const body = { digits: '482913', same };
    return (await box.ask(`/api/v1/waiting/${id}/admit`, { method: 'POST', cookie, body })).status;
  };
  assert.deepEqual([await admit(operator, 1), box.door.asked.length], [403, 0]);
  box.door.room = [{ ...knocking, digits: '482913' }];
  assert.notEqual(await admit(operator, 2), 403);
  assert.notEqual(await admit(admin, 1), 403);
});

test('waiting machines are selected, admitted and refused in the name of the person', async (t) => {
  const box = await startWebBox(t);
  box.door.room = [knocking];
  const cookie = await box.signIn();
  const by = { who: 'Marie', role: 'admin', from: '127.0.0.1' };
  const post = (path: string, body: unknown = {}) =>
    box.ask(`/api/v1/waiting${path}`, { method: 'POST', cookie, body });

  assert.deepEqual((await box.ask('/api/v1/waiting', { cookie })).json, [knocking]);
  assert.equal(((await post(`/${id}/select`)).json as { digits: string }).digits, '482913');
  assert.equal((await post('/deselect')).status, 204);
  assert.equal(((await post(`/${id}/admit`, { digits: '482913' })).json as { name: string }).name, 'pc-9');
  assert.equal((await post(`/${id}/refuse`)).status, 204);
  assert.deepEqual(box.door.asked, [
    { what: 'select', id, by },
    { what: 'deselect', id: '' },
    { what: 'admit 482913', id, by },
    { what: 'refuse', id, by },
  ]);
  for (const digits of ['48291', '4829133', 'abcdef', 482913])
    assert.equal((await post(`/${id}/admit`, { digits })).status, 400, String(digits));
  assert.equal((await post('/not-a-key/select')).status, 400);
  const unknown = await post(`/${'cd'.repeat(32)}/select`);
  assert.equal(unknown.status, 404);
  assert.match(unknown.text, /Nobody with this key is waiting/);
});

test('a machine is removed in the name of the person', async (t) => {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  const box = await startWebBox(t, { store });
  const cookie = await box.signIn();
  const remove = (n: number) => box.ask(`/api/v1/machines/${n}`, { method: 'DELETE', cookie, raw: '' });
  assert.equal((await remove(1)).status, 204);
  assert.equal((await remove(2)).status, 404);
  assert.deepEqual(box.door.asked, [
    { what: 'remove', id: 1, by: { who: 'Marie', role: 'admin', from: '127.0.0.1' } },
  ]);
});

test('the panel is shown and its button pressed', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  assert.deepEqual((await box.ask('/api/v1/panel', { cookie })).json, { frame: box.panel.frame });
  const png = await box.ask('/api/v1/panel.png?scale=4', { cookie });
  assert.equal(png.headers['content-type'], 'image/png');
  assert.match(png.text, /PNG 4$/);
  for (const kind of ['press', 'hold', 'double'])
    assert.equal(
      (await box.ask('/api/v1/panel/press', { method: 'POST', cookie, body: { kind } })).status,
      204,
    );
  assert.deepEqual(box.panel.presses, ['press', 'hold', 'double']);
  assert.deepEqual([...new Set(box.panel.pressers)], ['Marie']);
});

test('the journal is told newest first', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const { entries } = (await box.ask('/api/v1/journal?limit=5', { cookie })).json as {
    entries: { kind: string }[];
  };
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['password.first'],
  );
  assert.equal((await box.ask('/api/v1/journal?limit=0', { cookie })).status, 400);
});
