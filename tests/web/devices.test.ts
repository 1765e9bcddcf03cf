// Devices over REST, in front of the real watch.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Device, DevicePage } from '../../appliance/watch/client/devices.ts';
import type { ProbeState } from '../../appliance/watch/client/probes.ts';
import { boxWithWatch } from '../helpers/served-watch.ts';
import { addPerson } from '../helpers/web-people.ts';

test('what is seen on the network is listed, named by a person, and watched as it is suggested', async (t) => {
  const { box, ask, admin, lan } = await boxWithWatch(t);
  const nas = { mac: '3c:2a:f4:00:00:07', addresses: ['192.0.2.7'], names: ['nas'], services: ['_smb._tcp'] };
  lan.tell([{ ...nas, atMs: Date.now() }]);
  const { devices, looking, searching, makers } = (await ask('GET', '/devices')).json as DevicePage;
  assert.deepEqual([devices.map(({ id }) => id), looking, searching], [['3c2af4000007'], true, false]);
  assert.equal(makers, false, 'this box has no table of them');
  const at = '/devices/3c2af4000007';
  const known = (await ask('PUT', at, { label: 'File server' })).json as Device;
  assert.deepEqual([known.label, known.standing], ['File server', 'known']);
  const suggested = known.suggestions.find(({ kind }) => kind === 'tcp');
  assert.deepEqual(suggested, {
    kind: 'tcp',
    name: 'File server',
    options: { host: '192.0.2.7', port: 445 },
  });
  const { probe } = (await ask('POST', '/probes', { ...suggested, beyond: true })).json as ProbeState;
  const [watched] = ((await ask('GET', '/devices')).json as DevicePage).devices;
  assert.deepEqual([watched?.probes, watched?.suggestions.map(({ kind }) => kind)], [[probe.id], ['icmp']]);

  assert.equal(((await ask('POST', '/devices/search')).json as DevicePage).searching, true);
  assert.equal(lan.searches, 1);
  const viewer = await addPerson(box, admin, 'Victor', 'viewer');
  for (const [method, path, body] of [
    ['POST', '/devices/search', undefined],
    ['PUT', at, { label: 'mine' }],
    ['DELETE', at, undefined],
  ] as const)
    assert.equal((await ask(method, path, body, viewer)).status, 403, `${method} ${path}`);
  assert.equal((await ask('GET', '/devices', undefined, viewer)).status, 200);

  assert.equal((await ask('DELETE', at)).status, 204);
  assert.equal((await ask('DELETE', at)).status, 404);
  assert.equal((await ask('PUT', '/devices/..%2Frules', { label: 'x' })).status, 400);
  const refused = await ask('PUT', at, { label: 'x\u202etxt.exe' });
  assert.equal(refused.status, 400);
});

test('while the agent of the box is away a search says so', async (t) => {
  const { ask, lan } = await boxWithWatch(t);
  lan.isUp = false;
  const { status, json } = await ask('POST', '/devices/search');
  assert.deepEqual([status, (json as { error: { code: string } }).error.code], [503, 'UNAVAILABLE']);
});
