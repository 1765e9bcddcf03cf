import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { pinger } from '../../../agent/probes/ping.ts';
import { Pings } from '../../../agent/probes/pings.ts';
import { Fault } from '../../../agent/probes/probe.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { figureOf, lookAt, verdictOf } from '../../helpers/probing.ts';
import { missing, realServer } from '../../helpers/real-servers.ts';

const host = 'server.test';
const isUp = async (kind: string, options: Parameters<typeof lookAt>[1]) =>
  verdictOf(await lookAt(kind, { host, ...options })) === 'up';

test('snmpd tells how long it has been running, and its interfaces', {
  skip: missing('snmpd', 'snmpd'),
}, async (t) => {
  const port = await realServer(
    t,
    {
      program: 'snmpd',
      config: ({ port }) => `agentAddress udp:127.0.0.1:${port}\nrocommunity s3same 127.0.0.1\n`,
      args: ({ folder, file }) => ['-f', '-Lo', '-C', '-c', file, '-p', `${folder}/pid`],
      env: (folder) => ({ SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder, MIBS: '' }),
    },
    (port) => isUp('snmp', { port, community: 's3same' }),
  );
  const options = { host, port, community: 's3same', interfaces: 32 };
  const outcome = await lookAt('snmp', options);
  assert.equal(verdictOf(outcome), 'up');
  assert.ok(figureOf(outcome, 'probe.uptime')! < 3_600);
  assert.equal(figureOf(outcome, 'probe.interface.up', 'lo'), 1);
  const received = figureOf(outcome, 'probe.interface.io', 'lo', 'receive')!;
  assert.ok(received > 0 && received === figureOf(outcome, 'probe.interface.io', 'lo', 'transmit'));
  const stranger = await lookAt('snmp', { ...options, community: 'public', timeoutMs: 400 });
  assert.equal(verdictOf(stranger), 'down TIMEOUT');
  assert.match(stranger.reason!.detail, /a wrong community is answered by silence/);
});

/** As somebody without rights it touches no clock and answers no commands. */
const chrony = (more: string) => ({
  program: 'chronyd',
  config: ({ port, folder }: { port: number; folder: string }) =>
    `port ${port}\nbindaddress 127.0.0.1\nallow 127.0.0.1\ncmdport 0\nbindcmdaddress /\npidfile ${folder}/pid\n${more}\n`,
  args: ({ file }: { file: string }) => ['-x', '-U', '-d', '-f', file],
});

test('chronyd tells the time, and says when it does not have it', {
  skip: missing('chronyd', 'chrony'),
}, async (t) => {
  const port = await realServer(t, chrony('local stratum 3'), (port) => isUp('ntp', { port }));
  const outcome = await lookAt('ntp', { host, port });
  assert.equal(figureOf(outcome, 'probe.stratum'), 3);
  // The same clock: what is left is how long this machine took.
  assert.ok(Math.abs(figureOf(outcome, 'probe.offset')!) < 5);
  const answered = async (port: number) =>
    (await lookAt('ntp', { host, port })).reason?.code === 'UNSYNCHRONISED';
  const lost = await realServer(t, chrony(''), answered);
  assert.equal(verdictOf(await lookAt('ntp', { host, port: lost })), 'down UNSYNCHRONISED');
});

test('dnsmasq knows what it was told, by UDP and by TCP, also what does not fit into a datagram', {
  skip: missing('dnsmasq', 'dnsmasq-base'),
}, async (t) => {
  const long = Array.from({ length: 3 }, (_, at) => `"${String(at).repeat(250)}"`).join();
  const records = [
    'host-record=nas.example.test,192.0.2.7,2001:db8::7',
    'cname=files.example.test,nas.example.test',
    'mx-host=example.test,mail.example.test,10',
    'srv-host=_ldap._tcp.example.test,nas.example.test,389,5,7',
    'txt-record=example.test,v=spf1 -all',
    `txt-record=long.example.test,${long}`,
    'local=/example.test/',
  ];
  const port = await realServer(
    t,
    {
      program: 'dnsmasq',
      config: ({ port }) =>
        [
          'no-resolv',
          'no-hosts',
          'bind-interfaces',
          'listen-address=127.0.0.1',
          `port=${port}`,
          ...records,
          '',
        ].join('\n'),
      args: ({ file }) => [
        '--keep-in-foreground',
        `--conf-file=${file}`,
        '--pid-file=',
        '--log-facility=-',
        '--user=',
      ],
    },
    (port) => isUp('dns', { port, name: 'nas.example.test' }),
  );
  const look = async (name: string, record: string, more: object = {}) =>
    verdictOf(await lookAt('dns', { host, port, name, record, ...more }));
  for (const transport of ['udp', 'tcp']) {
    const asked: [name: string, record: string, expect: string][] = [
      ['NAS.example.test', 'A', '192.0.2.7'],
      ['nas.example.test', 'AAAA', '2001:db8::7'],
      ['files.example.test', 'CNAME', 'nas.example.test'],
      ['files.example.test', 'A', '192.0.2.7'],
      ['example.test', 'MX', '10 mail.example.test'],
      ['_ldap._tcp.example.test', 'SRV', '5 7 389 nas.example.test'],
      ['example.test', 'TXT', 'v=spf1 -all'],
      ['192.0.2.7', 'PTR', 'nas.example.test'],
      ['2001:db8::7', 'PTR', 'nas.example.test'],
    ];
    for (const [name, record, expect] of asked)
      assert.equal(
        await look(name, record, { expect, transport }),
        'up',
        `${record} of ${name} by ${transport}`,
      );
    assert.equal(await look('nas.example.test', 'A', { expect: '192.0.2.8', transport }), 'down UNEXPECTED');
    assert.equal(await look('nobody.example.test', 'A', { transport }), 'down UNEXPECTED');
  }
  assert.equal(await look('long.example.test', 'TXT'), 'up');
});

function realPings(t: TestContext, once = pinger('/nowhere/ping')) {
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'info', write: (line) => lines.push(line) });
  const made = new Pings({ clock: systemClock, log, once });
  t.after(() => made.stop());
  return { ping: made.ping, lines };
}

test('fping hears the echoes of several addresses, of both families', {
  skip: missing('fping', 'fping'),
}, async (t) => {
  const { ping, lines } = realPings(t);
  const { signal } = new AbortController();
  const came = await Promise.all(
    ['127.0.0.1', '127.0.0.2', '::1'].map((one) =>
      ping(one, { echoes: [], heard: 0, intervalMs: 20_000 }, 9_000, signal),
    ),
  );
  for (const echoes of came)
    assert.ok(echoes.length > 0 && echoes.every((one) => one! > 0 && one! < 2), `${came}`);
  assert.deepEqual(lines, [], 'it was not ping that pinged');
});

test('where there is no fping, ping hears an echo', { skip: missing('ping', 'iputils-ping') }, async () => {
  const { signal } = new AbortController();
  const [seconds] = await pinger()('127.0.0.1', { echoes: [], heard: 0, intervalMs: 20_000 }, 9_000, signal);
  assert.ok(seconds! > 0 && seconds! < 9);
  await assert.rejects(pinger()('nas', { echoes: [], heard: 0, intervalMs: 20_000 }, 9_000, signal), Fault);
});
