import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../helpers/clock.ts';
import { type Asked, person, startWebBox, tokenOf, type WebBox } from '../helpers/web-box.ts';
import { addPerson, passwordOf, personId } from '../helpers/web-people.ts';

const change = (box: WebBox, method: string, path: string, o: Asked = {}) =>
  box.ask(`/api/v1${path}`, { method, ...o });
const signIn = (box: WebBox, name: string, password: string, o: Asked = {}) =>
  change(box, 'POST', '/session', { body: { name, password }, ...o });
const works = async (box: WebBox, cookie: string) =>
  (await box.ask('/api/v1/machines', { cookie })).status === 200;

test('an invitation is good once, for the name it was made for, and for seven days', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  const admin = await box.signIn();
  const invite = async (name: string) =>
    (await change(box, 'POST', '/people', { cookie: admin, body: { name, role: 'viewer' } })).json as {
      code: string;
    };
  const follow = async (name: string, code: string) => {
    await clock.advance(60_000);
    return change(box, 'POST', '/session/invitation', { body: { name, code, password: passwordOf(name) } });
  };
  const { code } = await invite('Victor');
  assert.match(code, /^[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}$/);
  assert.equal(JSON.stringify([...box.store.records]).includes(code.replaceAll('-', '')), false);
  assert.equal((await follow('Victor', 'AAAA-BBBB-CCCC')).status, 401);
  assert.equal((await follow('Marie', code)).status, 401);
  assert.equal((await follow('Nobody', code)).status, 401);
  assert.equal((await follow('Victor', code.toLowerCase())).status, 204);
  assert.equal((await follow('Victor', code)).status, 401);
  assert.equal((await signIn(box, 'victor', passwordOf('Victor'))).status, 204);

  const late = await invite('Late');
  clock.jumpWall(7 * 86_400_000);
  assert.equal((await follow('Late', late.code)).status, 401);
  clock.jumpWall(-30 * 86_400_000);
  assert.equal((await follow('Late', late.code)).status, 401);
});

test('an invited person cannot sign in before the invitation was followed, and two names never meet', async (t) => {
  const box = await startWebBox(t, { clock: new FakeClock() });
  const admin = await box.signIn();
  const invite = (name: string) =>
    change(box, 'POST', '/people', { cookie: admin, body: { name, role: 'admin' } });
  assert.equal((await invite('Paul')).status, 200);
  assert.equal((await signIn(box, 'Paul', '')).status, 401);
  for (const taken of ['paul', 'MARIE ', ' '])
    assert.ok([400, 409].includes((await invite(taken)).status), taken);
});

test('the last admin is neither removed nor demoted nor invited anew, also when an invited one waits', async (t) => {
  const box = await startWebBox(t);
  const admin = await box.signIn();
  await change(box, 'POST', '/people', { cookie: admin, body: { name: 'Paul', role: 'admin' } });
  const marie = await personId(box, admin, 'Marie');
  assert.equal((await change(box, 'DELETE', `/people/${marie}`, { cookie: admin })).status, 409);
  assert.equal(
    (await change(box, 'PATCH', `/people/${marie}`, { cookie: admin, body: { role: 'viewer' } })).status,
    409,
  );
  assert.equal((await change(box, 'POST', `/people/${marie}/invitation`, { cookie: admin })).status, 409);
  const ada = await addPerson(box, admin, 'Ada', 'admin');
  assert.equal((await change(box, 'DELETE', `/people/${marie}`, { cookie: ada })).status, 204);
  assert.equal(await works(box, admin), false);
  assert.equal((await signIn(box, person.name, person.password)).status, 401);
});

test('another role, another invitation and removal end the sessions of a person, and are written down', async (t) => {
  const box = await startWebBox(t);
  const admin = await box.signIn();
  const victor = await addPerson(box, admin, 'Victor', 'viewer');
  const id = await personId(box, admin, 'Victor');
  const press = (cookie: string) => change(box, 'POST', '/panel/press', { cookie, body: { kind: 'press' } });
  assert.equal((await press(victor)).status, 403);
  assert.equal(
    (await change(box, 'PATCH', `/people/${id}`, { cookie: admin, body: { role: 'operator' } })).status,
    204,
  );
  assert.equal(await works(box, victor), false);
  const again = tokenOf(await signIn(box, 'Victor', passwordOf('Victor')));
  assert.equal((await press(again)).status, 204);

  const { code } = (await change(box, 'POST', `/people/${id}/invitation`, { cookie: admin })).json as {
    code: string;
  };
  assert.equal(await works(box, again), false);
  assert.equal((await signIn(box, 'Victor', passwordOf('Victor'))).status, 401);
  const body = { name: 'Victor', code, password: 'another long walk' };
  const back = tokenOf(await change(box, 'POST', '/session/invitation', { body, localAddress: '127.0.0.2' }));
  assert.equal((await change(box, 'DELETE', `/people/${id}`, { cookie: admin })).status, 204);
  assert.equal(await works(box, back), false);
  assert.equal((await change(box, 'DELETE', `/people/${id}`, { cookie: admin })).status, 404);
  const kinds = box.store.notes.map(({ kind }) => kind).filter((kind) => kind.startsWith('person.'));
  assert.deepEqual(kinds, [
    ...['person.invited', 'person.joined', 'person.role', 'person.invited-again'],
    ...['person.joined', 'person.removed'],
  ]);
});
