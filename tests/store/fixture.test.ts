import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../helpers/programs.ts';
import { TestStore } from '../helpers/store-parts.ts';
import { answersOf } from './record-fixture.ts';

const fixture = join(repository, 'tests/fixtures/store-v1');

test('a store folder of version 1 gives the answers that it gave when it was recorded', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nm-'));
  cpSync(join(fixture, 'store'), folder, { recursive: true });
  const test = await TestStore.open(t, { folder });
  const answers: unknown = JSON.parse(JSON.stringify(await answersOf(test.store)));
  assert.deepEqual(answers, JSON.parse(readFileSync(join(fixture, 'answers.json'), 'utf8')));
  const { entries, broken } = await test.store.journal.verify();
  assert.deepEqual([entries > 2, broken], [true, null]);
  assert.deepEqual(test.failures, []);
});

test('a store folder of version 1 goes on: numbers, journal and dictionaries continue', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nm-'));
  cpSync(join(fixture, 'store'), folder, { recursive: true });
  const test = await TestStore.open(t, { folder });
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
