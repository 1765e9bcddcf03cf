import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { journalMatcher } from '../../../appliance/store/client/journal-match.ts';
import type { JournalEntry, JournalQuery } from '../../../appliance/store/client/types.ts';
import type { Journal } from '../../../appliance/store/journal/journal.ts';
import { journalIndexRange } from '../../../appliance/store/keys.ts';
import { eventually } from '../../helpers/eventually.ts';
import { TestJournal } from '../../helpers/journal-parts.ts';

const rooms = ['Atelier', 'Büro', 'Économat', 'Lab'];
const kinds = ['machine.state', 'machine.admitted', 'sign-in.ok', 'sign-in.failed'];

async function fill({ journal, clock }: TestJournal, count: number): Promise<void> {
  const note = (index: number) => {
    // Now and then the clock is set back.
    clock.jumpWall(index % 97 === 0 ? -20_000 : 1000);
    const name = `${rooms[index % rooms.length]}-${index % 40}`;
    return journal.note({
      kind: kinds[Math.floor(index / 7) % kinds.length]!,
      who: index % 3 === 0 ? 'Zoé' : '',
      role: 'admin',
      from: `192.0.2.${index % 250}`,
      machine: index % 5 === 0 ? null : (index % 40) + 1,
      text: { en: `${name} changed at ${index}`, fr: `${name} a changé à ${index}` },
    });
  };
  await Promise.all(Array.from({ length: count }, (_, index) => note(index)));
}

async function every(
  journal: Journal,
  query: JournalQuery,
): Promise<{ entries: JournalEntry[]; pages: number }> {
  const entries: JournalEntry[] = [];
  let before: number | undefined;
  for (let pages = 1; ; pages++) {
    const page = await journal.find({ ...query, before });
    entries.push(...page.entries);
    if (page.more === null) return { entries, pages };
    assert.ok(before === undefined || page.more < before, 'each page goes on further down');
    before = page.more;
  }
}

test('whatever is asked, the index finds what reading every entry finds', async (t) => {
  const test = await TestJournal.open(t);
  const begun = test.clock.wallMs();
  await fill(test, 1100);
  const all = (await every(test.journal, { limit: 300 })).entries;
  assert.equal(all.length, 1100);
  const query = fc.record(
    {
      kind: fc.constantFrom('machine', 'machine.state', 'sign-in.*', 'store', 'none'),
      machine: fc.constantFrom(1, 2, 17, 99),
      text: fc.constantFrom('zoe', 'econ 3', 'ATELIER-4', 'buro-1 chang', '2.17', 'at 77', 'a', 'nowhere'),
      limit: fc.integer({ min: 1, max: 400 }),
      fromMs: fc.integer({ min: -200_000, max: 600_000 }).map((ms) => begun + ms),
      toMs: fc.integer({ min: 0, max: 1_000_000 }).map((ms) => begun + ms),
    },
    { requiredKeys: ['limit'] },
  );
  await fc.assert(
    fc.asyncProperty(query, async (asked) => {
      const found = (await every(test.journal, asked)).entries.map(({ id }) => id);
      assert.deepEqual(
        found,
        all.filter(journalMatcher(asked)).map(({ id }) => id),
      );
    }),
    { numRuns: 40 },
  );
});

test('a question that nothing narrows is answered in steps, each of a bounded number of entries', async (t) => {
  const test = await TestJournal.open(t);
  await fill(test, 5000);
  const first = await test.journal.find({ text: 'zq' });
  assert.deepEqual(first.entries, []);
  assert.ok(first.more !== null && first.more > 1, 'the first step has not looked at everything');
  const { entries, pages } = await every(test.journal, { text: 'zq' });
  assert.deepEqual([entries.length, pages], [0, 2]);
});

test('entries of a store that had no index are found at once, and get one in the background', async (t) => {
  const test = await TestJournal.open(t);
  const { database, clock } = test;
  await fill(test, 1000);
  const query = { text: 'atelier-4', kind: 'machine' };
  const before = (await every(test.journal, query)).entries;
  assert.ok(before.length > 0);
  const keys = await database.keys(journalIndexRange('columns')).all();
  assert.equal(keys.length, 3);
  await test.restart(() => database.batch(keys.map((key) => ({ type: 'del' as const, key }))));
  assert.deepEqual((await every(test.journal, query)).entries, before);
  let done = false;
  test.journal.busy.then(() => {
    done = true;
  }, assert.fail);
  await eventually('the index', async () => {
    await clock.advance(100);
    return done;
  });
  assert.deepEqual((await every(test.journal, query)).entries, before);
  assert.deepEqual(await database.keys(journalIndexRange('columns')).all(), keys);
});
