import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Malformed } from '../../appliance/protocol/malformed.ts';
import { checkAssignments } from '../../appliance/protocol/probes/exchange.ts';
import { type ProbeOption, probeKinds } from '../../appliance/protocol/probes/kinds.table.ts';
import { checkProbeOptions, isProbeKind } from '../../appliance/protocol/probes/options.ts';
import { probeReasons } from '../../appliance/protocol/probes/reasons.table.ts';
import { checkHost, checkUrl } from '../../appliance/protocol/probes/target.ts';

test('names and addresses are taken, and nothing that a program could take for something else', () => {
  for (const host of [
    'nas',
    'NAS.lan',
    '_sip.example.test',
    '192.0.2.7',
    '2001:db8::7',
    'a-b.test.',
    '3com.test',
  ])
    assert.equal(checkHost(host), host.toLowerCase());
  const refused = [
    '',
    '-f',
    '--help',
    '-oProxyCommand=id',
    'a b',
    'a;b',
    '$(id)',
    'a/b',
    'fe80::1%eth0',
    'é.test',
  ];
  const numbers = ['127.1', '0x7f000001', '2130706433', '0177.0.0.1', '1.2.3.4.5', '256.1.1.1', '10.0.0.1.'];
  for (const host of [...refused, ...numbers, 'a..b', 'a-.test', `${'a'.repeat(64)}.test`, 'a\nb', 7, null])
    assert.throws(() => checkHost(host), Malformed, String(host));
});

test('a page is named by a URL without a name or a password in it', () => {
  assert.equal(checkUrl('http://NAS.lan:8080/a?b#c'), 'http://nas.lan:8080/a?b#c');
  assert.equal(checkUrl('https://[2001:db8::7]/'), 'https://[2001:db8::7]/');
  for (const url of [
    'file:///etc/passwd',
    'http://a:b@c/',
    'ftp://a/',
    'http://',

    '//a',
    'http://a:0/',
  ])
    assert.throws(() => checkUrl(url), Malformed, url);
  // What a browser would read as 127.0.0.1 is read so here too, and then judged as an address.
  assert.equal(checkUrl('http://0x7f.1/'), 'http://127.0.0.1/');
});

test('options are what their kind declares, and what is left away has its usual value', () => {
  assert.deepEqual(checkProbeOptions('tcp', { host: 'nas', port: 445 }), {
    host: 'nas',
    port: 445,
    banner: '',
    timeoutMs: 5_000,
  });
  const wrong = (kind: keyof typeof probeKinds, options: object, path: string) =>
    assert.throws(() => checkProbeOptions(kind, { ...options }), { path });
  wrong('tcp', { host: 'nas' }, 'port');
  wrong('tcp', { host: 'nas', port: 0 }, 'port');
  wrong('tcp', { host: 'nas', port: 1, colour: 'blue' }, 'colour');
  wrong('tcp', JSON.parse('{"host":"nas","port":1,"__proto__":1}'), '__proto__');
  wrong('https', { url: 'http://nas/' }, 'url');
  wrong('http', { url: 'http://nas/', status: '2xx' }, 'status');
  wrong('dns', { host: 'ns', name: 'a', record: 'ANY' }, 'record');
  wrong('udp', { host: 'a', port: 1, payload: 'hex:0' }, 'payload');
  assert.equal(isProbeKind('constructor'), false);
});

test('every option has words in both languages and a usual value that it would take itself', () => {
  for (const [kind, { about, options }] of Object.entries(probeKinds)) {
    const declared = Object.entries(options as Record<string, ProbeOption>);
    for (const one of [about, ...declared.map(([, option]) => option.about)])
      assert.ok(one.en !== '' && one.fr !== '', kind);
    const needed = { host: 'nas', url: `${kind}://nas/`, name: 'nas', port: 1 };
    const given = Object.fromEntries(Object.entries(needed).filter(([name]) => Object.hasOwn(options, name)));
    assert.ok(isProbeKind(kind));
    assert.equal(Object.keys(checkProbeOptions(kind, given)).length, declared.length, kind);
  }
  for (const words of Object.values(probeReasons)) assert.notEqual(words.en, words.fr);
});

test('assignments of another machine’s making are refused where they do not fit', () => {
  const good = { id: 'abcdefg2', kind: 'tcp', intervalMs: 5_000, options: { host: 'nas', port: 1 } };
  const check = (edit: object) => checkAssignments({ probes: [{ ...good, ...edit }] });
  assert.deepEqual(check({ colour: 1 }), { probes: [good] });
  assert.equal(check({ kind: 'not-yet' }).probes[0]!.kind, 'not-yet');
  for (const edit of [
    ...[{ id: 'ABCDEFG2' }, { id: 'abc' }, { intervalMs: 4_999 }, { kind: '-tcp' }, { options: null }],
    ...[
      { options: [] },
      { options: { a: {} } },
      { options: { a: 'x'.repeat(1_025) } },
      { options: { 'a b': 1 } },
    ],
    {
      options: Object.fromEntries(
        Array.from({ length: 33 }, (_, at) => [`a${'b'.repeat(at % 30)}${'c'.repeat(at > 29 ? 1 : 0)}`, 1]),
      ),
    },
  ])
    assert.throws(() => check(edit), Malformed, JSON.stringify(edit));
});
