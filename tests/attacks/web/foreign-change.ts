/** A page of another site lets the admin's browser ask for changes. */
import assert from 'node:assert/strict';
import { cookieName } from '../../../appliance/web/cookie.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { counting, makeToken, visiting } from './visitor.ts';

const evil = 'https://evil.example';

/** What a browser tells of where a request comes from, for each way in which a page can make it ask. */
const ways: readonly Record<string, string>[] = [
  { origin: evil, 'sec-fetch-site': 'cross-site' },
  { origin: 'null' },
  { origin: 'http://localhost' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { origin: `${evil}#https://localhost` },
];
/** What a form or a beacon may say of its content without asking first. */
const simpleTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
];

const people = async ({ ask, cookie }: Scene) => (await ask('/api/v1/people', { cookie })).text;

export const foreignChange: Attack = {
  threat: 12,
  about: "a foreign site lets the admin's browser change something (CSRF)",
  by: 'A2',
  guard: { file: 'appliance/web/guard.ts', name: 'foreignOriginOf(request)' },
  journal: ['request.foreign'],
  async control({ ask, cookie, box }) {
    const origin = `https://localhost:${box.ports.https}`;
    const headers = { origin, 'sec-fetch-site': 'same-origin' };
    const asked = { method: 'POST', cookie, headers, body: {} };
    assert.equal((await ask('/api/v1/waiting/deselect', { ...asked, body: undefined })).status, 204);
  },
  async attack(scene) {
    const { cookie } = scene;
    const before = await people(scene);
    const mallory = JSON.stringify({ name: 'Mallory', role: 'admin' });
    const refused = await counting(scene, 'answers_403', () =>
      visiting(scene, '127.4.8.1', async ({ ask }) => {
        const post = (headers: Record<string, string>) =>
          ask('/api/v1/people', { method: 'POST', cookie, headers, raw: mallory });
        for (const headers of ways) assert.equal((await post(headers)).status, 403, JSON.stringify(headers));
        for (const type of simpleTypes)
          assert.equal((await post({ 'content-type': type })).status, 403, type || 'no type');
        const { id } = await makeToken(scene, 'viewer', ['read']);
        const remove = { method: 'DELETE', cookie, headers: { origin: evil } };
        assert.equal((await ask(`/api/v1/api-tokens/${id}`, remove)).status, 403);
        // A header with a token takes the request out of the guard, so the cookie beside it must not count.
        const both = await post({ origin: evil, authorization: 'Bearer nm_none' });
        assert.ok([400, 401].includes(both.status), `cookie and token: ${both.status}`);
        await scene.ask(`/api/v1/api-tokens/${id}`, { method: 'DELETE', cookie });
        const asks = await ask('/api/v1/people', { method: 'OPTIONS', headers: { origin: evil } });
        assert.equal(asks.headers['access-control-allow-origin'], undefined);
      }),
    );
    assert.equal(await people(scene), before);
    return `403 for ${refused} requests; ${cookieName} is not sent along either`;
  },
};
