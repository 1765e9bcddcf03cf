// The verbs against the real daemons, each call a process of its own.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { PNG } from 'pngjs';
import { Appliance } from '../../helpers/appliance.ts';
import { netmonitor } from '../../helpers/console-call.ts';
import { eventually } from '../../helpers/eventually.ts';
import { startProgram } from '../../helpers/programs.ts';

let box: Appliance;
before(async () => {
  box = await Appliance.start({ daemons: ['store', 'ingest', 'display'] });
});
after(() => box.stop());

const call = (...args: string[]) => netmonitor([...args, '--run', box.runDir]);
const note = (text: string) =>
  box.store.note({
    kind: 'test.note',
    who: 'anne',
    role: 'admin',
    from: 'test',
    text: { en: text, fr: `(fr) ${text}` },
  });

test('machines lists who was admitted, and a name that could speak to the terminal is taken by nobody', async () => {
  assert.match((await call('machines')).said, /No machine yet/);
  await box.registry.admit({ key: 'a'.repeat(64), name: 'ATELIER', by: 'anne', local: false });
  const turned = { key: 'b'.repeat(64), name: 'B\u202eAD', by: 'anne', local: false };
  await assert.rejects(box.registry.admit(turned), { code: 'BAD_REQUEST', path: 'name' });
  const { code, said } = await call('machines');
  assert.equal(code, 0);
  assert.match(said, /No\.\s+State\s+Name/);
  assert.match(said, /1 +\S+ \w+ +ATELIER/);
  const { machines } = JSON.parse((await call('machines', '--json')).said);
  assert.deepEqual(
    machines.map((machine: { name: string }) => machine.name),
    ['ATELIER'],
  );
});

test('status says that a daemon is away, and ends with 1', async () => {
  const { code, said } = await call('status');
  assert.equal(code, 1);
  assert.match(said, /netmonitor-web does not answer/);
  assert.match(said, new RegExp(`port ${box.ports.door}`));
  const json = JSON.parse((await call('status', '--json')).said);
  assert.deepEqual([json.well, Object.keys(json.away)], [false, ['web', 'watch']]);
});

test('journal shows the newest last, in the language of the caller', async () => {
  await note('the first');
  await note('the second');
  const { said } = await call('journal', '--limit', '2');
  assert.match(said, /the first[\s\S]*the second/);
  const lines = said.trim().split('\n');
  assert.equal(lines.filter((line) => line.includes('[test.note')).length, 2);
  // A time that the box is not sure of is marked, and the mark is explained.
  assert.equal(lines.length, lines[0]?.startsWith('~') ? 3 : 2);
  const french = await netmonitor(['journal', '--kind', 'test.note', '--run', box.runDir], {
    LANG: 'fr_FR.UTF-8',
  });
  assert.match(french.said, /\(fr\) the second/);
  const { entries } = JSON.parse((await call('journal', '--json', '--text', 'second')).said);
  assert.deepEqual(
    entries.map((entry: { text: { en: string } }) => entry.text.en),
    ['the second'],
  );
});

test('journal --follow goes on with what happens until it is interrupted', async () => {
  const following = startProgram({
    main: 'appliance/console/main.ts',
    args: ['journal', '--follow', '--limit', '1', '--kind', 'test.note', '--run', box.runDir],
  });
  await eventually('the last entry is shown', () => /the second/.test(following.said()));
  await note('the third');
  await eventually('the new entry is shown', () => /the third/.test(following.said()));
  assert.equal(await following.end('SIGINT'), 0);
  assert.equal(following.said().trim().split('\n').length, 2);
});

test('waiting says that nobody waits', async () => {
  const { code, said } = await call('waiting');
  assert.equal(code, 0);
  assert.match(said, /Nobody is waiting/);
});

test('display draws the panel in the terminal, saves it, and presses its button', async () => {
  const drawn = await call('display');
  assert.equal(drawn.said.trimEnd().split('\n').length, 32);
  const file = join(box.home, 'panel.png');
  assert.equal((await call('display', '--png', file, '--scale', '2')).code, 0);
  const png = PNG.sync.read(await readFile(file));
  assert.deepEqual([png.width, png.height], [256, 128]);
  const before = (await box.display.frame()).screen;
  assert.equal((await call('display', '--press', 'press')).code, 0);
  await eventually('another screen', async () => (await box.display.frame()).screen !== before);
  assert.equal((await call('display', '--press', 'kick')).code, 2);
  const refused = await call('display', '--png', join(box.home, 'none', 'panel.png'));
  assert.equal(refused.code, 1);
  assert.match(refused.said, /none\/panel\.png/);
});
