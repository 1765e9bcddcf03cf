import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
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

for (const version of [1, 2]) {
  test(`a store folder with blocks of version ${version} gives the answers that it gave when it was recorded`, async (t) => {
    const { store, failures } = await TestStore.open(t, { folder: copied(version) });
    const answers: unknown = JSON.parse(JSON.stringify(await answersOf(store)));
    const recorded = readFileSync(join(fixtures, `store-v${version}`, 'answers.json'), 'utf8');
    assert.deepEqual(answers, JSON.parse(recorded));
    const { entries, broken } = await store.journal.verify();
    assert.deepEqual([entries > 2, broken], [true, null]);
    assert.deepEqual(failures, []);
  });

  test(`the folder of version ${version} has blocks of that version`, async (t) => {
    const folder = copied(version);
    t.after(() => rmSync(folder, { recursive: true }));
    const database = databaseAt(join(folder, 'db'));
    await database.open(openOptions);
    const blocks = await database.values(rangeOf('block')).all();
    await database.close();
    assert.ok(blocks.length > 1);
    assert.ok(blocks.every((bytes) => bytes[0] === version));
  });
}

test('a store folder of version 1 goes on: numbers, journal and dictionaries continue', async (t) => {
  const test = await TestStore.open(t, { folder: copied(1) });
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
