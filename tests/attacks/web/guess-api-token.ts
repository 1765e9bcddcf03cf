/** Guesses an API token, shows one in other places than its header, and one beside somebody's cookie. */
import assert from 'node:assert/strict';
import { cookieName } from '../../../appliance/web/cookie.ts';
import type { Attack } from '../attack.ts';
import { counting, makeToken, visiting } from './visitor.ts';

export const guessApiToken: Attack = {
  threat: 4,
  about: 'guessing API tokens, and showing one where none counts',
  by: 'A1',
  guard: {
    file: 'appliance/web/access.ts',
    name: "if (caller === null) throw new Refusal('UNAUTHORIZED', 'badToken')",
  },
  journal: ['token.refused'],
  async control(scene) {
    const { id, headers } = await makeToken(scene, 'viewer', ['read']);
    assert.equal((await scene.ask('/api/v1/machines', { headers })).status, 200);
    await scene.ask(`/api/v1/api-tokens/${id}`, { method: 'DELETE', cookie: scene.cookie });
  },
  async attack(scene) {
    const { id, secret, headers } = await makeToken(scene, 'viewer', ['read']);
    const guesses = [
      'Bearer ',
      'Bearer nm_',
      `Bearer ${secret.slice(0, -1)}`,
      `Bearer ${secret}x`,
      `Bearer ${secret.toUpperCase()}`,
      `Basic ${Buffer.from(`Marie:${secret}`).toString('base64')}`,
      `Bearer nm_${'A'.repeat(43)}`,
      `Bearer ${scene.cookie}`,
    ];
    const refused = await counting(scene, 'answers_401', () =>
      visiting(scene, '127.4.18.1', async ({ ask }) => {
        for (const authorization of guesses)
          for (const path of ['/api/v1/machines', '/api/v1/status'])
            assert.equal((await ask(path, { headers: { authorization } })).status, 401, authorization);
        const elsewhere = await ask(`/api/v1/machines?token=${secret}&access_token=${secret}`);
        assert.equal(elsewhere.status, 401, 'in the address');
        assert.equal((await ask('/api/v1/machines', { cookie: secret })).status, 401, 'in the cookie');
        const both = { ...headers, cookie: `${cookieName}=${scene.cookie}` };
        assert.equal((await ask('/api/v1/machines', { headers: both })).status, 400, 'beside a cookie');
      }),
    );
    await scene.ask(`/api/v1/api-tokens/${id}`, { method: 'DELETE', cookie: scene.cookie });
    return `401, ${refused} times`;
  },
};
