import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressesIn } from '../../../agent/find/well-known.ts';

test('finds a box that the hosts file names, by any of its names, and nothing in what is no address', () => {
  const hosts = [
    '127.0.0.1 localhost # netmonitor',
    '10.0.0.5\tserver NetMonitor',
    'fd00::5 netmonitor.local netmonitor',
    '#10.0.0.6 netmonitor',
    'nonsense netmonitor',
    '',
  ].join('\n');
  assert.deepEqual(addressesIn(hosts, 'netmonitor'), ['10.0.0.5', 'fd00::5']);
  assert.deepEqual(addressesIn(hosts, 'netmonitor.local'), ['fd00::5']);
  assert.deepEqual(addressesIn('', 'netmonitor'), []);
});
