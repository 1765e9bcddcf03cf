import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, createApi, queryText, readPanel } from '../../appliance/web/assets/api/client.ts';
import { createBoxClock } from '../../appliance/web/assets/api/clock.ts';
import { createEventParser, type ServerEvent } from '../../appliance/web/assets/api/events.ts';

test('reads events cut at any place, and lets comments pass', () => {
  const text =
    'retry: 2000\n\n: ping\n\nevent: live\ndata: {"a":1}\n\nevent: two\r\ndata: x\r\ndata:y\r\n\r\ndata: z\n\n';
  const expected: ServerEvent[] = [
    { event: 'live', data: '{"a":1}' },
    { event: 'two', data: 'x\ny' },
    { event: 'message', data: 'z' },
  ];
  for (let size = 1; size <= text.length; size += 1) {
    const found: ServerEvent[] = [];
    const parse = createEventParser((event) => found.push(event));
    for (let at = 0; at < text.length; at += size) parse(text.slice(at, at + size));
    assert.deepEqual(found, expected, `pieces of ${size}`);
  }
});

test('an unfinished event is not told', () => {
  const found: ServerEvent[] = [];
  createEventParser((event) => found.push(event))('event: live\ndata: {"a":1}\n');
  assert.deepEqual(found, []);
});

test('a refusal carries the box’s own code, sentence and field', async () => {
  const body = { error: { code: 'UNAUTHORIZED', message: 'Wrong code.', path: 'code' } };
  const api = createApi('en', async () => new Response(JSON.stringify(body), { status: 401 }));
  await assert.rejects(api.signIn({ name: 'a', password: 'b' }), (error) => {
    assert.ok(error instanceof ApiError);
    assert.deepEqual(
      [error.status, error.code, error.message, error.path],
      [401, 'UNAUTHORIZED', 'Wrong code.', 'code'],
    );
    return true;
  });
});

test('an answer that is not JSON is a failure with its status, a missing one says so', async () => {
  const proxy = createApi('en', async () => new Response('<html>', { status: 502 }));
  await assert.rejects(proxy.machines(), { status: 502, code: 'INTERNAL' });
  const nobody = createApi('en', async () => {
    throw new TypeError('fetch failed');
  });
  await assert.rejects(nobody.machines(), { status: 0, code: 'UNREACHABLE' });
});

test('asks in the page’s language and sends changes as JSON', async () => {
  const seen: [string, RequestInit][] = [];
  const api = createApi('fr', async (input, init) => {
    seen.push([input, init]);
    return new Response(null, { status: 204 });
  });
  await api.press('hold');
  const [input, init] = seen[0] ?? assert.fail('nothing was sent');
  const headers = init.headers as Record<string, string>;
  assert.equal(input, '/api/v1/panel/press');
  assert.deepEqual(
    [init.method, init.body, headers['accept-language'], headers['content-type']],
    ['POST', '{"kind":"hold"}', 'fr', 'application/json'],
  );
});

test('repeats lists in a query and leaves out what is not there', () => {
  assert.equal(
    queryText({ series: ['a:b', 'c'], from: 5, kind: undefined, text: '' }),
    '?series=a%3Ab&series=c&from=5',
  );
  assert.equal(queryText({}), '');
});

test('takes a panel frame alone or wrapped, and nothing else', () => {
  const frame = { bits: 'AAAA', screen: 'overview', text: ['ALL OK'] };
  assert.deepEqual(readPanel(frame), frame);
  assert.deepEqual(readPanel({ frame }), frame);
  assert.equal(readPanel({ frame: { bits: 7 } }), null);
  assert.equal(readPanel(null), null);
});

test('the clock of the page is the box’s, however wrong the visitor’s is', () => {
  let local = 5_000;
  const clock = createBoxClock(() => local);
  clock.learn(1_000_000);
  local += 250;
  assert.equal(clock.now(), 1_000_250);
});
