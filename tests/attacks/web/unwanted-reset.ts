/** Somebody who may not wants that the box forgets everything. */
import assert from 'node:assert/strict';
import { eventually } from '../../helpers/eventually.ts';
import type { Attack } from '../attack.ts';
import { admin } from '../scene.ts';
import { invite, makeToken, removePerson, visiting } from './visitor.ts';

export const unwantedReset: Attack = {
  threat: 15,
  about: "putting the box back to as it was new, from an open browser, with a token, by the page's button",
  by: 'A3',
  guard: { file: 'display/controller.ts', name: "action.kind === 'reset' && !hand.here" },
  heavy: true,
  async control({ ask, cookie }) {
    // The right password comes as far as the name, which is what keeps this box.
    const body = { password: admin.password, name: 'another box' };
    const answer = await ask('/api/v1/reset', { method: 'POST', cookie, body });
    assert.deepEqual([answer.status, (answer.json as { error: { path: string } }).error.path], [400, 'name']);
  },
  async attack(scene) {
    const { box, cookie } = scene;
    const { name } = (await scene.ask('/api/v1/status')).json as { name: string };
    const { id, join } = await invite(scene, 'Odile', 'operator');
    const token = await makeToken(scene, 'admin', ['read', 'change', 'manage']);
    await visiting(scene, '127.4.27.1', async ({ ask }) => {
      const operator = await join(ask);
      const reset = (who: object, body: object = { password: admin.password, name }) =>
        ask('/api/v1/reset', { method: 'POST', body, ...who });
      assert.equal((await reset({ cookie: operator.cookie })).status, 403, 'an operator');
      assert.equal((await reset({ headers: token.headers })).status, 403, 'a token');
      assert.equal((await reset({})).status, 401, 'nobody');
      assert.equal((await reset({ cookie }, { name })).status, 400, 'no password');
      assert.equal((await reset({ cookie }, { name, password: 'a guess of mine' })).status, 403, 'a guess');
      const press = (kind: string) =>
        ask('/api/v1/panel/press', { method: 'POST', cookie: operator.cookie, body: { kind } });
      const screen = async () => (await box.display.frame()).screen;
      await box.display.press('recovery');
      await eventually('somebody stands at the box', async () => (await screen()) === 'recovery');
      for (let count = 0; count < 3; count++) assert.equal((await press('hold')).status, 204);
      await eventually('the page led to the question', async () => (await screen()) === 'reset');
      await press('hold');
      await box.display.press('double');
    });
    // The store would have ended by now.
    assert.equal((await scene.ask('/api/v1/machines', { cookie })).status, 200);
    assert.equal(box.program('store').over(), null);
    await scene.ask(`/api/v1/api-tokens/${token.id}`, { method: 'DELETE', cookie });
    await removePerson(scene, id);
    return "401, 403, and the page's presses end at the question";
  },
};
