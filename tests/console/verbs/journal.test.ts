import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../helpers/clock.ts';
import { consoleOverStore } from '../../helpers/console-store.ts';

const dayMs = 86_400_000;
const note = (kind: string, en: string, fr: string, machine: number | null = null) => ({
  ...{ kind, who: 'anne', role: 'admin', from: 'test', machine },
  text: { en, fr },
});

test('journal finds entries by machine, kind, words of either language, and time', async (t) => {
  const clock = new FakeClock();
  const { test, run } = await consoleOverStore(t, { clock });
  const { machine } = await test.store.registry.admit({
    ...{ key: 'a'.repeat(64), name: 'ATELIER', by: 'anne', local: false },
  });
  await test.store.journal.note(note('machine.state', 'Workshop is silent', 'L’atelier se tait', machine));
  await clock.advance(3 * 3_600_000);
  await test.store.journal.note(note('sign-in.ok', 'Zoé signed in', 'Zoé s’est connectée'));
  const shown = async (...args: string[]) => (await run(['journal', ...args])).said;
  assert.match(await shown('--machine', 'atelier'), /Workshop is silent/);
  assert.doesNotMatch(await shown('--machine', String(machine)), /Zoé/);
  assert.match(await shown('--kind', 'machine'), /Workshop/);
  assert.match(await shown('--text', 'zoe connect'), /Zoé signed in/);
  assert.doesNotMatch(await shown('--since', '1h'), /Workshop/);
  assert.doesNotMatch(await shown('--until', '1h'), /Zoé/);
  for (const wrong of [
    ['--since', 'soon'],
    ['--until', '2026-99-99'],
    ['clean'],
    ['cleanup'],
    ['cleanup', '--older-than', 'x'],
  ])
    assert.equal((await run(['journal', ...wrong])).code, 2, wrong.join(' '));
  assert.match((await run(['journal', '--machine', 'nobody'])).said, /No machine is called nobody/);
});

test('journal cleanup shows what would go, asks, and removes it', async (t) => {
  const clock = new FakeClock();
  const { test, run } = await consoleOverStore(t, { clock });
  for (const at of [1, 2, 3]) await test.store.journal.note(note('machine.state', `event ${at}`, `${at}`, 1));
  await test.stop();
  await clock.advance(400 * dayMs);
  await test.start();
  const cleanup = ['journal', 'cleanup', '--older-than', '1y'];
  const preview = await run(cleanup);
  assert.equal(preview.code, 1, 'without a terminal and without --yes nothing happens');
  assert.match(preview.said, /\n +3 {2}machine\.state/);
  const no = await run(cleanup, { answers: ['perhaps', 'no'], interactive: true });
  assert.deepEqual([no.code, no.questions.length], [1, 2]);
  assert.equal((await test.store.journal.find({ kind: 'machine.state' })).entries.length, 3);
  const json = JSON.parse((await run([...cleanup, '--json'])).said);
  assert.deepEqual([json.preview, json.kinds['machine.state']], [true, 3]);
  const yes = await run(cleanup, { answers: ['oui'], interactive: true });
  assert.equal(yes.code, 0, yes.said);
  assert.equal((await test.store.journal.find({ kind: 'machine.state' })).entries.length, 0);
  const [anchor] = (await test.store.journal.find({ kind: 'journal.cleaned' })).entries;
  assert.deepEqual([anchor?.who, anchor?.from], ['anne', 'console']);
  assert.match((await run(cleanup)).said, /Nothing in the journal is that old/);
  const verified = await run(['journal', 'verify'], { locale: 'fr_FR.UTF-8' });
  assert.deepEqual([verified.code, /intact/.test(verified.said)], [0, true]);
});
