import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { stockNode } from '../../../image/agents/nodes.ts';
import { writeTar } from '../../../image/archives/tar.ts';
import { StepError } from '../../../image/step.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const name = 'node-some-system';
const files = [
  { path: 'package/bin/node', mode: 0o755, content: Buffer.from('the stock binary') },
  { path: 'package/LICENSE', mode: 0o644, content: Buffer.from('terms') },
];
const packed = gzipSync(Buffer.concat([...writeTar(files, 0)]));
const integrity = `sha512-${createHash('sha512').update(packed).digest('base64')}`;

function clone(t: TestContext): string {
  const root = temporaryFolder(t);
  const packages = { [`node_modules/${name}`]: { version: '24.1.0', integrity } };
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages }));
  return root;
}

const wanted = (root: string, fetch: (spec: string, folder: string) => Promise<void>) =>
  stockNode({ root, package: name, file: 'bin/node', progress: () => undefined, fetch });
const never = async () => assert.fail('nothing has to be fetched');
const into = (bytes: Uint8Array) => async (spec: string, folder: string) => {
  assert.equal(spec, `${name}@24.1.0`);
  writeFileSync(join(folder, `${name}-24.1.0.tgz`), bytes);
};

test('the Node of a system that is not this one is fetched once, and only as the lockfile hashes it', async (t) => {
  const root = clone(t);
  for (const fetch of [into(packed), never]) {
    const { version, binary, license } = await wanted(root, fetch);
    assert.deepEqual([version, String(binary), String(license)], ['24.1.0', 'the stock binary', 'terms']);
  }
});

test('another package under the same name is thrown away', async (t) => {
  const root = clone(t);
  const other = gzipSync(Buffer.concat([...writeTar([{ ...files[0]!, content: Buffer.from('evil') }], 0)]));
  await assert.rejects(
    wanted(root, into(other)),
    (error) => error instanceof StepError && /hash/.test(error.message),
  );
  assert.equal(existsSync(join(root, '.cache', 'npm', `${name}-24.1.0.tgz`)), false);
  // What lies there already counts no more than what is fetched.
  writeFileSync(join(root, '.cache', 'npm', `${name}-24.1.0.tgz`), other);
  assert.equal(String((await wanted(root, into(packed))).binary), 'the stock binary');
});

test('what npm has installed is used as it is, in the pinned version only', async (t) => {
  const root = clone(t);
  const folder = join(root, 'node_modules', name);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin/node'), 'installed');
  writeFileSync(join(folder, 'package.json'), '{"version":"v24.1.0"}');
  const { binary, license } = await wanted(root, never);
  assert.deepEqual([String(binary), license], ['installed', undefined]);
  writeFileSync(join(folder, 'package.json'), '{"version":"24.0.9"}');
  assert.equal(String((await wanted(root, into(packed))).binary), 'the stock binary');
});

test('a Node that nobody has pinned is not taken', async (t) => {
  const root = temporaryFolder(t);
  writeFileSync(join(root, 'package-lock.json'), '{"packages":{}}');
  await assert.rejects(wanted(root, never), StepError);
});
