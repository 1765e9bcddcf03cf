/** Takes the box over by the way of the first sign-in, after somebody has gone it already. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { admin } from '../scene.ts';
import { visiting } from './visitor.ts';

export const secondFirstSignIn: Attack = {
  threat: 4,
  about: 'setting the "first" password a second time',
  by: 'A1',
  guard: { file: 'appliance/web/users.ts', name: '(await read()).size > 0' },
  async control({ box, ask, cookie }) {
    // The scene came in by this way; the code went with it.
    assert.equal((await ask('/api/v1/session', { cookie })).status, 200);
    assert.equal((await box.web.address()).code, null);
  },
  async attack(scene) {
    const codes = ['', '7QK-4MD', '000-000', (await scene.box.web.address()).code ?? 'null'];
    for (const code of codes) {
      const body = { code, name: 'Mallory', password: 'a password of mine' };
      const answer = await visiting(scene, '127.4.3.1', ({ ask }) =>
        ask('/api/v1/session/first', { method: 'POST', body }),
      );
      assert.ok(answer.status === 409 || answer.status === 400, `answered ${answer.status}`);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    const { people } = (await scene.ask('/api/v1/people', { cookie: scene.cookie })).json as {
      people: { name: string }[];
    };
    assert.equal(
      people.some(({ name }) => name === 'Mallory'),
      false,
    );
    assert.ok(people.some(({ name }) => name === admin.name));
    return 'CONFLICT, nobody was added';
  },
};
