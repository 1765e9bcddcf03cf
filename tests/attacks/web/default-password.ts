/** Tries what earlier systems let in: names and passwords that everybody knows, and people without a password. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { invite, removePerson, visiting } from './visitor.ts';

export const defaultPassword: Attack = {
  threat: 4,
  about: 'signing in with passwords that everybody knows, or as somebody who has none yet',
  by: 'A1',
  guard: { file: 'appliance/web/passwords.ts', name: 'phc !== null && ' },
  heavy: true,
  journal: ['sign-in.failed'],
  async control(scene) {
    const { id, join } = await invite(scene, 'Newcomer', 'viewer');
    await visiting(scene, '127.4.2.1', ({ ask }) => join(ask));
    await removePerson(scene, id);
  },
  async attack(scene) {
    const { id } = await invite(scene, 'Invited', 'admin');
    const guesses = [
      { name: 'admin', password: 'admin' },
      { name: 'netmonitor', password: 'netmonitor' },
      { name: 'Invited', password: '' },
      { name: 'Invited', password: 'Invited' },
    ];
    for (const [index, body] of guesses.entries()) {
      const status = await visiting(
        scene,
        `127.4.2.${10 + index}`,
        async ({ ask }) => (await ask('/api/v1/session', { method: 'POST', body })).status,
      );
      assert.ok(status === 401 || status === 400, `${JSON.stringify(body)} was answered ${status}`);
    }
    await removePerson(scene, id);
    return `401 for ${guesses.length} of ${guesses.length}`;
  },
};
