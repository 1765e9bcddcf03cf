/** Guesses the code of somebody's invitation. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { counting, invite, removePerson, visiting } from './visitor.ts';

export const guessInvitation: Attack = {
  threat: 4,
  about: 'guessing the code of an invitation, and using one twice',
  by: 'A1',
  guard: { file: 'appliance/web/sign-in.ts', name: 'enterWithCode(from)' },
  heavy: true,
  async control(scene) {
    const { id, join } = await invite(scene, 'Expected', 'viewer');
    const { cookie } = await visiting(scene, '127.4.5.1', ({ ask }) => join(ask));
    assert.equal((await scene.ask('/api/v1/session', { cookie })).status, 200);
    await removePerson(scene, id);
  },
  async attack(scene) {
    const { id, code, join } = await invite(scene, 'Awaited', 'admin');
    const guess = (given: string, address: string) => {
      const body = { code: given, name: 'Awaited', password: 'a password of mine' };
      return visiting(
        scene,
        address,
        async ({ ask }) => (await ask('/api/v1/session/invitation', { method: 'POST', body })).status,
      );
    };
    let answers: number[] = [];
    const failed = await counting(scene, 'codes_failed', async () => {
      answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => guess(`3333-3333-33${index}3`, '127.4.5.10')),
      );
    });
    // One at once; where the box is slow, two more after the waits of 1 s and 2 s.
    assert.ok(failed >= 1 && failed <= 3, `${failed} guesses of one address were looked at`);
    assert.equal(answers.filter((status) => status === 429).length, 10 - failed);
    await visiting(scene, '127.4.5.2', ({ ask }) => join(ask));
    assert.equal(await guess(code, '127.4.5.11'), 401, 'an invitation was followed twice');
    await removePerson(scene, id);
    return `429 for ${10 - failed} of 10; the invited person came in`;
  },
};
