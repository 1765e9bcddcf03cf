import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownCookieName } from '../../appliance/web/cookie.ts';
import { FakeClock } from '../helpers/clock.ts';
import { type Asked, person, startWebBox, type WebBox } from '../helpers/web-box.ts';

const signIn = (box: WebBox, password: string, o: Asked = {}) =>
  box.ask('/api/v1/session', { method: 'POST', body: { name: person.name, password }, ...o });

/** Every address of a small network tries once. */
async function flood(box: WebBox): Promise<void> {
  for (let source = 1; source <= 11; source++)
    await box.app.inject({
      ...{ method: 'POST', url: '/api/v1/session', remoteAddress: `10.0.0.${source}` },
      headers: { host: 'localhost', 'content-type': 'application/json' },
      payload: { name: person.name, password: 'guess' },
    });
}

test('an admin gets in during a flood from many addresses: known, from a known browser, and from a new address', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  await box.signIn();
  const answer = await signIn(box, person.password, { localAddress: '127.0.0.77' });
  const mark = new RegExp(`${knownCookieName}=([\\w-]{43}); .*Max-Age=`).exec(
    String(answer.headers['set-cookie']),
  )?.[1];
  assert.ok(mark);
  assert.equal(JSON.stringify([...box.store.records]).includes(mark), false);
  for (let round = 0; round < 3; round++) {
    await flood(box);
    await clock.advance(2_000);
  }
  assert.equal((await signIn(box, 'guess', { localAddress: '127.0.0.5' })).status, 401);
  assert.equal((await signIn(box, person.password)).status, 204, 'known address');
  assert.equal(
    (await signIn(box, person.password, { localAddress: '127.0.0.6' })).status,
    204,
    'new address',
  );
  const known = { headers: { cookie: `${knownCookieName}=${mark}` }, localAddress: '127.0.0.5' };
  assert.equal(
    (await signIn(box, person.password, known)).status,
    204,
    'known browser at an address that must wait',
  );
});

test('the mark of a known browser opens nothing, and helps nobody but its person', async (t) => {
  const box = await startWebBox(t, { clock: new FakeClock() });
  await box.signIn();
  const answer = await signIn(box, person.password);
  const mark =
    new RegExp(`${knownCookieName}=([\\w-]{43})`).exec(String(answer.headers['set-cookie']))?.[1] ?? '';
  const headers = { cookie: `${knownCookieName}=${mark}` };
  assert.equal((await box.ask('/api/v1/machines', { headers })).status, 401);
  const at = { localAddress: '127.0.0.8', headers };
  assert.equal((await signIn(box, 'guess', at)).status, 401);
  assert.equal((await signIn(box, 'guess', at)).status, 429);
  const again = await signIn(box, person.password, { localAddress: '127.0.0.9' });
  assert.equal(again.status, 204);
});

test('what was refused is counted for whoever watches the box', async (t) => {
  const box = await startWebBox(t, { clock: new FakeClock() });
  const cookie = await box.signIn();
  await signIn(box, 'guess');
  await signIn(box, 'guess');
  await box.ask('/api/v1/status', { headers: { host: 'evil.example' } });
  await box.ask('/api/v1/panel/press', {
    ...{ method: 'POST', cookie, body: { kind: 'press' } },
    headers: { origin: 'https://evil.example' },
  });
  const counters = await box.screens.counters();
  const seen = Object.fromEntries(Object.entries(counters).filter(([, count]) => count > 0));
  assert.deepEqual(seen, {
    ...{ sign_ins_failed: 1, foreign_requests: 1 },
    ...{ answers_401: 1, answers_403: 1, answers_421: 1, answers_429: 1 },
  });
});
