/** Somebody takes the card out of the box and reads all of it: what of that lets him in? */
import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tester } from '../../helpers/machine.ts';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';
import { invite, makeToken, removePerson, visiting } from './visitor.ts';

/** Everything that lets somebody in, under the names of what it is. */
async function waysIn(scene: Scene) {
  const person = await invite(scene, 'Owner of a card', 'viewer');
  const joined = await visiting(scene, '127.4.25.1', ({ ask }) => person.join(ask));
  const invited = await invite(scene, 'Invited', 'viewer');
  const api = await makeToken(scene, 'viewer', ['read']);
  const enrolment = await scene.box.ingest.createToken({ uses: 1, hours: 1, label: 'card' }, tester);
  await scene.box.web.recover();
  const ways: Record<string, string> = {
    'a session': joined.cookie,
    'the admin’s session': scene.cookie,
    'a password': joined.password,
    'the admin’s password': admin.password,
    'a followed invitation': person.code,
    'an invitation': invited.code,
    'an API token': api.secret,
    'an enrolment token': enrolment.token,
    'the recovery code': (await scene.box.web.address()).recovery ?? '',
  };
  const leave = async () => {
    for (const id of [person.id, invited.id]) await removePerson(scene, id);
    await scene.ask(`/api/v1/api-tokens/${api.id}`, { method: 'DELETE', cookie: scene.cookie });
  };
  return { ways, leave };
}

async function filesOf(scene: Scene): Promise<{ path: string; bytes: Buffer }[]> {
  const entries = await readdir(join(scene.box.home, 'state'), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = paths.map(async (path) => ({
    path,
    bytes: await readFile(path).catch(() => Buffer.alloc(0)),
  }));
  return Promise.all(read);
}

const holds = (files: readonly { path: string; bytes: Buffer }[], text: string) =>
  files.filter(({ bytes }) => bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le')));

export const stolenCard: Attack = {
  threat: 20,
  about: 'signing in with what stands on a stolen card',
  by: 'A4',
  guard: { file: 'appliance/web/sessions.ts', name: "createHash('sha256').update(token)" },
  async control(scene) {
    const files = await filesOf(scene);
    assert.ok(holds(files, admin.name).length > 0, 'names are found, so secrets would be');
  },
  async attack(scene) {
    const { ways, leave } = await waysIn(scene);
    const files = await filesOf(scene);
    for (const [what, secret] of Object.entries(ways)) {
      assert.ok(secret.length >= 7, `${what} is "${secret}"`);
      const found = holds(files, secret);
      assert.deepEqual(
        found.map(({ path }) => path),
        [],
        `${what} stands on the card`,
      );
    }
    for (const { path } of files)
      if (path.endsWith('.pem')) assert.equal((await stat(path)).mode & 0o777, 0o600, path);
    await leave();
    return `none of ${Object.keys(ways).length} ways in stands in ${files.length} files`;
  },
};
