/** A foreign name that was pointed at the box's address: to the browser, its pages and the box are one site. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { counting, sendRaw, visiting } from './visitor.ts';

const foreign = [
  'evil.example',
  'netmonitor.local.evil.example',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  'evil.example:443',
  '192.0.2.7',
  '2130706433',
  '0x7f.1',
  '[::1]',
  'localhost@evil.example',
  'localhost, evil.example',
];

const atHttp = (scene: Scene, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const port = scene.box.ports.http;
    request({ host: '127.0.0.1', port, path: '/', headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .once('error', reject)
      .end();
  });

export const dnsRebinding: Attack = {
  threat: 13,
  about: 'a foreign name that was pointed at the box (DNS rebinding)',
  by: 'A2',
  guard: { file: 'appliance/web/guard.ts', name: 'o.hosts.allows(' },
  async control(scene) {
    const port = scene.box.ports.https;
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, 'netmonitor.local'])
      assert.equal((await scene.ask('/api/v1/status', { headers: { host } })).status, 200, host);
    assert.equal(await atHttp(scene, 'localhost'), 307);
  },
  async attack(scene) {
    const { cookie } = scene;
    const refused = await counting(scene, 'answers_421', () =>
      visiting(scene, '127.0.0.1', async ({ ask }) => {
        for (const host of foreign)
          for (const path of ['/', '/api/v1/status', '/api/v1/machines', '/api/v1/live', '/nowhere']) {
            const answer = await ask(path, { cookie, headers: { host, 'x-forwarded-host': 'localhost' } });
            assert.equal(answer.status, 421, `${host} ${path}`);
            assert.equal(answer.text, '', `${host} ${path} was told something`);
          }
        const headers = { host: 'evil.example', origin: 'https://evil.example' };
        const change = { method: 'DELETE', cookie, headers };
        assert.equal((await ask(`/api/v1/machines/${scene.bystander}`, change)).status, 421);
      }),
    );
    const absolute = await sendRaw(
      scene,
      '127.0.0.1',
      'GET https://evil.example/api/v1/status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    assert.match(absolute, /^HTTP\/1\.1 421 /);
    assert.equal(await atHttp(scene, 'evil.example'), 421);
    return `421 without a word, ${refused} times, also on pages, streams and port 80`;
  },
};
