/** Another site shows the box's page in a frame, or reads what it may not, and lets the person click there. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { visiting } from './visitor.ts';

const looks = ['/', '/people', '/nowhere', '/api/v1/status', '/api/v1/nowhere', '/api/v1/machines', '/%zz'];

export const framedPage: Attack = {
  threat: 15,
  about: "the box's page in a frame of another site (clickjacking), read or opened by it",
  by: 'A2',
  guard: { file: 'appliance/web/guard.ts', name: 'reply.headers(securityHeaders)' },
  async control({ ask }) {
    assert.equal((await ask('/api/v1/status')).status, 200);
  },
  attack: (scene) =>
    visiting(scene, '127.4.9.1', async ({ ask }) => {
      const answers = await Promise.all([
        ...looks.map((path) => ask(path, { cookie: scene.cookie })),
        ask('/api/v1/people', { headers: { host: 'evil.example' } }),
        ask('/api/v1/session', { method: 'POST', raw: 'x'.repeat(300 * 1024) }),
        ask('/api/v1/session', { method: 'DELETE', headers: { origin: 'https://evil.example' } }),
      ]);
      for (const { status, headers } of answers) {
        const policy = String(headers['content-security-policy']);
        assert.match(policy, /frame-ancestors 'none'/, `${status}`);
        assert.match(policy, /default-src 'self'/);
        assert.doesNotMatch(policy, /unsafe|\*|https?:/);
        assert.equal(headers['x-frame-options'], 'DENY');
        assert.equal(headers['x-content-type-options'], 'nosniff');
        assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
        assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
        assert.equal(headers['access-control-allow-origin'], undefined);
      }
      return `no frame, no reader: ${answers.length} answers of ${new Set(answers.map(({ status }) => status)).size} kinds`;
    }),
};
