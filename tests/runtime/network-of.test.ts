import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf } from '../../appliance/runtime/network-of.ts';

test('an address of IPv6 belongs to its /64 however it is written, one of IPv4 to nobody else', () => {
  assert.equal(networkOf('192.0.2.7'), '192.0.2.7');
  assert.equal(networkOf('2001:db8:1:2::7'), '2001:db8:1:2::/64');
  assert.equal(networkOf('2001:0DB8:0001:0002:ffff:0:0:1'), '2001:db8:1:2::/64');
  assert.equal(networkOf('2001:db8::7'), '2001:db8:0:0::/64');
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
  assert.equal(networkOf('1::'), '1:0:0:0::/64');
  assert.equal(networkOf('fe80::1%eth0'), networkOf('febf:1::2'));
  assert.notEqual(networkOf('fec0::1'), networkOf('fe80::1'));
  assert.equal(networkOf('unknown'), 'unknown');
});
