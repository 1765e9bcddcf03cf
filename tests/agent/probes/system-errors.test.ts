import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pinger } from '../../../agent/probes/ping.ts';
import { faultOf, verdictOf as verdictOfCode } from '../../../agent/probes/probe.ts';
import type { Reach } from '../../../agent/probes/reach.ts';
import { datagrams } from '../../../agent/probes/socket.ts';
import type { LooseOptions } from '../../../appliance/protocol/probes/exchange.ts';
import { lookAt, verdictOf } from '../../helpers/probing.ts';

/** What the system says is put to the test, not where a probe may go. */
const everywhere: Reach = { resolve: async (name) => [name], allowed: () => true };

test('a target that nobody can be asked at is told in words of its own, by each kind', async () => {
  const look = async (kind: string, options: LooseOptions) => {
    const outcome = await lookAt(kind, options, { reach: everywhere });
    assert.match(outcome.reason?.detail ?? '', /^(connect|send|sendmsg) E[A-Z]+/, kind);
    return verdictOf(outcome);
  };
  const told = async (...looks: [kind: string, options: LooseOptions][]) => [
    ...new Set(await Promise.all(looks.map(([kind, options]) => look(kind, options)))),
  ];
  // An address of one link, without the link.
  const host = 'fe80::1';
  assert.deepEqual(
    await told(
      ['udp', { host, port: 9 }],
      ['dns', { host, name: 'nas.test' }],
      ['ntp', { host }],
      ['snmp', { host }],
    ),
    ['unknown NO_TARGET'],
  );
  const all = '255.255.255.255';
  assert.deepEqual(await told(['udp', { host: all, port: 9 }], ['snmp', { host: all }]), [
    'unknown FORBIDDEN',
  ]);
  const connected = await told(
    ['tcp', { host: all, port: 9 }],
    ['http', { url: `http://${all}:9/` }],
    ['https', { url: `https://${all}:9/` }],
    ['dns', { host: all, name: 'nas.test', transport: 'tcp' }],
  );
  assert.deepEqual(connected, ['down UNREACHABLE']);
});

test('a datagram that cannot be sent is told at once', async (t) => {
  const ending = new AbortController();
  t.after(() => ending.abort());
  const { ask } = await datagrams('127.0.0.1', 9, ending.signal);
  await assert.rejects(ask(Buffer.alloc(70_000)), { code: 'UNREACHABLE', message: /EMSGSIZE/ });
});

test('no error of the system is told as one of the probe', async () => {
  const codeOf = (code: string, otherwise?: 'TLS') =>
    faultOf(Object.assign(new Error(`connect ${code}`), { code, errno: -1, syscall: 'connect' }), otherwise)
      .code;
  const told = (...codes: string[]) => [...new Set(codes.map((code) => codeOf(code)))];
  assert.deepEqual(told('EPERM'), ['FORBIDDEN']);
  assert.deepEqual(told('EACCES'), ['BLOCKED']);
  assert.deepEqual(told('EINVAL'), ['NO_TARGET']);
  assert.deepEqual(told('ENETDOWN', 'ENETUNREACH', 'EHOSTUNREACH', 'ENOPROTOOPT'), ['UNREACHABLE']);
  assert.deepEqual(told('EADDRNOTAVAIL', 'EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN'), ['SPENT']);
  assert.deepEqual(told('EAFNOSUPPORT', 'ENEWER'), ['NO_MEANS']);
  assert.deepEqual(told('ECONNABORTED', 'ENOTCONN'), ['CLOSED']);
  assert.equal(codeOf('EPROTO', 'TLS'), 'TLS');
  assert.equal(codeOf('EACCES', 'TLS'), 'BLOCKED');
  assert.equal(faultOf(new TypeError('a defect')).code, 'INTERNAL');
  const downs = (['FORBIDDEN', 'BLOCKED', 'NO_TARGET', 'SPENT', 'BUSY'] as const).filter(
    (code) => verdictOfCode(code) === 'down',
  );
  assert.deepEqual(downs, ['BLOCKED'], 'what this machine cannot ask says nothing about the target');
});

test('a ping that cannot be started is no defect of the probe', async () => {
  const { signal } = new AbortController();
  const past = { echoes: [], heard: 0, intervalMs: 20_000 };
  await assert.rejects(pinger('/etc')('192.0.2.7', past, 1_000, signal), {
    code: 'NO_MEANS',
    message: /EACCES/,
  });
});
