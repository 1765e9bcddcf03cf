import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { createAddress } from '../../appliance/web/address.ts';
import { eventually } from '../helpers/eventually.ts';
import { startWebBox } from '../helpers/web-box.ts';

const one = (address: string, family: 'IPv4' | 'IPv6', internal = false) =>
  ({ address, family, internal, netmask: '', mac: '', cidr: null }) as NetworkInterfaceInfo;
const interfaces = (() => ({
  lo: [one('127.0.0.1', 'IPv4', true)],
  eth0: [one('192.168.1.20', 'IPv4'), one('fe80::1', 'IPv6')],
  wlan0: [one('169.254.3.4', 'IPv4')],
})) as typeof networkInterfaces;
const create = (listen: string) =>
  createAddress({
    ...{ listen, interfaces, code: () => null, recovery: () => null },
    certificate: () => ({ fingerprint: 'ab', certificateFingerprint: 'cd' }),
  });

test('names the addresses that browsers of this network reach, best first', () => {
  const address = create('::');
  address.listening(8443);
  assert.deepEqual(address.now().urls, ['https://192.168.1.20:8443', 'https://localhost:8443']);
  address.announced('netmonitor-abcd');
  address.listening(443);
  assert.deepEqual(address.now().urls, [
    'https://192.168.1.20',
    'https://netmonitor-abcd.local',
    'https://localhost',
  ]);
  assert.equal(address.boxName(), 'netmonitor-abcd');
});

test('names only what is listened on', () => {
  assert.deepEqual(create('127.0.0.1').now().urls, ['https://localhost']);
  assert.deepEqual(create('10.0.0.7').now().urls, ['https://10.0.0.7', 'https://localhost']);
});

test('the screens of the box hear of each change', async (t) => {
  const box = await startWebBox(t);
  const codes: (string | null)[] = [];
  const following = box.screens.changes({ onChange: ({ code }) => void codes.push(code) });
  t.after(() => following.stop());
  const code = await box.code();
  await eventually('the code is told', () => codes.at(-1) === code);
  await box.signIn();
  await eventually('the code is gone', () => codes.at(-1) === null);
  const { urls, fingerprint } = await box.screens.address();
  assert.deepEqual(urls, [`https://localhost:${box.https}`]);
  assert.equal(fingerprint, box.identity.fingerprint);
});
