import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../helpers/clock.ts';
import { consoleOverStore } from '../../helpers/console-store.ts';

test('clock shows what time the box has and who says so, and takes what a person says', async (t) => {
  const { run, test } = await consoleOverStore(t, {
    clock: new FakeClock(0),
    config: { clock: 'untrusted' },
  });
  const shown = await run(['clock']);
  assert.equal(shown.code, 1);
  assert.match(shown.said, /Nobody vouches/);
  assert.equal((await run(['clock', '--confirm', 'noon'])).code, 2);
  const said = await run(['clock', '--confirm', '2026-06-01T12:00']);
  assert.equal(said.code, 0);
  assert.match(said.said, /2026[\s\S]*told by a person/);
  assert.equal(test.store.clock.wallMs(), Date.parse('2026-06-01T12:00'));
  const { entries } = await test.store.journal.find({ kind: 'clock.confirmed' });
  assert.equal(entries[0]?.from, 'console');
});
