/** Keeps a copy of somebody's cookie and token, and uses it after that person has done something about it. */
import assert from 'node:assert/strict';
import { listen } from '../../helpers/event-stream.ts';
import { eventually } from '../../helpers/eventually.ts';
import { tokenOf } from '../../helpers/web-box.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { invite, makeToken, removePerson, visiting } from './visitor.ts';

const opens = async ({ ask }: Scene, cookie: string): Promise<boolean> =>
  (await ask('/api/v1/machines', { cookie })).status === 200;

export const stolenSession: Attack = {
  threat: 15,
  about: 'a copied cookie or token after sign-out, a new password, another role, removal',
  by: 'A2',
  guard: { file: 'appliance/web/sessions.ts', name: 'living.delete(id)' },
  heavy: true,
  journal: ['sign-out', 'password.changed', 'person.role', 'person.removed', 'token.ended'],
  async control(scene) {
    assert.ok(await opens(scene, scene.cookie));
  },
  async attack(scene) {
    const { id, join } = await invite(scene, 'Robbed', 'admin');
    const change = (cookie: string, method: string, path: string, body?: object) =>
      scene.ask(`/api/v1${path}`, { method, cookie, ...(body ? { body } : {}) });
    await visiting(scene, '127.4.11.1', async ({ ask }) => {
      const { name, password, cookie } = await join(ask);
      const again = async (body = { name, password }) =>
        tokenOf(await ask('/api/v1/session', { method: 'POST', body }));
      const other = await again();
      const { https } = scene.box.ports;
      const stream = await listen({ after: () => undefined }, { https, identity: scene }, cookie);
      assert.equal((await change(cookie, 'DELETE', '/session')).status, 204);
      assert.equal(await opens(scene, cookie), false, 'after signing out');
      await eventually('the stream of the ended session is closed', () => stream.ended());
      const next = 'a new and better password';
      const renewed = tokenOf(await change(other, 'PATCH', '/account/password', { password, next }));
      assert.equal(await opens(scene, other), false, 'after a new password');
      assert.equal((await change(scene.cookie, 'PATCH', `/people/${id}`, { role: 'viewer' })).status, 204);
      assert.equal(await opens(scene, renewed), false, 'after another role');
      const last = await again({ name, password: next });
      await removePerson(scene, id);
      assert.equal(await opens(scene, last), false, 'after removal');
    });
    const token = await makeToken(scene, 'viewer', ['read']);
    await change(scene.cookie, 'DELETE', `/api-tokens/${token.id}`);
    assert.equal((await scene.ask('/api/v1/machines', { headers: token.headers })).status, 401);
    return '401 each time, and the live stream ended';
  },
};
