import assert from 'node:assert/strict';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadIdentity } from '../../appliance/ingest/identity.ts';
import { exitCodeOf, Failure } from '../../appliance/runtime/errors.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('an identity is made at the first start, for its owner only, and stays the same', async (t) => {
  const folder = temporaryFolder(t);
  const made = await loadIdentity(folder);
  assert.match(made.id, /^[0-9a-f]{64}$/);
  assert.match(made.name, /^netmonitor-[a-z]{4}$/);
  assert.equal((await stat(join(folder, 'identity.pem'))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ['identity.pem']);
  assert.deepEqual(await loadIdentity(folder), made);
  assert.notEqual((await loadIdentity(temporaryFolder(t))).id, made.id);
});

test('a damaged identity stops the box and is not replaced', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'identity.pem');
  await loadIdentity(folder);
  const good = await readFile(path, 'latin1');
  const middle = good.indexOf('\n', 30) + 10;
  const swapped = good[middle] === 'A' ? 'B' : 'A';
  const other = (await loadIdentity(temporaryFolder(t))).certificatePem;
  const damages = {
    empty: '',
    cut: good.slice(0, good.length / 2),
    'a flipped character': good.slice(0, middle) + swapped + good.slice(middle + 1),
    'the certificate of another key': good.slice(0, good.indexOf('-----BEGIN CERTIFICATE')) + other,
  };
  for (const [name, content] of Object.entries(damages)) {
    await writeFile(path, content);
    await assert.rejects(loadIdentity(folder), (error) => {
      assert.ok(error instanceof Failure, name);
      assert.equal(exitCodeOf(error), 78);
      return error.message.includes(path);
    });
    assert.equal(await readFile(path, 'latin1'), content, name);
  }
});

test('an identity that others can read is not used', async (t) => {
  const folder = temporaryFolder(t);
  await loadIdentity(folder);
  await chmod(join(folder, 'identity.pem'), 0o644);
  await assert.rejects(loadIdentity(folder), (error) => exitCodeOf(error) === 78);
});
