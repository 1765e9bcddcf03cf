import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../helpers/clock.ts';
import { listen } from '../helpers/event-stream.ts';
import { startWebBox } from '../helpers/web-box.ts';
import { addPerson, bearer, makeToken, personId } from '../helpers/web-people.ts';
import { StoreInRam } from '../helpers/web-sources.ts';

test('is shown once, kept as a hash, and opens what it is for without a cookie', async (t) => {
  const store = new StoreInRam();
  const box = await startWebBox(t, { store });
  const admin = await box.signIn();
  const { secret, id } = await makeToken(box, admin, { role: 'operator', scopes: ['read', 'change'] });
  assert.match(secret, /^nm_[\w-]{43}$/);
  assert.equal(JSON.stringify([...store.records]).includes(secret.slice(3)), false);
  const list = await box.ask('/api/v1/api-tokens', { cookie: admin });
  assert.equal(list.text.includes(secret), false);

  const machines = (headers: Record<string, string>, cookie?: string) =>
    box.ask('/api/v1/machines', { headers, ...(cookie ? { cookie } : {}) });
  assert.equal((await machines(bearer(secret))).status, 200);
  const press = await box.ask('/api/v1/panel/press', {
    method: 'POST',
    headers: { ...bearer(secret), origin: 'https://dashboard.example', 'sec-fetch-site': 'cross-site' },
    body: { kind: 'press' },
  });
  assert.equal(press.status, 204);
  assert.equal((await machines(bearer(secret), admin)).status, 400);
  const wrong = await machines(bearer(`nm_${'A'.repeat(43)}`));
  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers['www-authenticate'], 'Bearer');
  assert.equal((await machines({ authorization: 'Basic bWFyaWU6eA==' })).status, 401);

  const [token] = ((await box.ask('/api/v1/api-tokens', { cookie: admin })).json as { tokens: object[] })
    .tokens;
  const { usedFrom, madeBy, role } = token as { usedFrom: string; madeBy: string; role: string };
  assert.deepEqual([usedFrom, madeBy, role], ['127.0.0.1', 'Marie', 'operator']);

  await box.stop();
  const after = await startWebBox(t, { store });
  assert.equal((await after.ask('/api/v1/machines', { headers: bearer(secret) })).status, 200);
  const cookie = await after.signIn();
  assert.equal((await after.ask(`/api/v1/api-tokens/${id}`, { method: 'DELETE', cookie })).status, 204);
  assert.equal((await after.ask('/api/v1/machines', { headers: bearer(secret) })).status, 401);
});

test('a token that is not good is written down, four times a minute', async (t) => {
  const box = await startWebBox(t);
  await box.signIn();
  for (let count = 0; count < 6; count++)
    assert.equal((await box.ask('/api/v1/machines', { headers: bearer('nm_guess') })).status, 401);
  assert.equal(box.store.notes.filter(({ kind }) => kind === 'token.refused').length, 4);
});

test('makes no tokens and lets no people in, whatever it may manage, and ends both', async (t) => {
  const box = await startWebBox(t);
  const admin = await box.signIn();
  const plain = await makeToken(box, admin, { role: 'admin', scopes: ['read', 'change'] });
  const manager = await makeToken(box, admin, { role: 'admin', scopes: ['manage'] });
  const make = (secret: string) =>
    box.ask('/api/v1/api-tokens', {
      ...{ method: 'POST', headers: bearer(secret) },
      body: { name: 'child', role: 'admin', scopes: ['manage'], days: 1 },
    });
  const invite = (secret: string) =>
    box.ask('/api/v1/people', {
      method: 'POST',
      headers: bearer(secret),
      body: { name: 'Eve', role: 'admin' },
    });
  assert.equal((await make(plain.secret)).status, 403);
  assert.equal((await invite(plain.secret)).status, 403);
  assert.equal((await make(manager.secret)).status, 403);
  assert.equal((await invite(manager.secret)).status, 403);
  const gone = await box.ask(`/api/v1/api-tokens/${plain.id}`, {
    method: 'DELETE',
    headers: bearer(manager.secret),
  });
  assert.equal(gone.status, 204);
  const last = box.store.notes.at(-1);
  assert.deepEqual([last?.kind, last?.who], ['token.ended', 'script (token of Marie)']);
});

test('expires, and a clock that goes back makes it no younger than its last use', async (t) => {
  const clock = new FakeClock(1_700_000_000_000);
  const box = await startWebBox(t, { clock });
  const admin = await box.signIn();
  const { secret } = await makeToken(box, admin, { role: 'viewer', scopes: ['read'], days: 2 });
  const works = async () => (await box.ask('/api/v1/machines', { headers: bearer(secret) })).status === 200;
  clock.jumpWall(2 * 86_400_000 - 1);
  assert.equal(await works(), true);
  clock.jumpWall(1);
  assert.equal(await works(), false);
  clock.jumpWall(-1);
  assert.equal(await works(), true);
  clock.jumpWall(-10 * 86_400_000);
  assert.equal(await works(), true);
  const kept = [...box.store.records].find(([key]) => key.startsWith('api-tokens/'));
  assert.ok(kept);
  const list = await box.ask('/api/v1/api-tokens', { cookie: await box.signIn() });
  const [{ usedMs }] = (list.json as { tokens: [{ usedMs: number }] }).tokens;
  assert.equal(usedMs, 1_700_000_000_000 + 2 * 86_400_000 - 1);
});

test('a live stream ends with the token that expires while it is open', async (t) => {
  const clock = new FakeClock(1_700_000_000_000);
  const box = await startWebBox(t, { clock });
  const { secret } = await makeToken(box, await box.signIn(), { role: 'viewer', scopes: ['read'], days: 1 });
  const stream = await listen(t, box, bearer(secret));
  clock.jumpWall(86_400_000);
  await clock.advance(60_000);
  await stream.next('signed-out');
});

test('reaches no further than its maker does now, and ends with the maker, as do its live streams', async (t) => {
  const box = await startWebBox(t);
  const admin = await box.signIn();
  const ada = await addPerson(box, admin, 'Ada', 'admin');
  const { secret } = await makeToken(box, ada, { role: 'admin', scopes: ['change', 'read'] });
  const id = await personId(box, admin, 'Ada');
  const press = async () =>
    (
      await box.ask('/api/v1/panel/press', {
        method: 'POST',
        headers: bearer(secret),
        body: { kind: 'press' },
      })
    ).status;
  assert.equal(await press(), 204);
  await box.ask(`/api/v1/people/${id}`, { method: 'PATCH', cookie: admin, body: { role: 'viewer' } });
  assert.equal(await press(), 403);
  const stream = await listen(t, box, bearer(secret));
  await box.ask(`/api/v1/people/${id}`, { method: 'DELETE', cookie: admin });
  await stream.next('signed-out');
  assert.equal(await press(), 401);
});
