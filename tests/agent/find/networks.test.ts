import assert from 'node:assert/strict';
import { test } from 'node:test';
import { broadcastOf, isPrivate, searchDomains } from '../../../agent/find/networks.ts';
import { neighbours } from '../../../agent/find/scan.ts';

test('reads the search domains as the resolver does: the last line counts', () => {
  assert.deepEqual(searchDomains('nameserver 10.0.0.1\nsearch school.example  office.example.\n'), [
    'school.example',
    'office.example',
  ]);
  assert.deepEqual(searchDomains('search a.example\ndomain b.example c.example\n'), ['b.example']);
});

test('takes no domain that is none, and leaves .local to mDNS', () => {
  const text = `search local home.local ${'x'.repeat(64)}.example -- a..b good.example $(id)\n`;
  assert.deepEqual(searchDomains(text), ['--', 'good.example']);
  assert.deepEqual(searchDomains(''), []);
  const many = Array.from({ length: 40 }, (_, at) => `d${at}.example`);
  assert.equal(searchDomains(`search ${many.join(' ')}`).length, 6);
});

test('knows the address that a whole network hears', () => {
  assert.equal(broadcastOf({ address: '192.168.1.20', netmask: '255.255.255.0' }), '192.168.1.255');
  assert.equal(broadcastOf({ address: '10.7.9.1', netmask: '255.254.0.0' }), '10.7.255.255');
});

test('knocks at everybody in the own /24 but oneself, and only on private networks', () => {
  const netmask = '255.0.0.0';
  const hosts = neighbours([
    { address: '10.1.2.3', name: 'eth0', netmask },
    { address: '10.1.2.4', name: 'wlan0', netmask },
    { address: '203.0.113.9', name: 'ppp0', netmask },
  ]);
  assert.equal(hosts.length, 252);
  assert.ok(hosts.includes('10.1.2.254') && !hosts.includes('10.1.2.3') && !hosts.includes('10.1.2.4'));
  assert.ok(isPrivate('172.31.0.1') && !isPrivate('172.32.0.1') && !isPrivate('100.64.0.1'));
});
