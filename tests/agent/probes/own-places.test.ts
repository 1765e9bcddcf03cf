import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  gatewayOfRoutes,
  gatewayOfRoutes6,
  nameServerOf,
  ownPlaces,
  ownPlacesElsewhere,
} from '../../../agent/probes/own-places.ts';
import { addressOf, isAllowed, reachOf } from '../../../agent/probes/reach.ts';
import { checkProbeOptions } from '../../../appliance/protocol/probes/options.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { lookAt, verdictOf } from '../../helpers/probing.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';
const route = (to: string, gateway: string, flags: string, metric: number, mask = '00000000') =>
  `eth0\t${to}\t${gateway}\t${flags}\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`;
const route6 = (to: string, length: string, gateway: string, metric: string, flags: string) =>
  `${to} ${length} ${'0'.repeat(32)} 00 ${gateway} ${metric} 00000001 00000000 ${flags}     eth0\n`;
const nowhere = '0'.repeat(32);
const linkLocal = 'fe80000000000000021122fffe334455';

test('the way out with the lowest metric is the gateway', () => {
  const routes =
    route('00000000', '0101A8C0', '0003', 600) +
    route('00000000', 'FE00000A', '0003', 100) +
    route('0000A8C0', '00000000', '0001', 0, '0000FFFF') +
    route('00000000', '0901A8C0', '0002', 0);
  assert.equal(gatewayOfRoutes(head + routes), '10.0.0.254');
  // A tunnel leads out without a gateway; half of the world is not all of it.
  assert.equal(gatewayOfRoutes(head + route('00000000', '00000000', '0001', 0)), undefined);
  assert.equal(gatewayOfRoutes(head + route('00000000', '0101A8C0', '0003', 0, '00000080')), undefined);
  for (const text of ['', head, 'no table\nat all', '\n\n\0']) assert.equal(gatewayOfRoutes(text), undefined);
});

test('where there is none of IPv4, that of IPv6 counts, on its own interface', () => {
  const table =
    route6(nowhere, '00', '20010db8000000000000000000000001', '00000400', '00000003') +
    route6(nowhere, '00', linkLocal, '00000064', '00000003') +
    route6(nowhere, '00', nowhere, 'ffffffff', '00200200') +
    route6('fe800000000000000000000000000000', '40', nowhere, '00000001', '00000001');
  assert.equal(gatewayOfRoutes6(table), 'fe80::211:22ff:fe33:4455%eth0');
  assert.equal(gatewayOfRoutes6(table.split('\n')[0]!), '2001:db8::1');
  assert.equal(gatewayOfRoutes6(route6(nowhere, '00', linkLocal, '1', '00000201')), undefined);
  for (const text of ['', 'zero', nowhere]) assert.equal(gatewayOfRoutes6(text), undefined);
});

test('the first name server of the file is asked', () => {
  const text =
    '# nameserver 192.0.2.1\nsearch lan\n nameserver pc.lan\nnameserver 192.0.2.53 \nnameserver 9.9.9.9\n';
  assert.equal(nameServerOf(text), '192.0.2.53');
  assert.equal(nameServerOf('options edns0\n'), undefined);
});

function machine(t: TestContext, files: Record<string, string>) {
  const root = temporaryFolder(t);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return ownPlaces(`${root}/`);
}

test('a name server on this machine is asked whom it asks itself', async (t) => {
  const stub = { 'etc/resolv.conf': 'nameserver 127.0.0.53\n' };
  const behind = { 'run/systemd/resolve/resolv.conf': 'nameserver 192.0.2.53\n' };
  assert.equal(await machine(t, { ...stub, ...behind })['@resolver'](), '192.0.2.53');
  const reach = reachOf(machine(t, stub));
  assert.equal(
    verdictOf(await lookAt('dns', { host: '@resolver', name: 'pc.test' }, { reach })),
    'unknown NOT_ALLOWED',
  );
});

test('a machine without a gateway or a name server says so, and knows nothing', async (t) => {
  const reach = reachOf(machine(t, { 'proc/net/route': head }));
  for (const [kind, host] of [
    ['icmp', '@gateway'],
    ['tcp', '@resolver'],
  ] as const) {
    const found = await lookAt(kind, { host, ...(kind === 'tcp' ? { port: 53 } : {}) }, { reach });
    assert.equal(verdictOf(found), 'unknown NONE_HERE');
    assert.match(found.reason?.detail ?? '', /^this machine has no (gateway|name server)$/);
  }
});

test('a gateway is found anew at each look, also one of its interface only', async () => {
  const found = ['192.168.1.1', 'fe80::1%eth0', '203.0.113.1', '127.0.0.1'];
  const places = { '@gateway': async () => found.shift()!, '@resolver': async () => '' };
  const reach = { ...reachOf(places), allowed: (one: string) => isAllowed(one, false, []) };
  const o = { beyond: false, reach, signal: new AbortController().signal };
  assert.equal(await addressOf('@gateway', o), '192.168.1.1');
  assert.equal(await addressOf('@gateway', o), 'fe80::1%eth0');
  await assert.rejects(addressOf('@gateway', o), { code: 'NOT_ALLOWED' });
  await assert.rejects(addressOf('@gateway', o), { code: 'NOT_ALLOWED' });
});

test('Windows and macOS are asked for theirs', async () => {
  let answer: string | undefined;
  const places = ownPlacesElsewhere({
    gateway: () => answer,
    nameServers: () => ['192.0.2.53:5353', '9.9.9.9'],
  });
  await assert.rejects(places['@gateway'](), { code: 'NO_MEANS' });
  answer = '192.0.2.1';
  assert.equal(await places['@gateway'](), '192.0.2.1');
  answer = '';
  await assert.rejects(places['@gateway'](), { code: 'NONE_HERE' });
  assert.equal(await places['@resolver'](), '9.9.9.9');
});

test('no other word with an @ is a host', () => {
  assert.equal(checkProbeOptions('icmp', { host: '@gateway' }).host, '@gateway');
  for (const host of ['@', '@host', '@gateway.', '@Gateway', 'a@gateway', '@resolver ', ' @gateway'])
    assert.throws(() => checkProbeOptions('icmp', { host }), { path: 'host' });
});
