import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../helpers/clock.ts';
import { type Asked, person, startWebBox, type WebBox } from '../helpers/web-box.ts';
import { addPerson } from '../helpers/web-people.ts';

const next = 'a quiet evening';
const recover = (box: WebBox, code: string, o: { name?: string; password?: string } & Asked = {}) => {
  const { name = person.name, password = next, ...asked } = o;
  return box.ask('/api/v1/session/recovery', { method: 'POST', body: { code, name, password }, ...asked });
};
const signIn = (box: WebBox, password: string) =>
  box.ask('/api/v1/session', { method: 'POST', body: { name: person.name, password } });

async function arm(box: WebBox): Promise<string> {
  await box.screens.recover();
  return (await box.screens.address()).recovery ?? '';
}

test('the code of the screen sets the password of an admin, once, and does nothing else', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  const cookie = await box.signIn();
  assert.equal((await box.screens.address()).recovery, null);
  const code = await arm(box);
  assert.match(code, /^\w{3}-\w{3}$/);
  const answer = await recover(box, code);
  assert.equal(answer.status, 204);
  assert.match(String(answer.headers['set-cookie']), /^__Host-netmonitor=; .*Max-Age=0$/);
  assert.equal((await box.ask('/api/v1/machines', { cookie })).status, 401);
  assert.equal((await box.screens.address()).recovery, null);
  await clock.advance(60_000);
  assert.equal((await recover(box, code, { password: 'another evening' })).status, 401);
  assert.equal((await signIn(box, person.password)).status, 401);
  await clock.advance(60_000);
  assert.equal((await signIn(box, next)).status, 204);
  assert.equal([...box.store.records.keys()].filter((key) => key.startsWith('users/')).length, 1);
  const kinds = box.store.notes.map(({ kind }) => kind);
  assert.ok(kinds.includes('recovery.armed') && kinds.includes('password.recovered'));
});

test('two requests at once with one code set one password', async (t) => {
  const box = await startWebBox(t, { clock: new FakeClock(), dearPasswords: true });
  const admin = await box.signIn();
  await addPerson(box, admin, 'Ada', 'admin');
  const code = await arm(box);
  const answers = await Promise.all([
    recover(box, code, { localAddress: '127.0.0.2' }),
    recover(box, code, { name: 'Ada', localAddress: '127.0.0.3' }),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 401]);
});

test('ends after five minutes, after five wrong tries, and with the next one', async (t) => {
  const clock = new FakeClock();
  const box = await startWebBox(t, { clock });
  await box.signIn();
  const late = await arm(box);
  await clock.advance(5 * 60_000);
  assert.equal((await box.screens.address()).recovery, null);
  assert.equal((await recover(box, late)).status, 401);

  const guessed = await arm(box);
  for (let attempt = 0; attempt < 5; attempt++)
    assert.equal((await recover(box, 'AAA-AAA', { localAddress: `127.0.0.${10 + attempt}` })).status, 401);
  assert.equal((await recover(box, guessed, { localAddress: '127.0.0.2' })).status, 401);
  const [before, now] = [await arm(box), await arm(box)];
  assert.notEqual(before, now);
  assert.equal((await recover(box, before, { localAddress: '127.0.0.3' })).status, 401);
  assert.equal((await recover(box, now, { localAddress: '127.0.0.4' })).status, 204);
});

test('is for admins who exist: names them to whoever has the code, and takes no bad password', async (t) => {
  const box = await startWebBox(t, { clock: new FakeClock() });
  const admin = await box.signIn();
  await addPerson(box, admin, 'Victor', 'viewer');
  const code = await arm(box);
  for (const name of ['Victor', 'Nobody']) {
    const answer = await recover(box, code, { name });
    assert.equal(answer.status, 404);
    assert.match(answer.text, /Admins of this box: Marie\./);
  }
  assert.equal((await recover(box, code, { password: 'password123' })).status, 400);
  assert.equal((await recover(box, code)).status, 204);
});

test('is not shown while nobody has a password: the first code does that', async (t) => {
  const box = await startWebBox(t);
  await box.code();
  await assert.rejects(box.screens.recover(), { code: 'CONFLICT' });
});

test('no route of the page leads to it: neither a press nor the two edges of a long hold', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  for (const kind of ['down', 'up', 'recovery'])
    assert.equal(
      (await box.ask('/api/v1/panel/press', { method: 'POST', cookie, body: { kind } })).status,
      400,
      kind,
    );
  assert.deepEqual(box.panel.presses, []);
  assert.equal((await box.screens.address()).recovery, null);
});
