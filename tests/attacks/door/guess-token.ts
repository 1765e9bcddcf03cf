/** Guesses enrolment tokens. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { tester } from '../../helpers/machine.ts';
import type { Attack } from '../attack.ts';

const tries = 24;

export const guessToken: Attack = {
  threat: 4,
  about: 'enrolment tokens that were guessed, used up or revoked',
  by: 'A1',
  guard: { file: 'appliance/ingest/tokens.ts', name: 'stored === undefined' },
  journal: ['enrolment.token-refused'],
  async control(scene) {
    await scene.admitted('with a token');
  },
  async attack(scene) {
    const { ingest, store } = scene.box;
    const before = (await store.machines()).length;
    const once = await ingest.createToken({ uses: 1, hours: 1, label: 'once' }, tester);
    const first = await scene.stranger({ name: 'first', token: once.token });
    assert.equal(first.welcome?.state, 'admitted');
    const revoked = await ingest.createToken({ uses: 5, hours: 1, label: 'revoked' }, tester);
    await ingest.revokeToken(revoked.id, tester);
    const guesses = Array.from({ length: tries }, () => randomBytes(16).toString('hex'));
    for (const [at, token] of [once.token, revoked.token, ...guesses].entries()) {
      const agent = await scene.stranger(
        { name: `guess ${at}`, token },
        { localAddress: `127.4.4.${at + 1}` },
      );
      assert.equal(agent.welcome?.state, 'waiting', `token ${at} was taken`);
      agent.cut();
    }
    assert.equal((await store.machines()).length, before + 1);
    // Whoever guesses does not lock out those who need not guess.
    await scene.admitted('still welcome');
    return `${tries} guesses, a used and a revoked one: all wait; a right one still counts`;
  },
};
