// Keys: for their owner only, never half made, never in what others may see.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '../../appliance/runtime/errors.ts';
import { keyPairFile, openKeyPair } from '../../appliance/runtime/key-pair.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';

const options = { whose: 'the key', advice: 'make room', certificate: { commonName: 'netmonitor' } };
const isFull = (error: unknown) => error instanceof Failure && error.code === 'UNAVAILABLE';
const mayMount = process.getuid?.() === 0;

test('on a full disk no key is made, nothing half made stays, and with room it is made', {
  skip: mayMount ? false : 'needs root',
}, async (t) => {
  const folder = join(temporaryFolder(t), 'full');
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k,mode=700', 'tmpfs', folder]);
  try {
    writeFileSync(join(folder, 'filler'), Buffer.alloc(8192));
    await assert.rejects(openKeyPair(folder, options), isFull);
    assert.deepEqual(readdirSync(folder), ['filler']);
    writeFileSync(join(folder, 'filler'), '');
    await openKeyPair(folder, options);
    assert.equal(statSync(keyPairFile(folder)).mode & 0o777, 0o600);
  } finally {
    execFileSync('umount', [folder]);
  }
});

test('without a mount the same holds for a folder that takes nothing', async () => {
  await assert.rejects(openKeyPair('/proc/self', options), (error) => error instanceof Failure);
});

test('no key of the box is in a log, an answer, or another file than its own', async (t) => {
  const box = await Appliance.start({ daemons: ['store', 'ingest', 'web', 'agent'] });
  t.after(() => box.stop());
  await eventually('the agent measures', async () =>
    (await box.store.machines()).some(({ local, state }) => local && state === 'up'),
  );
  const owners = ['ingest', 'web', 'agent'] as const;
  const files = owners.map((owner) => keyPairFile(join(box.home, 'state', owner)));
  const canaries = files.map((file) => {
    assert.equal(statSync(file).mode & 0o777, 0o600, file);
    const body = /PRIVATE KEY-----\n([A-Za-z0-9+/=\n]+)/.exec(readFileSync(file, 'latin1'))?.[1] ?? '';
    return body.replaceAll('\n', '');
  });
  const seen = [
    JSON.stringify([await box.ingest.door(), await box.web.address(), await box.store.machines()]),
    JSON.stringify(await box.store.journal({ limit: 100 })),
    ...(['store', ...owners] as const).map((daemon) => box.program(daemon).said()),
    ...allFiles(box.home)
      .filter((file) => !files.includes(file))
      .map((file) => readFileSync(file, 'latin1')),
  ].map((text) => text.replaceAll('\n', ''));
  for (const canary of canaries) {
    assert.ok(canary.length > 100, 'a key was found');
    // The secret half stands in the middle; any 40 letters of it would be too much.
    for (let at = 0; at + 40 <= 100; at += 20)
      assert.ok(!seen.some((text) => text.includes(canary.slice(40 + at, 80 + at))));
  }
});

function allFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
