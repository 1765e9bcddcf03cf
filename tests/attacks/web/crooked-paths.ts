/** Writes the address of a route in other ways, so that the table of routes does not recognise it. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { visiting } from './visitor.ts';

const crooked = [
  '/api/v1/people/',
  '/api/v1//people',
  '//api/v1/people',
  '/api/v1/%70eople',
  '/api/v1/people%00',
  '/api/v1/people%2f',
  '/api/v1/people;a=b',
  '/api/v1/status/../people',
  '/api/v1/status/%2e%2e/people',
  '/API/V1/people',
  '/api/v1/PEOPLE',
  '/api/v1/people?x=/api/v1/status',
  '/api/v1/status%3f/people',
  '/api/v1/people#/status',
];

export const crookedPaths: Attack = {
  threat: 11,
  about: 'routes written in other ways, and other methods named in a header',
  by: 'A1',
  guard: { file: 'appliance/web/app.ts', name: 'request.routeOptions' },
  async control({ ask, cookie }) {
    assert.match((await ask('/api/v1/people', { cookie })).text, /"people"/);
  },
  attack: (scene) =>
    visiting(scene, '127.4.7.1', async ({ ask }) => {
      for (const path of crooked) {
        const answer = await ask(path);
        assert.ok([400, 401, 404].includes(answer.status), `${path} was answered ${answer.status}`);
        assert.doesNotMatch(answer.text, /"people"|hasPassword/, path);
      }
      const before = await scene.ask('/api/v1/machines', { cookie: scene.cookie });
      for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
        const headers = { [name]: 'DELETE' };
        const asked = { method: 'POST', headers, cookie: scene.cookie, body: {} };
        assert.equal((await ask(`/api/v1/machines/${scene.bystander}`, asked)).status, 404, name);
      }
      const count = ({ json }: typeof before) => (json as { machines: unknown[] }).machines.length;
      const after = await scene.ask('/api/v1/machines', { cookie: scene.cookie });
      assert.equal(count(after), count(before));
      return `400, 401 or 404 for ${crooked.length} addresses`;
    }),
};
