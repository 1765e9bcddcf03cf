/** Puts a session into somebody's browser, waits until that person has signed in, and uses it. */
import assert from 'node:assert/strict';
import { tokenOf } from '../../helpers/web-box.ts';
import type { Attack } from '../attack.ts';
import { invite, removePerson, visiting } from './visitor.ts';

export const foreignSession: Attack = {
  threat: 15,
  about: 'a session that was put into the browser before signing in (fixation)',
  by: 'A2',
  guard: { file: 'appliance/web/routes/session.ts', name: 'sessions.close(request.caller.id)' },
  heavy: true,
  journal: ['sign-in.ok'],
  async control(scene) {
    assert.equal((await scene.ask('/api/v1/machines', { cookie: scene.cookie })).status, 200);
  },
  async attack(scene) {
    const { id, join } = await invite(scene, 'Mallory', 'viewer');
    const mallory = await visiting(scene, '127.4.10.1', ({ ask }) => join(ask));
    const victim = await invite(scene, 'Victim', 'admin');
    const { name, password } = await visiting(scene, '127.4.10.2', ({ ask }) => victim.join(ask));
    const planted = 'B'.repeat(43);
    for (const cookie of [mallory.cookie, planted]) {
      const answer = await visiting(scene, '127.4.10.2', ({ ask }) =>
        ask('/api/v1/session', { method: 'POST', cookie, body: { name, password } }),
      );
      assert.equal(answer.status, 204, answer.text);
      assert.notEqual(tokenOf(answer), cookie);
      const set = String(answer.headers['set-cookie']);
      assert.match(
        set,
        /__Host-netmonitor=[^;]+;(?=.*Secure)(?=.*HttpOnly)(?=.*SameSite=Strict)(?=.*Path=\/)/,
      );
      assert.equal(
        (await scene.ask('/api/v1/machines', { cookie })).status,
        401,
        'the planted session opens',
      );
    }
    for (const one of [id, victim.id]) await removePerson(scene, one);
    return 'another token each time; the planted ones open nothing';
  },
};
