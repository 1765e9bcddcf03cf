// Every route and every caller: what the table gives, and nothing else.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { nameOfRoute } from '../../appliance/runtime/socket/roles.ts';
import { createStoreClient, type StoreClient } from '../../appliance/store/client/client.ts';
import { type StoreRole, storeRoles, storeSocket } from '../../appliance/store/client/roles.ts';
import { resetRoutes } from '../../appliance/store/resets.ts';
import { routeRoles } from '../../appliance/store/roles.table.ts';
import { storeRoutes, storeServer } from '../../appliance/store/server.ts';
import { TestStore } from '../helpers/store-parts.ts';

const resets = { last: async () => null, begin: async () => undefined };

async function served(t: TestContext) {
  const test = await TestStore.open(t);
  const log = createLog({ name: 'store', level: 'error', write: () => undefined });
  const server = storeServer({ runDir: test.folder, store: () => test.store, resets, log });
  await server.start(new AbortController().signal);
  t.after(() => server.stop());
  const as = (role: StoreRole): StoreClient => {
    const client = createStoreClient({ runDir: test.folder, as: role });
    t.after(() => client.close());
    return client;
  };
  return { test, as };
}

const forbidden = (error: unknown) => error instanceof Failure && error.code === 'FORBIDDEN';
const note = (kind: string) => ({
  ...{ kind, who: 'eve', role: 'admin', from: 'there' },
  text: { en: 'x', fr: 'x' },
});

test('the table names every route, and no other', () => {
  const routes = [...storeRoutes(() => assert.fail('nothing is asked')), ...resetRoutes(resets)];
  const names = routes.map(nameOfRoute);
  assert.deepEqual([...names].sort(), Object.keys(routeRoles).sort());
});

test('each caller gets its routes and is refused all others', async (t) => {
  const { test } = await served(t);
  for (const role of storeRoles) {
    const local = createLocalClient({ path: join(test.folder, storeSocket(role)) });
    t.after(() => local.close());
    for (const [name, roles] of Object.entries(routeRoles)) {
      const [method = '', pattern = ''] = name.split(' ');
      if (pattern === '/v1/commits' || pattern === '/v1/changes') continue; // Streams: followed below.
      const path = pattern.replace(':machine', '7').replace(/:\w+/g, `${role}.x`);
      const call = {
        GET: local.get,
        POST: local.post,
        PUT: local.put,
        PATCH: local.patch,
        DELETE: local.delete,
      };
      const code = await call[method as keyof typeof call](path).then(
        () => 'answered',
        (error: unknown) => (error instanceof Failure ? error.code : String(error)),
      );
      assert.equal(code !== 'FORBIDDEN', roles.includes(role), `${role}: ${name}: ${code}`);
    }
  }
});

test('only the door follows commits', async (t) => {
  const { as } = await served(t);
  const follow = (client: StoreClient) =>
    new Promise<string>((resolve) => {
      const following = client.commits({
        onCommit: () => resolve('told'),
        onDown: ({ code }) => resolve(code),
      });
      t.after(() => following.stop());
    });
  assert.equal(await follow(as('ingest')), 'told');
  assert.equal(await follow(as('web')), 'FORBIDDEN');
});

test('a daemon reads and writes its own records only', async (t) => {
  const { test, as } = await served(t);
  const [web, ingest] = [as('web'), as('ingest')];
  await web.putRecord('users', 'ada', { role: 'admin' });
  await ingest.putRecord('ingest.tokens', 'one', { uses: 1 });
  await assert.rejects(ingest.records('users'), forbidden);
  await assert.rejects(ingest.putRecord('users', 'eve', {}), forbidden);
  await assert.rejects(web.record('ingest.tokens', 'one'), forbidden);
  await assert.rejects(web.putRecord('ingest.tokens', 'two', {}), forbidden);
  await assert.rejects(web.deleteRecord('ingest.tokens', 'one'), forbidden);
  await assert.rejects(as('display').records('users'), forbidden);
  const local = createLocalClient({ path: join(test.folder, storeSocket('web')) });
  t.after(() => local.close());
  const write = (namespace: string) => ({ namespace, key: 'one', value: { uses: 9 } });
  const mixed = { writes: [write('users'), write('ingest.tokens')] };
  await assert.rejects(local.post('/v1/records', mixed), forbidden);
  assert.deepEqual(await ingest.record('ingest.tokens', 'one'), { uses: 1 });
});

test('notes that are written with records are in the journal with them, or neither is', async (t) => {
  const { test, as } = await served(t);
  const watch = as('watch');
  const one = { namespace: 'watch.incidents', key: 'one', value: { state: 'open' }, ifVersion: null };
  const note = (kind: string) => ({
    ...{ kind, who: 'watch', role: 'system', from: 'box', machine: 4 },
    text: { en: 'x', fr: 'x' },
  });
  const [version] = await watch.writeRecords([one], [note('incident.opened'), note('incident.acknowledged')]);
  await assert.rejects(watch.writeRecords([one], [note('incident.opened')]), { code: 'CONFLICT' });
  await assert.rejects(watch.writeRecords([{ ...one, ifVersion: version }], [note('sign-in.ok')]), forbidden);
  await assert.rejects(
    as('web').writeRecords([{ namespace: 'users', key: 'a', value: 1 }], [note('incident.opened')]),
    forbidden,
  );
  const kinds = async () =>
    (await test.store.journal.find({ kind: 'incident' })).entries.map(({ kind }) => kind);
  assert.deepEqual(await kinds(), ['incident.acknowledged', 'incident.opened']);
  assert.equal((await as('web').journal({ machine: 4 })).length, 2);
  await test.restart();
  assert.deepEqual(await kinds(), ['incident.acknowledged', 'incident.opened']);
  assert.equal((await test.store.journal.verify()).broken, null);
  assert.deepEqual((await test.store.records.get('watch.incidents', 'one'))?.value, { state: 'open' });
});

test('nobody follows the records of another', async (t) => {
  const { test } = await served(t);
  const ask = async (role: StoreRole, topic: string) => {
    const local = createLocalClient({ path: join(test.folder, storeSocket(role)) });
    t.after(() => local.close());
    return new Promise<string>((resolve) => {
      const following = local.follow('/v1/changes', {
        query: { topic },
        onLine: () => undefined,
        onUp: () => resolve('told'),
        onDown: ({ code }) => resolve(code),
      });
      t.after(() => following.stop());
    });
  };
  assert.equal(await ask('web', 'record:users'), 'told');
  assert.equal(await ask('display', 'record:users'), 'FORBIDDEN');
  assert.equal(await ask('web', 'record:ingest.tokens'), 'FORBIDDEN');
  assert.equal(await ask('web', 'record:ingest.services'), 'told');
  assert.equal(await ask('display', 'record:ingest.services'), 'FORBIDDEN');
  assert.equal(await ask('display', 'journal'), 'FORBIDDEN');
});

test('services are read by those whose rules and pages are about them, and written by the door only', async (t) => {
  const { as } = await served(t);
  await as('ingest').putRecord('ingest.services', '4', { services: [] });
  for (const role of ['web', 'watch'] as const) {
    const reader = as(role);
    assert.deepEqual(await reader.record('ingest.services', '4'), { services: [] });
    assert.equal((await reader.records('ingest.services')).length, 1);
    await assert.rejects(reader.putRecord('ingest.services', '4', {}), forbidden);
    await assert.rejects(reader.deleteRecord('ingest.services', '4'), forbidden);
    await assert.rejects(
      reader.writeRecords([{ namespace: 'ingest.services', key: '4', value: {} }]),
      forbidden,
    );
  }
  await assert.rejects(as('display').record('ingest.services', '4'), forbidden);
});

test('nobody speaks in the journal with the words of another', async (t) => {
  const { as } = await served(t);
  await as('web').note(note('sign-in.ok'));
  await as('ingest').note(note('machine.admitted'));
  await assert.rejects(as('web').note(note('machine.admitted')), forbidden);
  for (const kind of ['sign-in.ok', 'password.changed', 'person.role'])
    for (const role of ['ingest', 'watch', 'display'] as const)
      await assert.rejects(as(role).note(note(kind)), forbidden);
  // An anchor that nobody has set would say of whole entries that they were removed.
  for (const kind of ['store.started', 'journal.cleaned'])
    for (const role of storeRoles) await assert.rejects(as(role).note(note(kind)), forbidden);
});

test('each socket stands in a folder of its own, which nobody else may enter', async (t) => {
  const { test } = await served(t);
  for (const role of storeRoles) {
    const folder = dirname(join(test.folder, storeSocket(role)));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  }
});
