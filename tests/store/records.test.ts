import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestStore } from '../helpers/store-parts.ts';

test('records are kept by namespace and key, and namespaces do not mix', async (t) => {
  const test = await TestStore.open(t);
  const { records } = test.store;
  await records.put('user', 'anna', { role: 'admin' });
  await records.put('user', 'bert', { role: 'viewer' });
  await records.put('users', 'anna', 'another namespace');
  await records.put('use', 'ranna', 'and another');
  await test.restart();
  const again = test.store.records;
  assert.deepEqual(await again.get('user', 'anna'), { role: 'admin' });
  assert.deepEqual(await again.list('user'), [
    { key: 'anna', value: { role: 'admin' } },
    { key: 'bert', value: { role: 'viewer' } },
  ]);
  await again.delete('user', 'anna');
  assert.equal(await again.get('user', 'anna'), null);
  assert.deepEqual(
    (await again.list('user')).map((one) => one.key),
    ['bert'],
  );
  assert.equal(await again.get('users', 'anna'), 'another namespace');
});

test('many records at once share few syncs and are all there', async (t) => {
  const test = await TestStore.open(t);
  const keys = Array.from({ length: 200 }, (_, index) => `key ${String(index).padStart(3, '0')}`);
  await Promise.all(keys.map((key) => test.store.records.put('many', key, key)));
  assert.deepEqual(
    (await test.store.records.list('many')).map((one) => one.value),
    keys,
  );
});
