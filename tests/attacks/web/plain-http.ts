/** Lets somebody speak to the box without encryption, and listens. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { cookieName } from '../../../appliance/web/cookie.ts';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';
import { counting } from './visitor.ts';

type Said = { status: number; location: string; cookies: string; text: string };

function atPort80(scene: Scene, method: string, path: string, headers: object, body = ''): Promise<Said> {
  return new Promise((resolve, reject) => {
    const o = { host: '127.0.0.1', port: scene.box.ports.http, localAddress: '127.4.21.1', agent: false };
    const asked = request(
      { ...o, method, path, headers: { host: 'localhost', ...headers } },
      async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        const { location = '', 'set-cookie': cookies = [] } = response.headers;
        resolve({ status: response.statusCode ?? 0, location, cookies: cookies.join(), text });
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });
}

export const plainHttp: Attack = {
  threat: 3,
  about: 'signing in, reading, and being led away over the port without encryption',
  by: 'A1',
  guard: { file: 'appliance/web/redirect.ts', name: 'end(405' },
  async control(scene) {
    const { status, location } = await atPort80(scene, 'GET', '/machines', {});
    assert.equal(status, 307);
    assert.equal(location, `https://localhost:${scene.box.ports.https}/machines`);
  },
  async attack(scene) {
    const headers = { 'content-type': 'application/json', cookie: `${cookieName}=${scene.cookie}` };
    const signedIn = await counting(scene, 'sign_ins', async () => {
      const answer = await atPort80(scene, 'POST', '/api/v1/session', headers, JSON.stringify(admin));
      assert.equal(answer.status, 405);
      assert.equal(answer.cookies, '');
    });
    assert.equal(signedIn, 0);
    for (const path of ['/api/v1/machines', '//evil.example/', '/\\evil.example', 'http://evil.example/']) {
      const answer = await atPort80(scene, 'GET', path, headers);
      assert.ok([307, 400].includes(answer.status), `${path} was answered ${answer.status}`);
      assert.equal(answer.text, '');
      if (answer.status === 307)
        assert.equal(new URL(answer.location).host, `localhost:${scene.box.ports.https}`, answer.location);
    }
    return 'METHOD not allowed (405), and 307 to this very box';
  },
};
