/** A flood of guesses at a person's password, many at once and from several addresses. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';
import { counting, visiting } from './visitor.ts';

const from = (last: number) => `127.4.1.${last}`;

function signIn(scene: Scene, address: string, password: string): Promise<number> {
  const body = { name: admin.name, password };
  return visiting(
    scene,
    address,
    async ({ ask }) => (await ask('/api/v1/session', { method: 'POST', body })).status,
  );
}

export const guessPassword: Attack = {
  threat: 4,
  about: "guessing the admin's password, many at once, from several addresses",
  by: 'A1',
  guard: { file: 'appliance/web/sign-in.ts', name: 'throttle.enter(' },
  heavy: true,
  journal: ['sign-in.failed'],
  async control(scene) {
    assert.equal(await signIn(scene, from(1), admin.password), 204);
  },
  async attack(scene) {
    const tries = Array.from({ length: 24 }, (_, index) => ({
      address: from(10 + (index % 3)),
      password: `guess number ${index}`,
    }));
    let answers: number[] = [];
    const failed = await counting(scene, 'sign_ins_failed', async () => {
      answers = await Promise.all(tries.map(({ address, password }) => signIn(scene, address, password)));
    });
    assert.equal(answers.includes(204), false, 'a guess was right');
    // One each at once; where the box is slow, a second and a third after the waits of 1 s and 2 s.
    assert.ok(failed <= 9, `${failed} guesses from three addresses were looked at`);
    assert.equal(answers.filter((status) => status === 429).length, tries.length - failed);
    assert.equal(
      await signIn(scene, from(2), admin.password),
      204,
      'an admin at another address is locked out',
    );
    return `429 for ${tries.length - failed} of ${tries.length}; the admin came in from elsewhere`;
  },
};
