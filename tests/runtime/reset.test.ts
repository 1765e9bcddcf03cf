import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { beginReset, finishReset, lastReset } from '../../appliance/runtime/reset.ts';
import { temporaryFolder } from '../helpers/folder.ts';

const id = 'ab'.repeat(16);

function filled(folder: string): void {
  writeFileSync(join(folder, 'identity.pem'), 'PRIVATE KEY');
  mkdirSync(join(folder, 'db', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'db', 'deep', '000001.ldb'), Buffer.alloc(2 * 1024 * 1024, 7));
  writeFileSync(join(folder, '.hidden'), '');
}

test('nothing happens at an ordinary start', async (t) => {
  const folder = temporaryFolder(t);
  filled(folder);
  assert.equal(await finishReset(folder), null);
  assert.equal(await lastReset(folder), null);
  assert.deepEqual(readdirSync(folder).sort(), ['.hidden', 'db', 'identity.pem']);
});

test('what was begun is finished at the next start, and only once', async (t) => {
  const folder = temporaryFolder(t);
  filled(folder);
  await beginReset(folder, id);
  assert.ok(existsSync(join(folder, 'identity.pem')), 'nothing is gone yet');
  assert.equal(await finishReset(folder), id);
  assert.deepEqual(readdirSync(folder), ['reset-done']);
  assert.equal(await lastReset(folder), id);
  writeFileSync(join(folder, 'identity.pem'), 'the new one');
  assert.equal(await finishReset(folder), null);
  assert.equal(readFileSync(join(folder, 'identity.pem'), 'utf8'), 'the new one');
});

test('a cut at any step leaves a start that finishes it', async (t) => {
  // What is on the disk after each step: half removed, all removed, done but not yet said so.
  const cuts: ((folder: string) => Promise<void>)[] = [
    async () => undefined,
    async (folder) => writeFileSync(join(folder, 'identity.pem'), '\0'.repeat(11)),
    async (folder) => {
      await finishReset(folder);
      await beginReset(folder, id);
    },
    async (folder) => writeFileSync(join(folder, `.reset-done.0123456789ab.tmp`), id),
  ];
  for (const cut of cuts) {
    const folder = temporaryFolder(t);
    filled(folder);
    await beginReset(folder, id);
    await cut(folder);
    assert.equal(await finishReset(folder), id);
    assert.deepEqual(readdirSync(folder), ['reset-done']);
  }
});

test('links are removed and never followed; a small file is overwritten before it goes', async (t) => {
  const folder = temporaryFolder(t);
  const outside = temporaryFolder(t);
  writeFileSync(join(outside, 'kept'), 'kept');
  symlinkSync(outside, join(folder, 'folder-link'));
  symlinkSync(join(outside, 'kept'), join(folder, 'file-link'));
  linkSync(join(outside, 'kept'), join(folder, 'hard-link'));
  writeFileSync(join(folder, 'key'), 'PRIVATE KEY');

  const key = openSync(join(folder, 'key'), 'r');
  await beginReset(folder, id);
  await finishReset(folder);
  assert.equal(readFileSync(join(outside, 'kept'), 'utf8'), 'kept');
  const bytes = Buffer.alloc(11, 1);
  readSync(key, bytes, 0, 11, 0);
  closeSync(key);
  assert.deepEqual(bytes, Buffer.alloc(11));
});
