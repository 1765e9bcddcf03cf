/** Reads a backup that was made without a passphrase, and asks the page for one. */
import assert from 'node:assert/strict';
import { readBackup } from '../../../appliance/store/client/backup/reader.ts';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';

/** All that a backup holds, as one text; encrypted when there is a passphrase, and read with it. */
async function heldIn({ box }: Scene, passphrase: string | null): Promise<string> {
  const order = { passphrase, who: 'a test', role: 'admin', from: 'tests' };
  const source = box.store.backup(order, new AbortController().signal);
  const held: string[] = [];
  for await (const section of readBackup({ source, passphrase: async () => passphrase }))
    if (section.type === 'entries')
      for (const entry of section.entries)
        held.push(...entry.map((part) => Buffer.from(part).toString('latin1')));
  return held.join('\n');
}

export const toldBackup: Attack = {
  threat: 20,
  about: 'people, sessions and tokens in a backup without a passphrase; a backup asked for by the page',
  by: 'A4',
  guard: { file: 'appliance/store/backup/secrets.table.ts', name: 'openNamespaces' },
  heavy: true,
  journal: ['store.backup'],
  async control(scene) {
    assert.match(await heldIn(scene, 'a long passphrase'), /argon2id/, 'people are in an encrypted backup');
  },
  async attack(scene) {
    const held = await heldIn(scene, null);
    assert.match(held, new RegExp(admin.name), 'the journal is in it');
    assert.doesNotMatch(held, /argon2id|"savedWallMs"|"scopes":\[|"usesLeft"|PRIVATE KEY/);
    for (const path of ['/backup', '/restore', '/backups'])
      assert.equal((await scene.ask(`/api/v1${path}`, { method: 'POST', cookie: scene.cookie })).status, 404);
    return 'no person, session or token in it; the page has none to give';
  },
};
