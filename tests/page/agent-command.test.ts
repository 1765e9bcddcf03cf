import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxOption } from '../../appliance/web/assets/views/agent-command.ts';

const door = { port: 7411, addresses: ['127.0.0.1', '192.0.2.2', 'fd00::2'] };

test('another computer is told an address that it can reach, never its own', () => {
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    assert.equal(boxOption(host, door), '--box 192.0.2.2', host);
  assert.equal(boxOption('netmonitor-abcd.local', door), '--box netmonitor-abcd.local');
  assert.equal(boxOption('localhost', { port: 7411, addresses: [] }), null);
});

test('a port that is not the usual one is named, and an IPv6 address gets its brackets', () => {
  assert.equal(boxOption('box.lan', { ...door, port: 7412 }), '--box box.lan:7412');
  assert.equal(boxOption('localhost', { port: 7412, addresses: ['fd00::2'] }), '--box [fd00::2]:7412');
  assert.equal(boxOption('[fd00::2]', door), '--box [fd00::2]');
});
