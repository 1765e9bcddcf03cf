import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWebBox, type WebBox } from '../helpers/web-box.ts';

type Refused = { error: { code: string; message: string; path?: string } };
const errorOf = (answer: { json: unknown }) => (answer.json as Refused).error;
const press = (box: WebBox, cookie: string, headers: Record<string, string>, raw = '{"kind":"press"}') =>
  box.ask('/api/v1/panel/press', { method: 'POST', cookie, headers, raw });

test('a foreign host name gets 421 without content, wherever it asks', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  for (const host of [
    'evil.example',
    `evil.example:${box.https}`,
    'netmonitor.local.evil.example',
    '10.1.2.3',
    ' ',
  ])
    for (const path of [
      '/',
      '/api/v1/status',
      '/api/v1/machines',
      '/api/v1/live',
      '/nowhere',
      '/api/v1/nowhere',
    ]) {
      const answer = await box.ask(path, { headers: { host }, cookie });
      assert.equal(answer.status, 421, `${host} ${path}`);
      assert.equal(answer.text, '');
    }
});

test('whoever names two hosts in one request is told neither', async (t) => {
  const box = await startWebBox(t);
  const headers = { host: ['localhost', 'evil.example'] } as unknown as Record<string, string>;
  const answer = await box.ask('/api/v1/status', { headers });
  assert.deepEqual([answer.status, answer.text], [400, '']);
});

test('the names of the box are answered', async (t) => {
  const box = await startWebBox(t);
  const names = [
    'localhost',
    '127.0.0.1',
    'netmonitor.local',
    'netmonitor-abcd.local',
    'NetMonitor.local:443',
    'box.example',
  ];
  for (const host of names)
    assert.equal((await box.ask('/api/v1/status', { headers: { host } })).status, 200, host);
});

test('a change that another site asks for is refused and written down', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const own = `https://localhost:${box.https}`;
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://localhost:${box.https}` },
    { origin: 'https://localhost' },
    { origin: 'https://netmonitor.local' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: own, 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign) {
    const answer = await press(box, cookie, headers);
    assert.equal(answer.status, 403, JSON.stringify(headers));
    assert.equal(errorOf(answer).code, 'FORBIDDEN');
  }
  assert.deepEqual(box.panel.presses, []);
  assert.equal(box.store.notes.filter(({ kind }) => kind === 'request.foreign').length, 4);

  assert.equal((await press(box, cookie, { origin: own, 'sec-fetch-site': 'same-origin' })).status, 204);
  assert.equal((await press(box, cookie, {})).status, 204);
  assert.deepEqual(box.panel.presses, ['press', 'press']);
});

test('a foreign site cannot sign somebody in or out', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const headers = { origin: 'https://evil.example' };
  for (const [method, path] of [
    ['POST', '/session'],
    ['POST', '/session/first'],
    ['DELETE', '/session'],
    ['DELETE', '/machines/1'],
  ] as const)
    assert.equal((await box.ask(`/api/v1${path}`, { method, headers, cookie, raw: '{}' })).status, 403, path);
  assert.equal((await box.ask('/api/v1/machines', { cookie })).status, 200);
});

test('what a form can send without asking is refused', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  for (const type of [
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    '',
  ])
    assert.equal((await press(box, cookie, { 'content-type': type })).status, 403, type);
  assert.deepEqual(box.panel.presses, []);
});

test('every answer forbids frames, inline scripts and guessing of types', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  for (const path of [
    '/api/v1/status',
    '/api/v1/machines',
    '/api/v1/nowhere',
    '/nowhere',
    '/api/v1/panel.png',
  ]) {
    const { headers } = await box.ask(path, { cookie });
    assert.match(
      String(headers['content-security-policy']),
      /default-src 'self'.*frame-ancestors 'none'/,
      path,
    );
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-frame-options'], 'DENY');
    assert.equal(headers['strict-transport-security'], undefined);
    assert.equal(headers['cache-control'], 'no-store', path);
  }
});

test('without a session nearly everything says 401, in the language of the reader', async (t) => {
  const box = await startWebBox(t);
  for (const path of [
    '/machines',
    '/machines/1',
    '/waiting',
    '/door',
    '/journal',
    '/panel',
    '/panel.png',
    '/live',
    '/openapi.json',
  ]) {
    const answer = await box.ask(`/api/v1${path}`, { headers: { 'accept-language': 'fr' } });
    assert.equal(answer.status, 401, path);
    assert.deepEqual(answer.json, { error: { code: 'UNAUTHORIZED', message: 'Veuillez vous connecter.' } });
  }
  assert.equal((await box.ask('/api/v1/panel/press', { method: 'POST', raw: '{' })).status, 401);
  assert.equal((await box.ask('/api/v1/machines', { cookie: 'A'.repeat(43) })).status, 401);
  assert.equal((await box.ask('/api/v1/status')).status, 200);
});

test('what does not exist is 404: JSON for programs, a page for people', async (t) => {
  const box = await startWebBox(t);
  const program = await box.ask('/api/v1/nowhere');
  assert.equal(program.status, 404);
  assert.equal(errorOf(program).code, 'NOT_FOUND');
  assert.equal((await box.ask('/api/v1/machines', { method: 'PUT', raw: '{}' })).status, 404);

  const person = await box.ask('/nowhere/<script>', { headers: { 'accept-language': 'fr-FR,fr;q=0.9' } });
  assert.equal(person.status, 404);
  assert.match(String(person.headers['content-type']), /^text\/html/);
  assert.match(person.text, /<html lang="fr">.*Rien ici/s);
  assert.equal(person.text.includes('script'), false);
  assert.equal((await box.ask('/%zz')).status, 400);
});

test('a body that is too large, not JSON, too deep or of another shape is refused', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const statusOf = async (raw: string) => (await press(box, cookie, {}, raw)).status;
  assert.equal(await statusOf(JSON.stringify({ kind: 'x'.repeat(256 * 1024) })), 413);
  for (const raw of [
    '{',
    'null',
    '""',
    '',
    '{}',
    '{"kind":"smash"}',
    '{"kind":"press","more":1}',
    '{"kind":["press"]}',
  ])
    assert.equal(await statusOf(raw), 400, raw);
  assert.equal(await statusOf('{"__proto__":{"kind":"press"}}'), 400);
  assert.equal(await statusOf('['.repeat(100_000)), 400);
  const answer = await press(box, cookie, {}, '{"kind":"smash"}');
  assert.equal(errorOf(answer).path, 'kind');
  assert.deepEqual(box.panel.presses, []);
});
