import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../helpers/clock.ts';
import { person, startWebBox, tokenOf, type WebBox } from '../helpers/web-box.ts';
import { StoreInRam } from '../helpers/web-sources.ts';

const post = (box: WebBox, path: string, body: unknown, more = {}) =>
  box.ask(`/api/v1${path}`, { method: 'POST', body, ...more });

test('the code on the screen sets the first password and signs in', async (t) => {
  const box = await startWebBox(t);
  assert.equal(((await box.ask('/api/v1/session')).json as { state: string }).state, 'first');
  const code = await box.code();

  const answer = await post(box, '/session/first', { code: code.toLowerCase(), ...person });
  assert.equal(answer.status, 204);
  assert.match(
    String(answer.headers['set-cookie']?.[0]),
    /^__Host-netmonitor=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
  );
  const me = await box.ask('/api/v1/session', { cookie: tokenOf(answer) });
  assert.deepEqual(me.json, {
    state: 'signed-in',
    user: { name: 'Marie', role: 'admin' },
    box: {
      ...{ name: 'netmonitor-abcd', version: '0.1.0', fingerprint: box.identity.fingerprint },
      certificate: box.identity.certificateFingerprint,
    },
    language: 'en',
  });
  assert.equal((await box.screens.address()).code, null);
  assert.equal(((await box.ask('/api/v1/session')).json as { state: string }).state, 'signed-out');
  assert.deepEqual(
    box.store.notes.map(({ kind, who, from }) => [kind, who, from]),
    [['password.first', 'Marie', '127.0.0.1']],
  );
});

test('keeps neither password nor session token as they are', async (t) => {
  const box = await startWebBox(t, { dearPasswords: true });
  const token = await box.signIn();
  const kept = JSON.stringify([...box.store.records]);
  assert.match(kept, /\$argon2id\$v=19\$m=47104,t=1,p=1\$/);
  assert.equal(kept.includes(person.password), false);
  assert.equal(kept.includes(token), false);
  assert.equal(box.lines.join('\n').includes(token), false);
});

test('shows another code after five wrong ones and makes guessing wait', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  const first = await box.code();
  for (let attempt = 0; attempt < 5; attempt++) {
    const answer = await post(box, '/session/first', { code: 'AAA-AAA', ...person });
    assert.equal(answer.status, 401);
    assert.equal((answer.json as { error: { path: string } }).error.path, 'code');
    const tooSoon = await post(box, '/session/first', { code: first, ...person });
    assert.equal(tooSoon.status, 429);
    assert.equal(Number(tooSoon.headers['retry-after']), 2 ** attempt);
    await clock.advance(60_000);
  }
  const second = await box.code();
  assert.notEqual(second, first);
  assert.equal((await post(box, '/session/first', { code: first, ...person })).status, 401);
  await clock.advance(60_000);
  assert.equal((await post(box, '/session/first', { code: second, ...person })).status, 204);
});

test('a second first sign-in is refused, also when both come at once', async (t) => {
  const box = await startWebBox(t, { dearPasswords: true });
  const code = await box.code();
  const answers = await Promise.all([
    post(box, '/session/first', { code, ...person }),
    post(
      box,
      '/session/first',
      { code, name: 'Eve', password: 'other password' },
      { localAddress: '127.0.0.2' },
    ),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409]);
  assert.equal([...box.store.records.keys()].filter((key) => key.startsWith('users/')).length, 1);
  assert.equal((await post(box, '/session/first', { code, ...person })).status, 409);
});

test('refuses names and passwords that do not fit, and keeps the code', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  const code = await box.code();
  for (const [given, path] of [
    [{ name: 'Marie', password: 'short' }, 'password'],
    [{ name: ' ', password: person.password }, 'name'],
    [{ name: 'a\u202eb', password: person.password }, 'name'],
    [{ name: 'Marie', password: 'x'.repeat(257) }, 'password'],
  ] as const) {
    const answer = await post(box, '/session/first', { code, ...given });
    assert.equal(answer.status, 400);
    assert.equal((answer.json as { error: { path: string } }).error.path, path);
  }
  assert.equal(await box.code(), code);
});

test('signs in with name and password, out again, and writes both down', async (t) => {
  const box = await startWebBox(t);
  await box.signIn();
  const answer = await post(box, '/session', { name: ' marie ', password: person.password });
  assert.equal(answer.status, 204);
  const cookie = tokenOf(answer);
  assert.equal((await box.ask('/api/v1/machines', { cookie })).status, 200);

  const out = await box.ask('/api/v1/session', { method: 'DELETE', cookie });
  assert.equal(out.status, 204);
  assert.match(String(out.headers['set-cookie']), /Max-Age=0/);
  assert.equal((await box.ask('/api/v1/machines', { cookie })).status, 401);
  assert.deepEqual(
    box.store.notes.map(({ kind }) => kind),
    ['password.first', 'sign-in.ok', 'sign-out'],
  );
});

test('a wrong password and an unknown name get the same answer and a note', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  await box.signIn();
  const wrong = await post(box, '/session', { name: 'Marie', password: 'wrong password' });
  await clock.advance(60_000);
  const unknown = await post(box, '/session', { name: 'Eve\n', password: person.password });
  assert.equal(wrong.status, 401);
  assert.equal(unknown.status, 401);
  assert.equal(wrong.text, unknown.text);
  assert.deepEqual(
    box.store.notes.slice(1).map(({ kind, who }) => [kind, who]),
    [
      ['sign-in.failed', 'Marie'],
      ['sign-in.failed', 'Eve?'],
    ],
  );
});

test('guessing from one address does not lock out another', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  await box.signIn();
  const eve = { localAddress: '127.0.0.9' };
  assert.equal((await post(box, '/session', { ...person, password: 'guess 123' }, eve)).status, 401);
  assert.equal((await post(box, '/session', { ...person, password: 'guess 124' }, eve)).status, 429);
  assert.equal((await post(box, '/session', person)).status, 204);
});

test('failures fill the journal only slowly', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  await box.signIn();
  for (let source = 2; source < 12; source++)
    await post(box, '/session', { ...person, password: 'guess 123' }, { localAddress: `127.0.0.${source}` });
  const failed = () => box.store.notes.filter(({ kind }) => kind === 'sign-in.failed');
  assert.equal(failed().length, 4);
  await clock.advance(60_000);
  await post(box, '/session', { ...person, password: 'guess 123' }, { localAddress: '127.0.0.99' });
  assert.equal(failed().at(-1)?.details.suppressed, 6);
});

test('signing in again gives a new session and ends the old one', async (t) => {
  const box = await startWebBox(t);
  const old = await box.signIn();
  const answer = await post(box, '/session', person, { cookie: old });
  assert.notEqual(tokenOf(answer), old);
  assert.equal((await box.ask('/api/v1/machines', { cookie: old })).status, 401);
});

test('a session survives a restart of web', async (t) => {
  const store = new StoreInRam();
  const before = await startWebBox(t, { store });
  const cookie = await before.signIn();
  await before.stop();
  const after = await startWebBox(t, { store });
  assert.equal((await after.ask('/api/v1/machines', { cookie })).status, 200);
  assert.equal((await after.screens.address()).code, null);
});

test('a session ends after half an hour without use and after twelve hours at all', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  const idle = await box.signIn();
  const busy = tokenOf(await post(box, '/session', person));
  const works = async (cookie: string) => (await box.ask('/api/v1/machines', { cookie })).status === 200;
  const minute = 60_000;

  await clock.advance(29 * minute);
  assert.equal(await works(idle), true);
  await clock.advance(29 * minute);
  assert.equal(await works(idle), true);
  assert.equal(await works(busy), false);

  const steady = tokenOf(await post(box, '/session', person));
  for (let used = 0; used < 12 * 60 - 20; used += 20) {
    await clock.advance(20 * minute);
    assert.equal(await works(steady), true, `after ${used + 20} minutes`);
  }
  await clock.advance(20 * minute);
  assert.equal(await works(steady), false);
  assert.equal([...box.store.records.keys()].filter((key) => key.startsWith('sessions/')).length, 0);
});

test('a wall clock that jumps neither ends nor revives a session', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  const cookie = await box.signIn();
  clock.jumpWall(20 * 365 * 86_400_000);
  assert.equal((await box.ask('/api/v1/machines', { cookie })).status, 200);
  clock.jumpWall(-40 * 365 * 86_400_000);
  await clock.advance(31 * 60_000);
  assert.equal((await box.ask('/api/v1/machines', { cookie })).status, 401);
});

test('time without web counts', async (t) => {
  const store = new StoreInRam();
  const before = await startWebBox(t, { store, clock: new FakeClock(1_000_000) });
  const cookie = await before.signIn();
  await before.stop();
  const after = await startWebBox(t, { store, clock: new FakeClock(1_000_000 + 31 * 60_000) });
  assert.equal((await after.ask('/api/v1/machines', { cookie })).status, 401);
});

test('while the store has never been there, nobody is let in or told a state', async (t) => {
  const store = new StoreInRam();
  store.line.up = false;
  const box = await startWebBox(t, { store });
  const answer = await box.ask('/api/v1/session');
  assert.equal(answer.status, 503);
  assert.equal(answer.text.includes('/run/secret'), false);
  assert.equal((await post(box, '/session', person)).status, 503);
  assert.equal((await box.ask('/api/v1/machines', { cookie: 'A'.repeat(43) })).status, 503);
  assert.equal((await box.screens.address()).code, null);
  store.line.comeBack();
  await box.code();
});
