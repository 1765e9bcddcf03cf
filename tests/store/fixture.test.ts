import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exitCodeOf, Failure } from '../../appliance/runtime/errors.ts';
import { databaseAt, openOptions } from '../../appliance/store/database/database.ts';
import { rangeOf } from '../../appliance/store/keys.ts';
import { repository } from '../helpers/programs.ts';
import { TestStore } from '../helpers/store-parts.ts';
import { answersOf } from './record-fixture.ts';

const fixtures = join(repository, 'tests/fixtures');

/** A copy, to be written to. */
function copied(version: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'nm-'));
  cpSync(join(fixtures, `store-v${version}`, 'store'), folder, { recursive: true });
  return folder;
}

test('a store folder gives the answers that it gave when it was recorded', async (t) => {
  const { store, failures } = await TestStore.open(t, { folder: copied(2) });
  const answers: unknown = JSON.parse(JSON.stringify(await answersOf(store)));
  assert.deepEqual(answers, JSON.parse(readFileSync(join(fixtures, 'store-v2', 'answers.json'), 'utf8')));
  const { entries, broken } = await store.journal.verify();
  assert.deepEqual([entries > 2, broken], [true, null]);
  assert.deepEqual(failures, []);
});

test('the folder has blocks of version 2', async (t) => {
  const folder = copied(2);
  t.after(() => rmSync(folder, { recursive: true }));
  const database = databaseAt(join(folder, 'db'));
  await database.open(openOptions);
  const blocks = await database.values(rangeOf('block')).all();
  await database.close();
  assert.ok(blocks.length > 1);
  assert.ok(blocks.every((bytes) => bytes[0] === 2));
});

test('a store folder goes on: numbers, journal and dictionaries continue', async (t) => {
  const test = await TestStore.open(t, { folder: copied(2) });
  const { machine } = await test.store.registry.admit({
    key: 'e'.repeat(64),
    name: 'new pc',
    by: 'Anna',
    local: false,
  });
  assert.equal(machine, 4, 'number 2 was removed and stays with its key');
  await test.store.journal.note({ kind: 'x', who: '', role: '', from: '', text: { en: '', fr: '' } });
  assert.equal((await test.store.journal.verify()).broken, null);
});

for (const without of [[], ['created'], ['spare'], ['created', 'spare']]) {
  const what = without.length === 0 ? 'whole' : `without ${without.join(' and ')}`;
  test(`a store folder of format 1, ${what}, is refused by name and stays as it is`, async (t) => {
    const folder = copied(1);
    for (const name of without) rmSync(join(folder, name), { recursive: true, force: true });
    const before = tablesIn(folder);
    await assert.rejects(TestStore.open(t, { folder }), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.message, /is of format 1, and this version reads format 2/);
      assert.equal(exitCodeOf(error), 78);
      return true;
    });
    const after = tablesIn(folder);
    assert.deepEqual(
      before.filter((name) => !after.includes(name)),
      [],
    );
  });
}

/** Opening writes LevelDB's log into a table, as it does always. */
function tablesIn(folder: string): string[] {
  return readdirSync(join(folder, 'db')).filter((name) => name.endsWith('.ldb'));
}
