/** Guesses the code with which a lost password is set anew: without the button, and while it is on the screen. */
import assert from 'node:assert/strict';
import type { Answered } from '../../helpers/web-box.ts';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';
import { counting, invite, removePerson, visiting } from './visitor.ts';

const stolen = 'a password of mine';

function recover(scene: Scene, address: string, code: string, name = admin.name): Promise<Answered> {
  const body = { code, name, password: stolen };
  return visiting(scene, address, ({ ask }) => ask('/api/v1/session/recovery', { method: 'POST', body }));
}

/** A code that is not this one. */
const other = (code: string, index: number): string => `${code.startsWith('3') ? '4' : '3'}QK-4M${index}`;

export const guessRecoveryCode: Attack = {
  threat: 4,
  about: 'guessing the recovery code, with and without the button, and using it for another person',
  by: 'A1',
  guard: { file: 'appliance/web/one-time-code.ts', name: 'countWrong(given, code, source)' },
  heavy: true,
  journal: ['recovery.armed', 'code.refused'],
  async control(scene) {
    const { id, join } = await invite(scene, 'Forgetful', 'admin');
    await visiting(scene, '127.4.4.1', ({ ask }) => join(ask));
    await scene.box.web.recover();
    const { recovery } = await scene.box.web.address();
    assert.equal((await recover(scene, '127.4.4.1', recovery ?? '', 'Forgetful')).status, 204);
    assert.equal((await scene.box.web.address()).recovery, null, 'the code can be used again');
    await removePerson(scene, id);
  },
  async attack(scene) {
    assert.equal((await scene.box.web.address()).recovery, null);
    for (const [index, code] of ['', 'null', '333-333'].entries())
      assert.ok([400, 401].includes((await recover(scene, `127.4.4.${10 + index}`, code)).status));
    const { id, join } = await invite(scene, 'Bystander', 'operator');
    await visiting(scene, '127.4.4.2', ({ ask }) => join(ask));
    await scene.box.web.recover();
    const code = (await scene.box.web.address()).recovery ?? '';
    const failed = await counting(scene, 'codes_failed', async () => {
      for (let index = 3; index < 8; index++)
        assert.equal((await recover(scene, `127.4.4.${20 + index}`, other(code, index))).status, 401);
    });
    assert.equal(failed, 5);
    assert.equal((await recover(scene, '127.4.4.40', code)).status, 401, 'the code outlived five guesses');
    await scene.box.web.recover();
    const next = (await scene.box.web.address()).recovery ?? '';
    const lesser = await recover(scene, '127.4.4.41', next, 'Bystander');
    assert.equal(lesser.status, 404, 'it sets the password of somebody who is no admin');
    assert.equal(lesser.headers['set-cookie'], undefined);
    await removePerson(scene, id);
    assert.equal((await scene.ask('/api/v1/session', { cookie: scene.cookie })).status, 200);
    return '401, the code ended after 5 tries; none without the button';
  },
};
