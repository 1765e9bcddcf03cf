import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JournalEntry } from '../../../appliance/store/client/types.ts';
import { follows, hashOf } from '../../../appliance/store/journal/journal.ts';
import { journalKey } from '../../../appliance/store/keys.ts';
import { encodeChecked } from '../../../appliance/store/records/checked.ts';
import { TestJournal } from '../../helpers/journal-parts.ts';

const actor = { who: 'Anna', role: 'admin', from: '192.0.2.7' };
const whole = (entries: number) => ({ entries, broken: null, problems: [], next: null });
const note = (kind: string, en: string, fr = en) => ({ ...actor, kind, text: { en, fr } });

test('entries follow from one another, also when many are noted at once and over a restart', async (t) => {
  const test = await TestJournal.open(t);
  const { journal } = test;
  await Promise.all([1, 2, 3, 4, 5].map((index) => journal.note(note('sign-in.ok', `${index}`))));
  await test.restart();
  await test.journal.note(note('sign-in.failed', 'after'));
  const entries = (await test.journal.find({})).entries.reverse();
  assert.equal(entries.filter((entry) => entry.kind.startsWith('sign-in.')).length, 6);
  let before = { id: 0, hash: '0'.repeat(64) };
  for (const entry of entries) {
    assert.ok(follows(before, entry), `entry ${entry.id}`);
    before = entry;
  }
  assert.deepEqual(await test.journal.verify(), whole(entries.length));
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
    const test = await TestJournal.open(t);
    for (const en of ['one', 'two', 'three']) {
      await test.journal.note({ ...note('settings.changed', en), details: { count: 1 } });
    }
    const [entry] = (await test.journal.find({ text: 'two' })).entries;
    await test.restart((database) => database.put(journalKey(entry!.id), encodeChecked(change(entry!))));
    const { broken } = await test.journal.verify();
    assert.ok(broken === entry!.id || broken === entry!.id + 1, `broken is ${broken}`);
  });
}

test('an entry that was taken out, two that changed places and damage are found and named', async (t) => {
  const test = await TestJournal.open(t);
  const ids: number[] = [];
  for (const en of ['one', 'two', 'three', 'four', 'five', 'six', 'seven'])
    ids.push((await test.journal.note(note('settings.changed', en))).id);
  const [, two, , four, five, , seven] = ids as [number, number, number, number, number, number, number];
  await test.restart(async (database) => {
    await database.del(journalKey(two));
    const values = await database.getMany([four, five, seven - 1].map(journalKey));
    await database.put(journalKey(four), values[1]!);
    await database.put(journalKey(five), values[0]!);
    values[2]![40]! ^= 1;
    await database.put(journalKey(seven - 1), values[2]!);
  });
  const { problems, broken } = await test.journal.verify();
  assert.equal(broken, two);
  assert.deepEqual(
    problems.filter(({ what }) => what !== 'unlinked'),
    [
      { id: two, what: 'removed' },
      { id: four, what: 'moved' },
      { id: five, what: 'moved' },
      { id: seven - 1, what: 'damaged' },
    ],
  );
  const page = await test.journal.find({ kind: 'settings' });
  assert.deepEqual(page.damaged, [seven - 1], 'the others are still found');
  assert.equal(page.entries[0]?.id, seven);
});

test('entries are found by kind, machine, text in either language, time and page', async (t) => {
  const test = await TestJournal.open(t);
  const { journal } = test;
  const { id: base } = await journal.note({
    ...note('machine.admitted', 'Lab 3 was admitted', 'Labo 3 a été admis'),
    machine: 3,
  });
  await journal.note({ ...note('machine.state', 'Lab 3 is silent', 'Labo 3 se tait'), machine: 3 });
  const last = await journal.note({
    ...note('machine.state', 'Lab 4 is silent', 'Labo 4 se tait'),
    machine: 4,
  });
  const ids = async (query: Parameters<typeof journal.find>[0]) =>
    (await journal.find(query)).entries.map((entry) => entry.id - base);
  assert.deepEqual(await ids({ kind: 'machine.state' }), [2, 1]);
  for (const kind of ['machine', 'machine.', 'machine.*']) assert.deepEqual(await ids({ kind }), [2, 1, 0]);
  assert.deepEqual(await ids({ kind: 'mach' }), []);
  assert.deepEqual(await ids({ machine: 3 }), [1, 0]);
  assert.deepEqual(await ids({ text: 'LABO 4' }), [2]);
  assert.deepEqual(await ids({ text: 'ETE adm' }), [0], 'without accents, parts of words, in any order');
  assert.deepEqual(await ids({ text: 'Été silent' }), []);
  assert.deepEqual(await ids({ limit: 2 }), [2, 1]);
  assert.deepEqual(await ids({ limit: 2, before: base + 2 }), [1, 0]);
  assert.deepEqual(await ids({ fromMs: last.atMs + 1 }), []);
  assert.equal((await ids({ fromMs: last.atMs, toMs: last.atMs + 1, machine: 4 })).length, 1);
});

test('behind an entry that cannot be read the journal goes on', async (t) => {
  const test = await TestJournal.open(t);
  await test.journal.note(note('settings.changed', 'one'));
  const { id } = await test.journal.note(note('settings.changed', 'two'));
  await test.restart((database) => database.put(journalKey(id), Buffer.from('damaged')));
  await test.journal.note(note('settings.changed', 'three'));
  await test.journal.note(note('settings.changed', 'four'));
  await test.restart();
  assert.deepEqual((await test.journal.verify()).problems, [{ id, what: 'damaged' }]);
  assert.equal((await test.journal.find({ text: 'o' })).entries.length, 2);
});
