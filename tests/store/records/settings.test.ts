import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Change } from '../../../appliance/store/client/types.ts';
import { databaseAt, openOptions } from '../../../appliance/store/database/database.ts';
import { settingKey } from '../../../appliance/store/keys.ts';
import { TestStore } from '../../helpers/store-parts.ts';

test('a setting is null until it is put, and then what was put, also after a restart', async (t) => {
  const test = await TestStore.open(t);
  assert.equal(test.store.settings.get('mail'), null);
  const told: Change[] = [];
  test.store.changes.watch({ topics: ['setting'] }, (change) => told.push(change));
  await test.store.settings.put('mail', { host: 'mail.example', ports: [25, 587] });
  assert.deepEqual(told, [{ topic: 'setting', section: 'mail' }]);
  await test.restart();
  assert.deepEqual(test.store.settings.get('mail'), { host: 'mail.example', ports: [25, 587] });
});

for (const [what, hurt] of [
  ['one flipped bit', (bytes: Buffer) => bytes.with(bytes.length - 3, bytes.at(-3)! ^ 1)],
  ['a missing end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 2)],
  ['nothing left', () => Buffer.alloc(0)],
] as const) {
  test(`a damaged settings section (${what}) is put back from the copy`, async (t) => {
    const test = await TestStore.open(t);
    await test.store.settings.put('mail', { host: 'mail.example' });
    await test.stop();
    const database = databaseAt(join(test.folder, 'db'));
    await database.open(openOptions);
    const bytes = Buffer.from(hurt((await database.get(settingKey('mail')))!));
    await database.put(settingKey('mail'), bytes, { sync: true });
    await database.close();
    await test.start();
    assert.deepEqual(test.store.settings.get('mail'), { host: 'mail.example' });
  });
}
