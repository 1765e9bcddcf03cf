import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findRunDir } from '../../appliance/console/box.ts';
import { verbs } from '../../appliance/console/verbs/index.ts';
import { speaker } from '../../appliance/console/words.ts';
import { netmonitor } from '../helpers/console-call.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('help lists every verb, in English and in French', async () => {
  const [english, french] = await Promise.all([
    netmonitor(['--help']),
    netmonitor(['--help'], { LANG: 'fr_FR.UTF-8' }),
  ]);
  assert.deepEqual([english.code, french.code], [0, 0]);
  for (const [name, verb] of Object.entries(verbs)) {
    assert.ok(english.said.includes(name) && english.said.includes(verb.about.en), name);
    assert.ok(french.said.includes(verb.about.fr), name);
  }
});

test('help of a verb shows its own options and needs no box', async () => {
  const { code, said } = await netmonitor(['display', '--help']);
  assert.equal(code, 0);
  for (const option of ['--png=FILE', '--press=KIND', '--json', '--home=DIR'])
    assert.ok(said.includes(option), option);
});

test('what is not understood ends with 2 and names the nearest thing', async () => {
  const cases: [string[], RegExp][] = [
    [['statsu'], /did you mean status\?/],
    [['journal', '--folow'], /did you mean --follow\?/],
    [['status', 'now'], /Too many words: now/],
    [[], /netmonitor status/],
    [['journal', '--limit', 'many', '--run', '/nowhere'], /--limit takes a whole number/],
    [['admit', '--yes', '123456', '--run', '/nowhere'], /needs the name/],
    [['admit', 'PC', '--yes', '12345', '--run', '/nowhere'], /six digits/],
  ];
  await Promise.all(
    cases.map(async ([args, expected]) => {
      const { code, said } = await netmonitor(args);
      assert.equal(code, 2, `${args}: ${said}`);
      assert.match(said, expected);
    }),
  );
});

test('says what to do when no box is running', async (t) => {
  const folder = temporaryFolder(t);
  const { code, said } = await netmonitor(['machines', '--run', folder]);
  assert.equal(code, 1);
  assert.match(said, /not running here.*npm start/);
  assert.ok(said.includes(folder));
  const json = await netmonitor(['status', '--json', '--run', folder]);
  assert.equal(json.code, 1);
  assert.equal(JSON.parse(json.said).error.code, 'UNAVAILABLE');
});

test('finds the sockets: flag, environment, this clone, an installed box', async (t) => {
  const folder = temporaryFolder(t);
  const say = speaker('en');
  const noted = async (home: string, runDir: string) => {
    await mkdir(join(home, 'state'), { recursive: true });
    await writeFile(join(home, 'state', 'run'), `${runDir}\n`);
  };
  const bare = { journald: false, argv: [] };
  assert.equal(findRunDir({}, bare, folder, say), '/run/netmonitor');
  await noted(join(folder, '.netmonitor'), '/tmp/of-clone');
  assert.equal(findRunDir({}, bare, folder, say), '/tmp/of-clone');
  await noted(join(folder, 'other'), '/tmp/of-other');
  assert.equal(findRunDir({}, { ...bare, home: join(folder, 'other') }, folder, say), '/tmp/of-other');
  assert.equal(findRunDir({}, { ...bare, home: '/x', runDir: '/tmp/named' }, folder, say), '/tmp/named');
  assert.equal(
    findRunDir({ home: join(folder, 'other') }, { ...bare, runDir: '/x' }, folder, say),
    '/tmp/of-other',
  );
  assert.equal(findRunDir({ run: '/tmp/flag', home: '/x' }, bare, folder, say), '/tmp/flag');
  assert.throws(() => findRunDir({ home: join(folder, 'none') }, bare, folder, say), { code: 'UNAVAILABLE' });
});
