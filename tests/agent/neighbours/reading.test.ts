import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMulticastDns, readSsdp } from '../../../agent/neighbours/announcements.ts';
import { Sightings } from '../../../agent/neighbours/sightings.ts';
import { readArp, readNeigh } from '../../../agent/neighbours/tables.ts';

test('the kernel tells who answers where, and nothing of those that do not answer', () => {
  const arp = [
    'IP address       HW type     Flags       HW address            Mask     Device',
    '192.0.2.1        0x1         0x2         02:FC:00:00:00:05     *        eth0',
    '192.0.2.9        0x1         0x0         00:00:00:00:00:00     *        eth0',
  ].join('\n');
  const router = { address: '192.0.2.1', mac: '02:fc:00:00:00:05' };
  assert.deepEqual(readArp(arp), [{ ...router, isHeard: false }]);
  const neigh = [
    { dst: '192.0.2.1', dev: 'eth0', lladdr: '02:fc:00:00:00:05', state: ['REACHABLE'] },
    { dst: '192.0.2.7', dev: 'eth0', lladdr: '02:fc:00:00:00:07', state: ['STALE'] },
    { dst: 'fe80::9', dev: 'eth0', state: ['FAILED'] },
    { dst: '192.0.2.8', dev: 'eth0', lladdr: '02:fc:00:00:00:08', state: ['FAILED'] },
    { dst: 'ff02::1', dev: 'eth0', lladdr: '33:33:00:00:00:01', state: ['NOARP'] },
    { dst: '-rf', lladdr: '02:fc:00:00:00:05', state: ['REACHABLE'] },
    null,
  ];
  assert.deepEqual(readNeigh(JSON.stringify(neigh)), [
    { ...router, isHeard: true },
    { address: '192.0.2.7', mac: '02:fc:00:00:00:07', isHeard: false },
  ]);
  assert.deepEqual([readArp(''), readArp('\u0000\n a b'), readNeigh('{}')], [[], [], []]);
});

/** A record of multicast DNS; `data` in hexadecimal digits. */
function record(owner: string, type: number, data: string): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(0x8001, 2);
  head.writeUInt16BE(data.length / 2, 8);
  return Buffer.concat([nameOf(owner), head, Buffer.from(data, 'hex')]);
}

function nameOf(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label, 'utf8'));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}

function announcement(...records: Buffer[]): Buffer {
  const head = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, records.length, 0, 0, 0, 0]);
  return Buffer.concat([head, ...records]);
}

test('a device is called what it calls its own address, and serves what it says it serves', () => {
  const bytes = announcement(
    record('_services._dns-sd._udp.local', 12, nameOf('_ipp._tcp.local').toString('hex')),
    record('_http._tcp.local', 12, nameOf('Büro._http._tcp.local').toString('hex')),
    record('Drucker 1._printer._tcp.local', 33, `000000000203${nameOf('drucker.local').toString('hex')}`),
    record('Drucker-Büro.local', 1, 'c0000207'),
    record('somebody-else.local', 1, 'c0000208'),
  );
  assert.deepEqual(readMulticastDns(bytes, '192.0.2.7'), {
    names: ['drucker-büro'],
    services: ['_ipp._tcp', '_http._tcp', '_printer._tcp'],
  });
});

test('questions, other people’s claims and garbage say nothing', () => {
  const question = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    nameOf('a.local'),
    Buffer.alloc(4),
  ]);
  assert.deepEqual(readMulticastDns(question, '192.0.2.7'), { names: [], services: [] });
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(12, 0xff), announcement(Buffer.of(0xc0, 0x0c))])
    assert.throws(() => readMulticastDns(bytes, '192.0.2.7'), { code: 'GARBLED' });
  const nothing = { names: [], services: [] };
  for (const text of [
    '',
    'GET / HTTP/1.1\r\nNT: urn:a:device:B:1\r\n',
    'NOTIFY * HTTP/1.1\r\nNT: urn:a:device:B<script>:1\r\n',
  ])
    assert.deepEqual(readSsdp(Buffer.from(text)), nothing);
  assert.deepEqual(
    readSsdp(Buffer.from('NOTIFY * HTTP/1.1\r\nNTS: ssdp:byebye\r\nNT: urn:a-b:device:TV:1\r\n\r\n')),
    nothing,
  );
});

test('devices of UPnP say what they are', () => {
  const alive = 'NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNTS: ssdp:alive\r\n';
  const found = 'HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\n';
  const nt = 'urn:schemas-upnp-org:device:MediaRenderer:1';
  for (const text of [`${alive}NT: ${nt}\r\n\r\n`, `${found}ST:${nt}\n\n`])
    assert.deepEqual(readSsdp(Buffer.from(text)).services, ['upnp:MediaRenderer']);
});

test('several addresses of one hardware are one device, told once and when there is news of it', () => {
  const sightings = new Sightings();
  const mac = '02:fc:00:00:00:07';
  sightings.saw({ address: '192.0.2.7', mac }, 10);
  sightings.saw({ address: 'fe80::7', mac, names: ['nas'] }, 20);
  sightings.saw({ address: '192.0.2.9', services: ['_ipp._tcp'] }, 30);
  const first = sightings.newsSince(0);
  assert.deepEqual(first.neighbours, [
    { mac, addresses: ['192.0.2.7', 'fe80::7'], names: ['nas'], services: [], heardMs: 20 },
    { addresses: ['192.0.2.9'], names: [], services: ['_ipp._tcp'], heardMs: 30 },
  ]);
  assert.deepEqual(sightings.newsSince(first.revision).neighbours, []);
  sightings.saw({ address: '192.0.2.7', mac }, 500_000);
  sightings.saw({ address: '192.0.2.9', isOld: true }, 700_000);
  assert.deepEqual(sightings.newsSince(first.revision).neighbours, [], 'heard again is no news yet');
  sightings.saw({ address: '192.0.2.7', mac }, 700_000);
  const again = sightings.newsSince(first.revision);
  assert.deepEqual(
    again.neighbours.map(({ addresses, heardMs }) => [addresses[0], heardMs]),
    [['192.0.2.7', 700_000]],
  );
  assert.equal(sightings.newsSince(0).neighbours.length, 2, 'another box is told everything');
});

test('an address that another device has now keeps nothing of the one before', () => {
  const sightings = new Sightings();
  sightings.saw({ address: '192.0.2.7', mac: '02:fc:00:00:00:07', names: ['nas'] }, 10);
  sightings.saw({ address: '192.0.2.7', mac: '02:fc:00:00:00:08' }, 20);
  assert.deepEqual(sightings.newsSince(0).neighbours, [
    { mac: '02:fc:00:00:00:08', addresses: ['192.0.2.7'], names: [], services: [], heardMs: 20 },
  ]);
});

test('a network full of made-up devices costs no more than its bound, and is told in parts', () => {
  const sightings = new Sightings();
  for (let at = 0; at < 5_000; at++)
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      sightings.saw({ address: `10.0.${at >> 8}.${at & 255}`, names: [`${name}${at}`] }, at);
  let told = 0;
  for (let revision = 0; ; ) {
    const news = sightings.newsSince(revision);
    if (news.neighbours.length === 0) break;
    assert.ok(news.neighbours.length <= 64 && news.neighbours.every(({ names }) => names.length <= 4));
    told += news.neighbours.length;
    revision = news.revision;
  }
  assert.equal(told, 1_024);
});

test('a small packet that says one long name again and again is not read to its end', () => {
  const long = record(Array(120).fill('a').join('.'), 16, '');
  // Owner and what it names both point at that name.
  const again = Buffer.from([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 0, 0, 2, 0xc0, 12]);
  const few = announcement(long, ...Array<Buffer>(3).fill(again));
  assert.deepEqual(readMulticastDns(few, '192.0.2.7'), { names: [], services: [] });
  const many = announcement(long, ...Array<Buffer>(80).fill(again));
  assert.throws(() => readMulticastDns(many, '192.0.2.7'), { code: 'TOO_LARGE' });
});
