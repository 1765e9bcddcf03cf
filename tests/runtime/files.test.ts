import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure, type FailureCode } from '../../appliance/runtime/errors.ts';
import { readOwned, readText, unwritable, writeFileSafely } from '../../appliance/runtime/files.ts';
import { temporaryFolder } from '../helpers/folder.ts';

const failing =
  (code: FailureCode, message = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  };

test('writes a file with its mode, replaces it, and leaves nothing beside it', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'key');
  await writeFileSafely(path, 'one');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const before = statSync(path).ino;
  await writeFileSafely(path, Buffer.from('two'), { mode: 0o644 });
  assert.equal(readFileSync(path, 'utf8'), 'two');
  assert.equal(statSync(path).mode & 0o777, 0o644);
  assert.notEqual(statSync(path).ino, before, 'a new file took its place');
  assert.deepEqual(readdirSync(folder), ['key']);
});

test('the mode is as asked, whatever the umask', async (t) => {
  const path = join(temporaryFolder(t), 'public');
  const before = process.umask(0o077);
  t.after(() => process.umask(before));
  await writeFileSafely(path, 'x', { mode: 0o644 });
  assert.equal(statSync(path).mode & 0o777, 0o644);
});

test('many writers of one file leave one whole content', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'f');
  const contents = Array.from({ length: 20 }, (_, n) => String(n).repeat(5000));
  await Promise.all(contents.map((content) => writeFileSafely(path, content)));
  assert.ok(contents.includes(readFileSync(path, 'utf8')));
  assert.deepEqual(readdirSync(folder), ['f']);
});

test('a write that cannot be done leaves the old file and nothing half made', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'target');
  mkdirSync(path);
  writeFileSync(join(path, 'inside'), 'kept');
  await assert.rejects(writeFileSafely(path, 'x'), failing('STATE_UNWRITABLE', /cannot write .*target/));
  assert.deepEqual(readdirSync(folder), ['target']);
  assert.equal(readFileSync(join(path, 'inside'), 'utf8'), 'kept');
  await assert.rejects(writeFileSafely(join(folder, 'no/where'), 'x'), failing('STATE_UNWRITABLE'));
});

test('a full disk may be tried again, a folder of somebody else may not', () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  failing('UNAVAILABLE', /cannot write \/a\/b now: no space/)(unwritable('/a/b', full));
  const foreign = Object.assign(new Error('denied'), { code: 'EACCES' });
  failing('STATE_UNWRITABLE', /check that \/a exists/)(unwritable('/a/b', foreign));
});

test('a link in the place of the file is replaced, not followed', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'victim'), 'kept');
  symlinkSync('victim', join(folder, 'f'));
  await writeFileSafely(join(folder, 'f'), 'new');
  assert.equal(readFileSync(join(folder, 'victim'), 'utf8'), 'kept');
  assert.equal(readFileSync(join(folder, 'f'), 'utf8'), 'new');
});

test('reads a file that only its owner could have written', async (t) => {
  const path = join(temporaryFolder(t), 'pub');
  await writeFileSafely(path, 'key', { mode: 0o644 });
  assert.equal(Buffer.from(await readOwned(path, { maxBytes: 3 })).toString(), 'key');
  assert.equal(
    Buffer.from(await readOwned(path, { maxBytes: 9, uid: process.getuid?.() ?? 0 })).toString(),
    'key',
  );
});

test('refuses a link, a folder, a FIFO, and a file that is missing or too large', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, 'four', { mode: 0o600 });
  symlinkSync('file', join(folder, 'link'));
  mkdirSync(join(folder, 'folder'));
  execFileSync('mkfifo', ['-m', '600', join(folder, 'fifo')]);
  await assert.rejects(readOwned(join(folder, 'link'), { maxBytes: 9 }), failing('FORBIDDEN', /is a link/));
  await assert.rejects(
    readOwned(join(folder, 'folder'), { maxBytes: 9 }),
    failing('FORBIDDEN', /not a regular file/),
  );
  await assert.rejects(
    readOwned(join(folder, 'fifo'), { maxBytes: 9 }),
    failing('FORBIDDEN', /not a regular file/),
  );
  await assert.rejects(
    readOwned(join(folder, 'none'), { maxBytes: 9 }),
    failing('NOT_FOUND', /does not exist/),
  );
  await assert.rejects(readOwned(join(folder, 'none/x'), { maxBytes: 9 }), failing('NOT_FOUND'));
  await assert.rejects(readOwned(file, { maxBytes: 3 }), failing('TOO_LARGE', /more than 3 bytes/));
});

test('refuses a file of another user, and one that others may write or run', async (t) => {
  const path = join(temporaryFolder(t), 'file');
  writeFileSync(path, 'x');
  chmodSync(path, 0o644);
  const other = (process.getuid?.() ?? 0) + 1;
  await assert.rejects(
    readOwned(path, { maxBytes: 9, uid: other }),
    failing('FORBIDDEN', /belongs to user|expected/),
  );
  await assert.rejects(readOwned(path, { maxBytes: 9, maxMode: 0o600 }), failing('FORBIDDEN', /chmod 600 /));
  for (const mode of [0o664, 0o646, 0o755, 0o4644]) {
    chmodSync(path, mode);
    await assert.rejects(
      readOwned(path, { maxBytes: 9 }),
      failing('FORBIDDEN', /chmod 644 /),
      mode.toString(8),
    );
  }
});

test('refuses a file in a folder that others can write, or that is reached by a link', async (t) => {
  const folder = temporaryFolder(t);
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  writeFileSync(join(inner, 'file'), 'x', { mode: 0o600 });
  symlinkSync('inner', join(folder, 'link'));
  await assert.rejects(
    readOwned(join(folder, 'link/file'), { maxBytes: 9 }),
    failing('FORBIDDEN', /is not a folder/),
  );
  for (const mode of [0o770, 0o707, 0o1777]) {
    chmodSync(inner, mode);
    await assert.rejects(
      readOwned(join(inner, 'file'), { maxBytes: 9 }),
      failing('FORBIDDEN', /written by others/),
    );
  }
});

test('a text that is not there is undefined, one that is too large a failure', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'text');
  assert.equal(await readText(path, 10), undefined);
  writeFileSync(path, 'é'.repeat(5));
  linkSync(path, join(folder, 'second'));
  assert.equal(await readText(path, 10), 'ééééé');
  await assert.rejects(readText(path, 9), failing('TOO_LARGE'));
});
