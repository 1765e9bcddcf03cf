import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHosts, hostName } from '../../appliance/web/hosts.ts';

test('reads the host out of a Host header', () => {
  const cases: [string | undefined, string | null][] = [
    ['netmonitor.local', 'netmonitor.local'],
    ['NetMonitor.Local.:8443', 'netmonitor.local'],
    ['192.168.1.20:443', '192.168.1.20'],
    ['[fd00:0:0::1]:443', 'fd00::1'],
    ['[::1]', '::1'],
    [undefined, null],
    ['', null],
    ['a b', null],
    ['user@netmonitor.local', null],
    ['netmonitor.local/x', null],
    ['[zz]', null],
    ['::1', null],
  ];
  for (const [header, name] of cases) assert.equal(hostName(header), name, String(header));
});

test('allows its names and the address that was dialled, nothing else', () => {
  const hosts = createHosts(['netmonitor.local', 'Box', '']);
  for (const [header, local] of [
    ['localhost:8443', '::1'],
    ['netmonitor.local', '192.168.1.20'],
    ['box', '192.168.1.20'],
    ['192.168.1.20', '192.168.1.20'],
    ['192.168.1.20:8443', '::ffff:192.168.1.20'],
    ['[fe80::1]', 'fe80::1%eth0'],
  ] as const)
    assert.equal(hosts.allows(header, local), true, header);
  for (const [header, local] of [
    ['evil.example', '192.168.1.20'],
    ['netmonitor.local.evil.example', '192.168.1.20'],
    ['evil.example:443', '127.0.0.1'],
    ['192.168.1.21', '192.168.1.20'],
    ['netmonitor-abcd.local', '192.168.1.20'],
    [undefined, '192.168.1.20'],
    ['', undefined],
  ] as const)
    assert.equal(hosts.allows(header, local), false, String(header));
});

test('learns the name that the door announces', () => {
  const hosts = createHosts([]);
  hosts.allow(['netmonitor-abcd', 'netmonitor-abcd.local']);
  assert.equal(hosts.allows('netmonitor-abcd.local', '10.0.0.1'), true);
});
