import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { consoleOverStore } from '../../helpers/console-store.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { fill } from '../../helpers/store-backup.ts';
import { TestStore } from '../../helpers/store-parts.ts';

test('backup saves a file that restore makes a box of, which keeps beside what was there', async (t) => {
  const { test, run } = await consoleOverStore(t);
  await fill(test, false);
  const folder = temporaryFolder(t);
  const file = join(folder, 'box.backup');
  const made = await run(['backup', file]);
  assert.equal(made.code, 0, made.said);
  assert.match(made.said, /read back and whole[\s\S]*Not in it: users/);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['box.backup']);
  const again = await run(['backup', file]);
  assert.match(again.said, /is there already/);
  assert.equal(again.code, 1);

  const home = mkdtempSync(join(tmpdir(), 'nm-'));
  const restored = await run(['restore', file, '--home', home]);
  assert.equal(restored.code, 0, restored.said);
  assert.match(restored.said, /machines: 2[\s\S]*holds no users/);
  const stateDir = join(home, 'state', 'store');
  const refused = await run(['restore', file, '--home', home]);
  assert.deepEqual([refused.code, /--replace/.test(refused.said)], [1, true]);
  const asked = ['restore', file, '--home', home, '--replace'];
  assert.equal((await run(asked)).code, 1, 'nobody said yes');
  assert.equal((await run(asked, { answers: ['no'], interactive: true })).code, 1);
  const json = JSON.parse((await run([...asked, '--yes', '--json'])).said);
  assert.ok(existsSync(join(json.keptIn, 'db')));
  const other = await TestStore.open(t, { folder: stateDir });
  assert.deepEqual(other.store.settings.get('look'), { dark: true });
});

test('with users a backup is encrypted, and is restored only with its passphrase', async (t) => {
  const { test, run } = await consoleOverStore(t);
  await fill(test, false);
  const folder = temporaryFolder(t);
  const [file, secret] = [join(folder, 'box.backup'), join(folder, 'secret')];
  writeFileSync(secret, 'correct horse\n', { mode: 0o644 });
  const withFile = ['backup', file, '--with-users', '--passphrase-file', secret];
  assert.match((await run(withFile)).said, /too many permissions/);
  assert.match((await run(['backup', file, '--with-users'])).said, /--passphrase-file/);
  const typed = { answers: ['correct horse', 'another'], interactive: true };
  assert.match((await run(['backup', file, '--with-users'], typed)).said, /not the same/);
  assert.deepEqual(readdirSync(folder), ['secret']);
  chmodSync(secret, 0o600);
  assert.equal((await run(withFile)).code, 0);
  assert.ok(!readFileSync(file).includes('argon2id'));
  const home = mkdtempSync(join(tmpdir(), 'nm-'));
  const wrong = { answers: ['wrong horse'], interactive: true };
  assert.match(
    (await run(['restore', file, '--home', home, '--encrypted'], wrong)).said,
    /passphrase is not the one/,
  );
  const right = { answers: ['correct horse'], interactive: true };
  const restored = await run(['restore', file, '--home', home, '--encrypted'], right);
  assert.equal(restored.code, 0, restored.said);
  const other = await TestStore.open(t, { folder: join(home, 'state', 'store') });
  assert.deepEqual((await other.store.records.get('users', 'anne'))?.value, { password: '$argon2id$secret' });
});

test('what is no backup, damaged or not there is refused in one line', async (t) => {
  const { run } = await consoleOverStore(t);
  const home = temporaryFolder(t);
  const none = join(home, 'none');
  for (const [file, why] of [
    [join(home, 'absent'), /cannot be read/],
    [none, /not a backup of NetMonitor|not whole/],
  ] as const) {
    if (file === none) writeFileSync(file, 'x'.repeat(100));
    const { code, said } = await run(['restore', file, '--home', join(home, 'home')]);
    assert.equal(code, 1);
    assert.match(said, why);
    assert.equal(said.split('\n').length, 1);
  }
  assert.equal((await run(['backup'])).code, 2);
  assert.equal((await run(['backup', '-'], { interactive: true })).code, 2);
  assert.match((await run(['backup', join(home, 'no', 'such', 'folder')])).said, /cannot write/);
});
