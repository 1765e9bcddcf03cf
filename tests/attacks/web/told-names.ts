/** Finds out who has an account, by asking for names with a wrong password. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';
import { invite, removePerson, visiting } from './visitor.ts';

const ask = (scene: Scene, address: string, path: string, body: object) =>
  visiting(scene, address, async (visitor) => {
    const { status, text } = await visitor.ask(path, { method: 'POST', body });
    return `${status} ${text}`;
  });

export const toldNames: Attack = {
  threat: 4,
  about: 'finding out who has an account, without signing in',
  by: 'A1',
  guard: { file: 'appliance/web/sign-in.ts', name: "Refusal('UNAUTHORIZED', 'wrongPassword')" },
  heavy: true,
  async control({ ask: asked, cookie }) {
    assert.match((await asked('/api/v1/people', { cookie })).text, new RegExp(admin.name));
  },
  async attack(scene) {
    const { id } = await invite(scene, 'Invited', 'viewer');
    const password = 'a password of mine';
    const signIns = [admin.name, 'Invited', 'Nobody'].map((name, index) =>
      ask(scene, `127.4.19.${index + 1}`, '/api/v1/session', { name, password }),
    );
    assert.equal(new Set(await Promise.all(signIns)).size, 1, 'sign-ins are answered differently');
    const code = '3333-3333-3333';
    const follows = [admin.name, 'Invited', 'Nobody'].map((name, index) =>
      ask(scene, `127.4.19.${index + 4}`, '/api/v1/session/invitation', { name, password, code }),
    );
    assert.equal(new Set(await Promise.all(follows)).size, 1, 'invitations are answered differently');
    const { text } = await scene.ask('/api/v1/session');
    assert.doesNotMatch(text, new RegExp(`${admin.name}|Invited`));
    await removePerson(scene, id);
    return 'the same words for a person, somebody invited and nobody';
  },
};
