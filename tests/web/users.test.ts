import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPasswords } from '../../appliance/web/passwords.ts';
import { createUsers } from '../../appliance/web/users.ts';
import { StoreInRam } from '../helpers/web-sources.ts';

test('of people who set the first password at the same moment, one does', async () => {
  const store = new StoreInRam();
  const users = createUsers({ store: store.client(), passwords: createPasswords() });
  const names = ['Marie', 'Eve', 'Mallory'];
  const results = await Promise.allSettled(names.map((name) => users.createFirst(name, 'long enough', 1)));
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'rejected'],
  );
  assert.equal([...store.records.keys()].filter((key) => key.startsWith('users/')).length, 1);
});

test('nobody is called like the box, its panel, or with letters that cannot be seen', async () => {
  const users = createUsers({ store: new StoreInRam().client(), passwords: createPasswords() });
  for (const name of ['panel', ' Box ', 'ＮｅｔＭｏｎｉｔｏｒ', 'unknown', 'Marie\u115f', 'Ma\u034frie'])
    await assert.rejects(users.invite(name, 'viewer', 1), { path: 'name' }, name);
  await users.invite('Marie', 'viewer', 1);
});

test('a name that does not fit leaves the place to the next one', async () => {
  const users = createUsers({ store: new StoreInRam().client(), passwords: createPasswords() });
  await assert.rejects(users.createFirst('\u202eeiraM', 'long enough', 1));
  await users.createFirst('Marie', 'long enough', 1);
  assert.equal(await users.anybody(), true);
});
