import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadIdentity } from '../../appliance/web/identity.ts';
import { Appliance } from '../helpers/appliance.ts';
import { listen } from '../helpers/event-stream.ts';
import { eventually } from '../helpers/eventually.ts';
import { askOver, person, tokenOf } from '../helpers/web-box.ts';

test('with a real store: first sign-in, live machine, an outage, and a session that survives web', async (t) => {
  const box = await Appliance.start({
    daemons: ['store', 'web'],
    flags: { web: ['--listen', '127.0.0.1'] },
  });
  t.after(() => box.stop());
  const identity = await loadIdentity(join(box.home, 'state/web'));
  const { https } = box.ports;
  const ask = askOver(https, identity);

  const { fingerprint } = await box.web.address();
  assert.equal(fingerprint, identity.fingerprint);
  const code = await eventually(
    'the first code is drawn',
    async () => (await box.web.address()).code ?? false,
  );
  const first = await ask('/api/v1/session/first', { method: 'POST', body: { code, ...person } });
  assert.equal(first.status, 204, first.text);
  const cookie = tokenOf(first);

  const machine = { key: 'ab'.repeat(32), name: 'pc-1', by: 'marie', local: false };
  await box.registry.admit(machine);
  const names = async () =>
    ((await ask('/api/v1/machines', { cookie })).json as { machines: { name: string }[] }).machines.map(
      ({ name }) => name,
    );
  await eventually('the machine is told', async () => (await names())[0] === 'pc-1');
  assert.match((await ask('/api/v1/journal', { cookie })).text, /set the first password of this box/);

  const listener = await listen(t, { https, identity }, cookie);
  await listener.next('fresh', ({ source }) => source === 'store');
  await box.program('store').end('SIGKILL');
  await listener.next('stale', ({ source }) => source === 'store');
  assert.deepEqual(await names(), ['pc-1']);
  box.startDaemon('store');
  await listener.next('fresh', ({ source }) => source === 'store');

  await box.program('web').end();
  box.startDaemon('web');
  await eventually(
    'web knows the session again',
    async () => (await ask('/api/v1/machines', { cookie })).status === 200,
  );
  await eventually('web has read the fleet again', async () => (await names())[0] === 'pc-1');
  assert.equal((await box.web.address()).code, null);
});
