import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../../appliance/store/client/types.ts';
import { TestStore } from '../../helpers/store-parts.ts';

const put = (namespace: string, key: string, value: unknown) => ({ namespace, key, value });

test('records are kept by namespace and key, and namespaces do not mix', async (t) => {
  const test = await TestStore.open(t);
  const { records } = test.store;
  await records.write([put('user', 'anna', { role: 'admin' })]);
  await records.write([put('user', 'bert', { role: 'viewer' })]);
  await records.write([put('users', 'anna', 'another namespace'), put('use', 'ranna', 'and another')]);
  await test.restart();
  const again = test.store.records;
  assert.deepEqual((await again.get('user', 'anna'))?.value, { role: 'admin' });
  assert.deepEqual(
    (await again.list('user')).records.map(({ key, value }) => ({ key, value })),
    [
      { key: 'anna', value: { role: 'admin' } },
      { key: 'bert', value: { role: 'viewer' } },
    ],
  );
  await again.write([{ namespace: 'user', key: 'anna', delete: true }]);
  assert.equal(await again.get('user', 'anna'), null);
  assert.deepEqual(
    (await again.list('user')).records.map((one) => one.key),
    ['bert'],
  );
  assert.equal((await again.get('users', 'anna'))?.value, 'another namespace');
});

test('many records at once share few syncs and are all there, page by page and by the beginning of the key', async (t) => {
  const test = await TestStore.open(t);
  const { records } = test.store;
  const keys = Array.from({ length: 200 }, (_, index) => `key ${String(index).padStart(3, '0')}`);
  await Promise.all(keys.map((key) => records.write([put('many', key, key)])));
  const seen: unknown[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < 5; pages++) {
    const page = await records.list('many', { limit: 64, after });
    seen.push(...page.records.map((one) => one.value));
    if (page.more === null) break;
    after = page.more;
  }
  assert.deepEqual(seen, keys);
  const some = await records.list('many', { prefix: 'key 01' });
  assert.deepEqual(
    some.records.map((one) => one.key),
    keys.slice(10, 20),
  );
});

test('of writers that read the same version one wins, also when they write at once', async (t) => {
  const test = await TestStore.open(t);
  const { records } = test.store;
  const create = (value: number) => records.write([{ ...put('lock', 'one', value), ifVersion: null }]);
  const created = await Promise.allSettled([1, 2, 3, 4].map(create));
  assert.deepEqual(
    created.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected', 'rejected'],
  );
  const { value, version } = (await records.get('lock', 'one'))!;
  assert.equal(value, 1);
  const next = await records.write([{ ...put('lock', 'one', 'next'), ifVersion: version }]);
  await assert.rejects(records.write([{ ...put('lock', 'one', 'late'), ifVersion: version }]), {
    code: 'CONFLICT',
    path: 'writes[0].ifVersion',
  });
  await records.write([{ namespace: 'lock', key: 'one', delete: true, ifVersion: next[0]! }]);
  assert.equal(await records.get('lock', 'one'), null);
});

test('several writes are done together or not at all', async (t) => {
  const test = await TestStore.open(t);
  const { records } = test.store;
  const told: Change[] = [];
  test.store.changes.watch({ topics: ['record:watch.incidents'] }, (change) => told.push(change));
  const writes = [put('watch.incidents', '7', 'open'), { ...put('watch.out', '7', 'mail'), ifVersion: null }];
  const versions = await records.write(writes);
  assert.deepEqual(told, [{ topic: 'record:watch.incidents', key: '7', version: versions[0] }]);
  await assert.rejects(records.write([put('watch.incidents', '7', 'closed'), writes[1]!]), {
    code: 'CONFLICT',
    path: 'writes[1].ifVersion',
  });
  assert.equal((await records.get('watch.incidents', '7'))?.value, 'open');
  const within = [
    { namespace: 'watch.out', key: '7', delete: true as const },
    { ...put('watch.out', '7', 'again'), ifVersion: null },
  ];
  await records.write(within);
  assert.equal((await records.get('watch.out', '7'))?.value, 'again');
  assert.equal(told.length, 1);
});
