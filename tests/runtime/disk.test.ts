import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lstat, mkdir, open, rename, rm, statfs, unlink } from '../../appliance/runtime/disk.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('writes one piece behind the other, and reads on from where it ended', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  const file = await open(path, 'wx+', 0o600);
  await file.chmod(0o640);
  await file.writeFile('one ');
  await file.writeFile(Buffer.from('two'));
  await file.sync();
  await file.close();
  assert.equal(readFileSync(path, 'utf8'), 'one two');
  assert.equal(statSync(path).mode & 0o777, 0o640);
  const again = await open(path, 'r');
  const into = Buffer.alloc(7);
  assert.equal(await again.read(into, 0, 4), 4);
  assert.equal(await again.read(into, 4, 3), 3);
  assert.equal(await again.read(into, 0, 7), 0);
  assert.equal(into.toString(), 'one two');
  assert.equal((await again.stat()).size, 7);
  await again.close();
});

test('makes, renames and removes, and tells by a code what cannot be done', async (t) => {
  const folder = temporaryFolder(t);
  const deep = join(folder, 'a', 'b');
  assert.equal(await mkdir(deep, { recursive: true, mode: 0o700 }), join(folder, 'a'));
  await rename(deep, join(folder, 'c'));
  assert.equal((await lstat(join(folder, 'c'))).isDirectory(), true);
  await rm(join(folder, 'nothing'), { force: true });
  assert.ok((await statfs(folder)).blocks > 0);
  await assert.rejects(unlink(join(folder, 'nothing')), { code: 'ENOENT' });
  await assert.rejects(open(join(folder, 'nothing'), 'r'), { code: 'ENOENT' });
});
