import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../helpers/clock.ts';
import { type Asked, person, startWebBox, tokenOf, type WebBox } from '../helpers/web-box.ts';
import { addPerson, passwordOf, personId } from '../helpers/web-people.ts';

const change = (box: WebBox, method: string, path: string, o: Asked = {}) =>
  box.ask(`/api/v1${path}`, { method, ...o });
const works = async (box: WebBox, cookie: string) =>
  (await box.ask('/api/v1/machines', { cookie })).status === 200;
const again = async (box: WebBox) => tokenOf(await change(box, 'POST', '/session', { body: person }));
const next = 'a quiet evening';

test('a new password needs the current one, ends all other sessions and gives this one a new cookie', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  const here = await box.signIn();
  const elsewhere = await again(box);
  const set = (password: string, wanted = next) =>
    change(box, 'PATCH', '/account/password', { cookie: here, body: { password, next: wanted } });
  assert.equal((await set('not the password')).status, 403);
  assert.equal(box.store.notes.at(-1)?.kind, 'password.refused');
  assert.equal((await set(person.password)).status, 429);
  await clock.advance(60_000);
  assert.equal((await set(person.password, 'short')).status, 400);
  const answer = await set(person.password);
  assert.equal(answer.status, 204);
  const renewed = tokenOf(answer);
  assert.notEqual(renewed, here);
  assert.deepEqual(
    [await works(box, here), await works(box, elsewhere), await works(box, renewed)],
    [false, false, true],
  );
  assert.equal((await change(box, 'POST', '/session', { body: person })).status, 401);
  assert.equal(
    box.store.notes.some(({ kind }) => kind === 'password.changed'),
    true,
  );
});

test('a new name needs the password, stays unique, and keeps the person', async (t) => {
  const box = await startWebBox(t, { clock: new FakeClock() });
  const cookie = await box.signIn();
  await addPerson(box, cookie, 'Victor', 'viewer');
  const rename = (name: string, password = person.password) =>
    change(box, 'PATCH', '/account/name', { cookie, body: { name, password } });
  const id = await personId(box, cookie, 'Marie');
  assert.equal((await rename('victor')).status, 409);
  assert.equal((await rename('Marie-Anne')).status, 204);
  assert.equal(await personId(box, cookie, 'Marie-Anne'), id);
  const me = (await box.ask('/api/v1/session', { cookie })).json as { user: { name: string } };
  assert.equal(me.user.name, 'Marie-Anne');
  assert.equal((await rename('Eve', 'wrong password')).status, 403);
});

test('shows where one is signed in, and ends one or all other sessions', async (t) => {
  const box = await startWebBox(t);
  const here = await box.signIn();
  const phone = tokenOf(
    await change(box, 'POST', '/session', {
      body: person,
      headers: { 'user-agent': 'Mozilla/5.0 (Android 16; Mobile; rv:147.0) Gecko/147.0 Firefox/147.0' },
    }),
  );
  const third = await again(box);
  type Open = { id: string; current: boolean; browser: string; from: string };
  const list = async () =>
    ((await box.ask('/api/v1/account/sessions', { cookie: here })).json as { sessions: Open[] }).sessions;
  const all = await list();
  assert.deepEqual(all.filter(({ current }) => current).length, 1);
  const android = all.find(({ browser }) => browser === 'Firefox, Android');
  assert.ok(android && android.from === '127.0.0.1' && !phone.includes(android.id));
  assert.equal(
    (await change(box, 'DELETE', `/account/sessions/${android.id}`, { cookie: here })).status,
    204,
  );
  assert.equal(await works(box, phone), false);
  assert.equal(await works(box, third), true);
  const victor = await addPerson(box, here, 'Victor', 'viewer');
  assert.equal(
    (await change(box, 'DELETE', `/account/sessions/${all[0]!.id}`, { cookie: victor })).status,
    404,
  );
  assert.equal((await change(box, 'DELETE', '/account/sessions', { cookie: here })).status, 204);
  assert.deepEqual(
    [await works(box, third), await works(box, here), await works(box, victor)],
    [false, true, true],
  );
  assert.equal((await list()).length, 1);
});

test('who signs in again and again pushes out own sessions only', async (t) => {
  const box = await startWebBox(t, { clock: new FakeClock() });
  const admin = await box.signIn();
  const first = await addPerson(box, admin, 'Victor', 'viewer');
  const body = { name: 'Victor', password: passwordOf('Victor') };
  let newest = '';
  for (let attempt = 0; attempt < 8; attempt++)
    newest = tokenOf(await change(box, 'POST', '/session', { body }));
  assert.deepEqual(
    [await works(box, first), await works(box, newest), await works(box, admin)],
    [false, true, true],
  );
});
