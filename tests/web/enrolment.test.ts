import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWebBox } from '../helpers/web-box.ts';
import { addPerson } from '../helpers/web-people.ts';

test('tokens are made, shown once and revoked by admins only', async (t) => {
  const box = await startWebBox(t);
  const admin = await box.signIn();
  const operator = await addPerson(box, admin, 'Omar', 'operator');
  const path = '/api/v1/enrolment-tokens';
  const make = (cookie: string, body: unknown) => box.ask(path, { method: 'POST', cookie, body });
  assert.equal((await make(operator, {})).status, 403);
  assert.equal((await box.ask(path, { cookie: operator })).status, 403);
  const made = (await make(admin, { label: 'room 12' })).json as Record<string, unknown>;
  assert.deepEqual([made.uses, made.label, made.expiresMs], [1, 'room 12', 1 + 86_400_000]);
  assert.match(String(made.token), /^[0-9a-f]{32}$/);
  const listed = await box.ask(path, { cookie: admin });
  assert.equal(listed.status, 200);
  assert.ok(!listed.text.includes(String(made.token)));
  for (const body of [{ uses: 0 }, { uses: 1001 }, { hours: 721 }, { label: 'x'.repeat(101) }, { more: 1 }])
    assert.equal((await make(admin, body)).status, 400, JSON.stringify(body));
  const revoked = await box.ask(`${path}/${made.id}`, { method: 'DELETE', cookie: admin, raw: '' });
  assert.equal(revoked.status, 204);
  assert.deepEqual(
    box.door.asked.map(({ what, by }) => [what, by?.who]),
    [['revoke', 'Marie']],
  );
});

test('the open house is opened and closed by operators, and seen by everybody', async (t) => {
  const box = await startWebBox(t);
  const admin = await box.signIn();
  const operator = await addPerson(box, admin, 'Omar', 'operator');
  const viewer = await addPerson(box, admin, 'Vera', 'viewer');
  const path = '/api/v1/open-house';
  assert.equal((await box.ask(path, { method: 'POST', cookie: viewer, body: {} })).status, 403);
  assert.deepEqual((await box.ask(path, { cookie: viewer })).json, { openHouse: null });
  const opened = await box.ask(path, { method: 'POST', cookie: operator, body: {} });
  assert.equal((opened.json as { leftMs: number }).leftMs, 600_000);
  assert.equal((await box.ask(path, { method: 'DELETE', cookie: operator, raw: '' })).status, 204);
  const by = { who: 'Omar', role: 'operator', from: '127.0.0.1' };
  assert.deepEqual(box.door.asked, [
    { what: 'open house', id: '', by },
    { what: 'close house', id: '', by },
  ]);
});

test('a place is kept for a machine, and a copied one is heard again when an admin says so', async (t) => {
  const box = await startWebBox(t);
  const admin = await box.signIn();
  const operator = await addPerson(box, admin, 'Omar', 'operator');
  const post = (path: string, cookie: string, body: unknown = {}) =>
    box.ask(`/api/v1${path}`, { method: 'POST', cookie, body });
  assert.equal((await post('/waiting/wanted', operator, { text: 'reception' })).status, 204);
  assert.deepEqual((await box.ask('/api/v1/clones', { cookie: operator })).json, { clones: [] });
  assert.equal((await post('/clones/4/release', operator)).status, 403);
  assert.equal((await post('/clones/4/release', admin)).status, 204);
  assert.deepEqual(
    box.door.asked.map(({ what, id }) => [what, id]),
    [
      ['want', 'reception'],
      ['release', 4],
    ],
  );
});
