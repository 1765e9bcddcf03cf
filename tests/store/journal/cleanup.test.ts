import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf } from '../../../appliance/store/journal/chain.ts';
import type { Journal } from '../../../appliance/store/journal/journal.ts';
import { aboutKeys, journalKey, rangeOf } from '../../../appliance/store/keys.ts';
import { encodeChecked } from '../../../appliance/store/records/checked.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { TestJournal } from '../../helpers/journal-parts.ts';
import { TestStore } from '../../helpers/store-parts.ts';

const actor = { who: 'Anna', role: 'admin', from: '192.0.2.7' };
const whole = { broken: null, problems: [], next: null };
const dayMs = 86_400_000;

async function fill(journal: Journal, count: number, kind = 'machine.state'): Promise<void> {
  const note = (index: number) =>
    journal.note({ ...actor, kind, text: { en: `event ${index}`, fr: `événement ${index}` } });
  await Promise.all(Array.from({ length: count }, (_, index) => note(index)));
}

const keysIn = async ({ database }: TestJournal) => (await database.keys(rangeOf('journal')).all()).length;

test('a cleanup shows what it would remove, removes it, and the chain holds across it', async (t) => {
  const test = await TestJournal.open(t);
  const { journal, clock } = test;
  await fill(journal, 300);
  await fill(journal, 5, 'sign-in.ok');
  await clock.advance(10 * dayMs);
  await fill(journal, 20);
  const beforeMs = clock.wallMs() - dayMs;
  const preview = await journal.cleanUp({ ...actor, beforeMs, preview: true });
  assert.deepEqual(preview.kinds, { 'machine.state': 300, 'sign-in.ok': 5 });
  assert.equal(preview.anchor, null);
  assert.equal((await journal.find({ kind: 'sign-in' })).entries.length, 5, 'a preview removes nothing');
  const { anchor, ...removed } = await journal.cleanUp({ ...actor, beforeMs, preview: false });
  assert.deepEqual({ ...removed, anchor: null }, preview);
  assert.equal(anchor?.who, 'Anna');
  const { firstId, lastId, count } = anchor.details;
  assert.deepEqual([firstId, lastId, count], [1, 305, 305]);
  assert.equal((await journal.find({ kind: 'sign-in' })).entries.length, 0);
  assert.equal((await journal.find({ text: 'evenement' })).entries.length, 20);
  assert.deepEqual(await journal.verify(), { ...whole, entries: 21 });
  await journal.busy;
  assert.equal(await keysIn(test), 21, 'nothing that was removed is left on the disk');
  await test.restart();
  assert.deepEqual(await test.journal.verify(), { ...whole, entries: 21 });
});

test('an entry without a trusted date is as old as the next one that has one', async (t) => {
  const test = await TestJournal.open(t);
  test.trusted = false;
  await fill(test.journal, 3);
  test.clock.jumpWall(-20 * dayMs);
  await fill(test.journal, 2);
  test.clock.jumpWall(20 * dayMs);
  const query = { ...actor, beforeMs: test.clock.wallMs() + 1, preview: true };
  await assert.rejects(test.journal.cleanUp(query), { code: 'CONFLICT' }, 'nobody knows what time it is');
  test.trusted = true;
  assert.equal((await test.journal.cleanUp(query)).entries, 0, 'no date of theirs counts');
  await fill(test.journal, 1);
  assert.equal((await test.journal.cleanUp(query)).entries, 6);
});

test('a removal that no anchor stands for is found', async (t) => {
  const test = await TestJournal.open(t);
  await fill(test.journal, 40);
  await test.clock.advance(10 * dayMs);
  await fill(test.journal, 3);
  const { anchor } = await test.journal.cleanUp({
    ...actor,
    beforeMs: test.clock.wallMs() - 1,
    preview: false,
  });
  await test.restart(async (database) => {
    const other = { ...anchor!, details: { ...anchor!.details, lastId: 39 } };
    await database.put(journalKey(anchor!.id), encodeChecked({ ...other, hash: hashOf(other) }));
  });
  assert.deepEqual((await test.journal.verify()).problems[0], { id: 41, what: 'unanchored' });
  await test.restart((database) => database.del(aboutKeys.journalStart));
  assert.deepEqual((await test.journal.verify()).problems[0], { id: 1, what: 'removed' });
});

test('a cut within a cleanup leaves a chain that verifies, and the next start finishes it', async (t) => {
  const test = await TestJournal.open(t);
  await fill(test.journal, 600);
  await test.clock.advance(10 * dayMs);
  await test.journal.cleanUp({ ...actor, beforeMs: test.clock.wallMs(), preview: false });
  // What a cut leaves: the beginning is written, older entries still stand there.
  await test.restart(async (database) => {
    for (const id of [1, 7, 300]) await database.put(journalKey(id), Buffer.from('left behind'));
  });
  assert.deepEqual(await test.journal.verify(), { ...whole, entries: 1 });
  assert.equal((await test.journal.find({})).entries[0]?.kind, 'journal.cleaned');
  await test.journal.busy;
  assert.equal(await keysIn(test), 1);
});

test('the oldest go by number and by age of themselves, in lots, as the settings say', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  await fill(test.store.journal, 1500);
  await test.store.settings.put('journal', { keepEntries: 1000, keepDays: 7 });
  await clock.advance(3_600_000);
  await test.store.turn();
  const { journal } = test.store;
  const cleaned = async () => (await test.store.journal.find({ kind: 'journal.cleaned' })).entries;
  assert.equal((await cleaned())[0]?.who, 'store');
  assert.ok((await journal.verify()).entries <= 1001);
  await fill(test.store.journal, 600);
  await test.store.turn();
  assert.equal((await cleaned()).length, 1, 'once an hour');
  // The store sleeps meanwhile: its loop would take thousands of turns.
  await test.stop();
  await clock.advance(8 * dayMs);
  await test.start();
  await test.store.turn();
  const left = await test.store.journal.verify();
  assert.equal(left.broken, null);
  assert.ok(left.entries < 20, `${left.entries} entries are left`);
});
