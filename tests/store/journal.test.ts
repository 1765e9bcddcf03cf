import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeChecked } from '../../appliance/store/checked.ts';
import type { JournalEntry } from '../../appliance/store/client/types.ts';
import { databaseAt, openOptions } from '../../appliance/store/database.ts';
import { follows, hashOf } from '../../appliance/store/journal.ts';
import { journalKey } from '../../appliance/store/keys.ts';
import { TestStore } from '../helpers/store-parts.ts';

const actor = { who: 'Anna', role: 'admin', from: '192.0.2.7' };
const note = (kind: string, en: string, fr = en) => ({ ...actor, kind, text: { en, fr } });

test('entries follow from one another, also when many are noted at once and over a restart', async (t) => {
  const test = await TestStore.open(t);
  const { journal } = test.store;
  await Promise.all([1, 2, 3, 4, 5].map((index) => journal.note(note('sign-in.ok', `${index}`))));
  await test.restart();
  await test.store.journal.note(note('sign-in.failed', 'after'));
  const entries = (await test.store.journal.find({})).reverse();
  assert.equal(entries.length, 8);
  assert.deepEqual(
    entries.map((entry) => entry.id),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  let before = { id: 0, hash: '0'.repeat(64) };
  for (const entry of entries) {
    assert.ok(follows(before, entry), `entry ${entry.id}`);
    before = entry;
  }
  assert.deepEqual(await test.store.journal.verify(), { entries: 8, broken: null });
});

const changes: Record<string, (entry: JournalEntry) => JournalEntry> = {
  'another person': (entry) => ({ ...entry, who: 'Bert' }),
  'another date': (entry) => ({ ...entry, atMs: entry.atMs + 1 }),
  'another French text': (entry) => ({ ...entry, text: { ...entry.text, fr: 'autre' } }),
  'another detail': (entry) => ({ ...entry, details: { count: 2 } }),
  'a text with a hash that fits it': (entry) => {
    const changed = { ...entry, text: { en: 'x', fr: 'x' } };
    return { ...changed, hash: hashOf(changed) };
  },
};

for (const [what, change] of Object.entries(changes)) {
  test(`${what} in an old entry is found`, async (t) => {
    const test = await TestStore.open(t);
    for (const en of ['one', 'two', 'three']) {
      await test.store.journal.note({ ...note('settings.changed', en), details: { count: 1 } });
    }
    const [entry] = await test.store.journal.find({ text: 'two' });
    await test.stop();
    await tamper(test.folder, (put) => put(journalKey(entry!.id), encodeChecked(change(entry!))));
    await test.start();
    const { broken } = await test.store.journal.verify();
    assert.ok(broken === entry!.id || broken === entry!.id + 1, `broken is ${broken}`);
  });
}

test('an entry that was taken out is found', async (t) => {
  const test = await TestStore.open(t);
  for (const en of ['one', 'two', 'three']) await test.store.journal.note(note('settings.changed', en));
  await test.stop();
  await tamper(test.folder, (_put, remove) => remove(journalKey(3)));
  await test.start();
  assert.deepEqual(await test.store.journal.verify(), { entries: 2, broken: 3 });
});

test('entries are found by kind, machine, text and page', async (t) => {
  const test = await TestStore.open(t);
  const { journal } = test.store;
  await journal.note({ ...note('machine.admitted', 'Lab 3 was admitted', 'Labo 3 a été admis'), machine: 3 });
  await journal.note({ ...note('machine.state', 'Lab 3 is silent', 'Labo 3 se tait'), machine: 3 });
  await journal.note({ ...note('machine.state', 'Lab 4 is silent', 'Labo 4 se tait'), machine: 4 });
  const ids = async (query: Parameters<typeof journal.find>[0]) =>
    (await journal.find(query)).map((entry) => entry.id);
  assert.deepEqual(await ids({ kind: 'machine.state' }), [4, 3]);
  assert.deepEqual(await ids({ kind: 'machine' }), [4, 3, 2]);
  assert.deepEqual(await ids({ machine: 3 }), [3, 2]);
  assert.deepEqual(await ids({ text: 'LABO 4' }), [4]);
  assert.deepEqual(await ids({ limit: 2 }), [4, 3]);
  assert.deepEqual(await ids({ limit: 2, before: 3 }), [2, 1]);
});

async function tamper(
  folder: string,
  change: (
    put: (key: Buffer, value: Buffer) => Promise<void>,
    remove: (key: Buffer) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const database = databaseAt(join(folder, 'db'));
  await database.open(openOptions);
  await change(
    (key, value) => database.put(key, value),
    (key) => database.del(key),
  );
  await database.close();
}
