import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getAddress } from '../../appliance/web/assets/views/agent-command.ts';

const door = { addresses: ['127.0.0.1', '192.0.2.2', 'fd00::2'] };

test('another computer is told an address that it can reach, never its own', () => {
  for (const host of ['localhost:8443', '127.0.0.1:8443', '[::1]:8443'])
    assert.equal(getAddress(host, door), 'https://192.0.2.2:8443/get', host);
  assert.equal(getAddress('localhost', door), 'https://192.0.2.2/get');
  assert.equal(getAddress('netmonitor-abcd.local', door), 'https://netmonitor-abcd.local/get');
  assert.equal(getAddress('localhost', { addresses: [] }), 'https://localhost/get');
});

test('an IPv6 address gets its brackets', () => {
  assert.equal(getAddress('localhost:8443', { addresses: ['fd00::2'] }), 'https://[fd00::2]:8443/get');
  assert.equal(getAddress('[fd00::2]:8443', door), 'https://[fd00::2]:8443/get');
});
