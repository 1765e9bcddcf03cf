/** Another user of the same computer looks for something to read, to write or to talk to in the state of the daemons. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { promisify } from 'node:util';
import type { Attack } from '../attack.ts';

const run = promisify(execFile);
/** nobody */
const stranger = 65_534;

/** What the search finds below this folder; as root it is made as somebody else, else by the bits for others. */
async function find(folder: string, own: boolean): Promise<string[]> {
  const root = process.getuid?.() === 0;
  const bits = [
    '-type',
    'd',
    '!',
    '-perm',
    '-o=x',
    '-prune',
    '-o',
    '!',
    '-type',
    'l',
    '-perm',
    '/o=rw',
    '-print',
  ];
  const asSelf = ['(', '-type', 'f', '-o', '-type', 's', ')', '-readable', '-print'];
  const asOther = ['!', '-type', 'l', '(', '-readable', '-o', '-writable', ')', '-print'];
  const found = own
    ? run('find', [folder, ...asSelf])
    : run(
        'find',
        [folder, '-mindepth', '1', ...(root ? asOther : bits)],
        root ? { uid: stranger, gid: stranger } : {},
      );
  // It complains of each folder that it may not enter, and ends with 1.
  const { stdout } = await found.catch((error: { stdout?: string; code?: unknown }) => {
    if (error.code !== 1) throw error;
    return { stdout: error.stdout ?? '' };
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((path) => relative(folder, path))
    .sort();
}

const meantForAll = /^state(\/[a-z]+(\/public(\/(door\.json|local-agent\.pub))?)?)?$|^(run|config)$/;

export const foreignFiles: Attack = {
  threat: 21,
  about: 'keys, data and sockets, looked for by another user of the same computer',
  by: 'A4',
  guard: { file: 'appliance/runtime/state-dir.ts', name: '0o700' },
  async control({ box }) {
    const ours = await find(box.home, true);
    for (const file of ['state/ingest/identity.pem', 'state/web/identity.pem', 'state/store/db/CURRENT'])
      assert.ok(ours.includes(file), `${file} is not there, so finding nothing would say nothing`);
    assert.ok(ours.some((path) => path.endsWith('/sock')));
  },
  async attack({ box }) {
    // As on the box, where everybody may look into the folder around it.
    const { mode } = await stat(box.home);
    await chmod(box.home, 0o755);
    try {
      const found = (await find(box.home, false)).filter((path) => !meantForAll.test(path));
      assert.deepEqual(found, [], 'others can read or write these');
    } finally {
      await chmod(box.home, mode & 0o777);
    }
    for (const key of ['ingest', 'web']) {
      const { mode: bits } = await stat(`${box.home}/state/${key}/identity.pem`);
      assert.equal(bits & 0o777, 0o600, `the key of ${key}`);
    }
    return 'nothing but door.json; keys are 0600';
  },
};
