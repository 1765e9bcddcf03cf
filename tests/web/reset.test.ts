import assert from 'node:assert/strict';
import { test } from 'node:test';
import { person, startWebBox } from '../helpers/web-box.ts';
import { addPerson, bearer, makeToken, passwordOf } from '../helpers/web-people.ts';

test('the box is put back only by an admin who gives the password and the name of the box', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const { name } = (await box.ask('/api/v1/status')).json as { name: string };
  const reset = (body: object, who: { cookie?: string; headers?: Record<string, string> } = { cookie }) =>
    box.ask('/api/v1/reset', { method: 'POST', body, ...who });
  const { password } = person;

  const wrongName = await reset({ password, name: 'netmonitor-zzzz' });
  assert.deepEqual(
    [wrongName.status, (wrongName.json as { error: { path: string } }).error.path],
    [400, 'name'],
  );
  assert.equal((await reset({ password })).status, 400);
  const operator = await addPerson(box, cookie, 'Odile', 'operator');
  assert.equal((await reset({ password: passwordOf('Odile'), name }, { cookie: operator })).status, 403);
  const { secret } = await makeToken(box, cookie, { role: 'admin', scopes: ['read', 'change', 'manage'] });
  assert.equal((await reset({ password, name }, { headers: bearer(secret) })).status, 403);
  assert.equal(
    (await reset({ password, name }, { cookie, headers: { origin: 'https://evil.example' } })).status,
    403,
  );
  assert.equal((await reset({ password: 'not the password', name })).status, 403);
  assert.deepEqual(box.resets, []);
});

test('with both it begins', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const { name } = (await box.ask('/api/v1/status')).json as { name: string };
  const body = { password: person.password, name: ` ${name.toUpperCase()} ` };
  assert.equal((await box.ask('/api/v1/reset', { method: 'POST', cookie, body })).status, 204);
  assert.deepEqual(box.resets, ['begun']);
});
