/** Somebody who is an admin too makes the box a thing that nobody can administer. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { admin } from '../scene.ts';
import { invite, removePerson, visiting } from './visitor.ts';

export const lastAdmin: Attack = {
  threat: 15,
  about: 'removing, demoting or locking out the last admin',
  by: 'A3',
  guard: { file: 'appliance/web/users.ts', name: 'keepAnAdmin(known, id)' },
  heavy: true,
  async control(scene) {
    const { id, join } = await invite(scene, 'Second', 'admin');
    await visiting(scene, '127.4.24.1', ({ ask }) => join(ask));
    const asked = { method: 'PATCH', cookie: scene.cookie, body: { role: 'operator' } };
    assert.equal((await scene.ask(`/api/v1/people/${id}`, asked)).status, 204);
    await removePerson(scene, id);
  },
  async attack(scene) {
    const { cookie } = scene;
    // An invited admin has no password yet and could not help.
    const { id } = await invite(scene, 'Not yet', 'admin');
    const { people } = (await scene.ask('/api/v1/people', { cookie })).json as {
      people: { id: string; name: string }[];
    };
    const last = people.find(({ name }) => name === admin.name)?.id ?? '';
    const tries = [
      scene.ask(`/api/v1/people/${last}`, { method: 'DELETE', cookie }),
      scene.ask(`/api/v1/people/${last}`, { method: 'PATCH', cookie, body: { role: 'viewer' } }),
      scene.ask(`/api/v1/people/${last}/invitation`, { method: 'POST', cookie }),
    ];
    for (const { status, text } of await Promise.all(tries)) assert.equal(status, 409, text);
    assert.equal((await scene.ask('/api/v1/people', { cookie })).status, 200);
    await removePerson(scene, id);
    return `CONFLICT, ${tries.length} ways at once`;
  },
};
