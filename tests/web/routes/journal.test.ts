import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWebBox } from '../../helpers/web-box.ts';

test('a cleanup of the journal is asked of the store in the name of the person, and what does not fit is refused', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const ask = (body: unknown) => box.ask('/api/v1/journal/cleanup', { method: 'POST', cookie, body });
  const { status, json } = await ask({ beforeMs: 5, preview: true });
  assert.equal(status, 200);
  assert.equal((json as { anchor: unknown }).anchor, null);
  const [asked] = box.store.cleanups;
  assert.deepEqual([asked?.beforeMs, asked?.preview, asked?.role], [5, true, 'admin']);
  assert.ok(asked?.who);
  for (const wrong of [{}, { beforeMs: -1, preview: true }, { beforeMs: 1, preview: false, who: 'eve' }])
    assert.equal((await ask(wrong)).status, 400);
  const stranger = await box.ask('/api/v1/journal/cleanup', {
    method: 'POST',
    body: { beforeMs: 5, preview: true },
  });
  assert.equal(stranger.status, 401);
  assert.equal(box.store.cleanups.length, 1);
});

test('a search of the journal says where it goes on', async (t) => {
  const box = await startWebBox(t);
  const cookie = await box.signIn();
  const { status, json } = await box.ask('/api/v1/journal?text=mot&from=1&to=2&kind=machine', { cookie });
  assert.deepEqual([status, (json as { more: unknown }).more], [200, null]);
});
