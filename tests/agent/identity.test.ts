import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { openIdentity, publishKey } from '../../agent/identity.ts';
import { keyHash } from '../../appliance/protocol/identity.ts';
import { Failure } from '../../appliance/runtime/errors.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nm-identity-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const failure = (code: string, says: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === code && says.test(error.message);

test('makes a key at the first start, readable by nobody else, and leaves nothing beside it', async () => {
  const identity = await openIdentity(folder);
  assert.match(identity.hash, /^[0-9a-f]{64}$/);
  assert.equal((await stat(join(folder, 'identity.pem'))).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ['identity.pem']);
});

test('is the same machine after a restart, a different one in another folder', async () => {
  const first = await openIdentity(folder);
  assert.equal((await openIdentity(folder)).hash, first.hash);
  const other = await mkdtemp(join(tmpdir(), 'nm-identity-'));
  assert.notEqual((await openIdentity(other)).hash, first.hash);
  await rm(other, { recursive: true });
});

for (const [what, content] of [
  ['empty', ''],
  ['cut off', '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMG'],
  ['something else', 'hello'],
  [
    'a key of another kind',
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  ],
] as const) {
  test(`an identity file that is ${what} is refused in plain words and left as it is`, async () => {
    const file = join(folder, 'identity.pem');
    await writeFile(file, content, { mode: 0o600 });
    await assert.rejects(
      openIdentity(folder),
      failure('CONFIG_INVALID', /identity\.pem is damaged.*delete it/),
    );
    assert.equal(await readFile(file, 'utf8'), content);
  });
}

test('a key that others may read is refused, and so is a link', async () => {
  const file = join(folder, 'identity.pem');
  await openIdentity(folder);
  await chmod(file, 0o644);
  await assert.rejects(openIdentity(folder), failure('CONFIG_INVALID', /chmod 600/));
  await rm(file);
  await symlink('/dev/null', file);
  await assert.rejects(openIdentity(folder), failure('CONFIG_INVALID', /link/));
});

test('a folder that cannot be written fails without half a file', async () => {
  await assert.rejects(openIdentity(join(folder, 'missing')), failure('STATE_UNWRITABLE', /missing/));
  assert.deepEqual(await readdir(folder), []);
});

test('publishes the public key in one line that everybody may read', async () => {
  const identity = await openIdentity(folder);
  await publishKey(identity, folder);
  const file = join(folder, 'public', 'local-agent.pub');
  const text = await readFile(file, 'latin1');
  assert.match(text, /^[A-Za-z0-9+/=]+\n$/);
  const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
  assert.equal(keyHash(key), identity.hash);
  assert.equal((await stat(file)).mode & 0o777, 0o644);
  assert.equal((await stat(join(folder, 'public'))).mode & 0o777, 0o755);
});
