import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { isLoopback, LocalAgent } from '../../appliance/ingest/local-agent.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { wireIdentity } from '../helpers/wire-agent.ts';

test('the key file counts only as a regular file that holds this very key', async (t) => {
  const lines: string[] = [];
  const log = createLog({ name: 'x', level: 'warn', write: (line) => lines.push(line) });
  const folder = join(temporaryFolder(t), 'public');
  await mkdir(folder, { mode: 0o755 });
  const mine = wireIdentity();
  await writeFile(join(folder, 'key'), `${mine.spki}\n`, { mode: 0o644 });
  await writeFile(join(folder, 'garbage'), 'not a key\n', { mode: 0o644 });
  await writeFile(join(folder, 'long'), mine.spki.padEnd(2_000), { mode: 0o644 });
  await symlink(join(folder, 'key'), join(folder, 'link'));
  const is = (name: string, key: string) => new LocalAgent({ path: name && join(folder, name), log }).is(key);
  assert.equal(await is('key', mine.id), true);
  assert.equal(await is('key', wireIdentity().id), false);
  assert.equal(await is('missing', mine.id), false);
  assert.equal(await is('', mine.id), false);
  assert.deepEqual(lines, []);
  for (const name of ['garbage', 'long', 'link']) assert.equal(await is(name, mine.id), false, name);
  assert.equal(lines.length, 3);
});

test('only the loopback interface is this box', () => {
  for (const address of ['127.0.0.1', '127.8.0.1', '::1']) assert.equal(isLoopback(address), true, address);
  for (const address of ['192.168.1.127', '1270.0.0.1', '::', '', '127.0.0.1.evil']) {
    assert.equal(isLoopback(address), false, address);
  }
});
