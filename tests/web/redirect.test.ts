import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWebBox } from '../helpers/web-box.ts';

test('sends a browser on to https, to the same name and path', async (t) => {
  const box = await startWebBox(t);
  for (const [host, path, location] of [
    ['localhost', '/machines/3?x=1', `https://localhost:${box.https}/machines/3?x=1`],
    [`NetMonitor.local:${box.http}`, '/', `https://netmonitor.local:${box.https}/`],
    [`127.0.0.1:${box.http}`, '//evil.example/', `https://127.0.0.1:${box.https}//evil.example/`],
  ] as const) {
    const answer = await box.askHttp(path, { headers: { host } });
    assert.equal(answer.status, 307);
    assert.equal(answer.headers.location, location);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.text, '');
  }
});

test('sends nobody to a foreign name', async (t) => {
  const box = await startWebBox(t);
  const answer = await box.askHttp('/', { headers: { host: 'evil.example' } });
  assert.equal(answer.status, 421);
  assert.equal(answer.headers.location, undefined);
  assert.equal(answer.text, '');
});

test('takes nothing but questions', async (t) => {
  const box = await startWebBox(t);
  for (const method of ['POST', 'PUT', 'DELETE']) {
    const answer = await box.askHttp('/api/v1/session', { method, headers: { host: 'localhost' } });
    assert.equal(answer.status, 405, method);
    assert.equal(answer.headers.location, undefined);
  }
});
