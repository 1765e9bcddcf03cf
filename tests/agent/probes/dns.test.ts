import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dnsQuestion, readDnsAnswer } from '../../../agent/probes/dns-wire.ts';
import { Fault } from '../../../agent/probes/probe.ts';
import { endless, lookAt, patience, tcpServer, udpServer, verdictOf } from '../../helpers/probing.ts';

const host = 'ns.test';

/** The answer to a question: its head, the question, and records whose name is a pointer to it. */
function answer(asked: Buffer, records: [type: number, data: Buffer][], flags = 0x8180): Buffer {
  const head = Buffer.from(asked);
  head.writeUInt16BE(flags, 2);
  head.writeUInt16BE(records.length, 6);
  const parts = records.map(([type, data]) => {
    const fixed = Buffer.from([0xc0, 12, type >> 8, type & 255, 0, 1, 0, 0, 0, 60, 0, data.length]);
    return Buffer.concat([fixed, data]);
  });
  return Buffer.concat([head, ...parts]);
}
const framed = (bytes: Buffer) => Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]);
const name = (text: string) => dnsQuestion(0, text, 1).subarray(12, -4);
const four = Buffer.of(192, 0, 2, 7);

test('each kind of record is read as people write it', async (t) => {
  const six = Buffer.from('20010db8000000000000000000000001', 'hex');
  const number = (value: number) => Buffer.of(value >> 8, value & 255);
  const data: Record<string, [number, Buffer, string]> = {
    A: [1, four, '192.0.2.7'],
    AAAA: [28, six, '2001:db8::1'],
    MX: [15, Buffer.concat([number(10), name('Mail.Test')]), '10 mail.test'],
    SRV: [33, Buffer.concat([number(1), number(2), number(443), name('a.test')]), '1 2 443 a.test'],
    TXT: [16, Buffer.from('\u0002v=\u00011', 'latin1'), 'v=1'],
    PTR: [12, Buffer.of(0xc0, 12), 'server.test'],
    SOA: [6, name('first.test'), 'first.test'],
  };
  for (const [record, [type, bytes, expect]] of Object.entries(data)) {
    const port = await udpServer(t, (asked) => [answer(asked, [[type, bytes]])]);
    const wanted = { host, port, name: 'server.test', record };
    assert.equal(verdictOf(await lookAt('dns', { ...wanted, expect })), 'up', record);
    const other = await lookAt('dns', { ...wanted, expect: 'other' });
    assert.deepEqual(other.reason, { code: 'UNEXPECTED', detail: `it says ${expect}` });
  }
});

test('the name of an address is asked for backwards', async (t) => {
  const questions: string[] = [];
  const port = await udpServer(t, (asked) => {
    questions.push(asked.toString('latin1', 12));
    return [answer(asked, [[12, name('pc.test')]])];
  });
  for (const address of ['192.0.2.7', '2001:db8::1'])
    assert.equal(verdictOf(await lookAt('dns', { host, port, name: address, record: 'PTR' })), 'up');
  assert.match(questions[0]!, /^.7.2.0.192.in-addr.arpa/s);
  assert.match(questions[1]!, /^(.1)(.0){23}.8.b.d.0.1.0.0.2.ip6.arpa/s);
});

test('an answer that does not fit into a datagram is asked for again by TCP', async (t) => {
  const port = await tcpServer(t, (socket) =>
    socket.on('data', (bytes) => socket.write(framed(answer(bytes.subarray(2), [[1, four]])))),
  );
  const wanted = { host, name: 'server.test', expect: '192.0.2.7' };
  assert.equal(verdictOf(await lookAt('dns', { ...wanted, port, transport: 'tcp' })), 'up');
  await udpServer(t, (asked) => [answer(asked, [], 0x8380)], port);
  assert.equal(verdictOf(await lookAt('dns', { ...wanted, port })), 'up');
});

test('a server that knows nothing, or answers what was not asked, is down', async (t) => {
  const look = async (answers: (asked: Buffer) => readonly Uint8Array[], forHow = {}) => {
    const port = await udpServer(t, answers);
    const outcome = await lookAt('dns', { host, port, name: 'server.test', ...forHow });
    return `${verdictOf(outcome)}: ${outcome.reason?.detail}`;
  };
  assert.equal(
    await look((asked) => [answer(asked, [], 0x8183)]),
    'down UNEXPECTED: it says NXDOMAIN to server.test',
  );
  assert.equal(await look((asked) => [answer(asked, [])]), 'down UNEXPECTED: it knows no A of server.test');
  assert.match(await look(() => [Buffer.from('garbage')]), /^down GARBLED/);
  assert.match(await look(() => [Buffer.alloc(60_000, 255)]), /^down GARBLED/);
  assert.match(await look(() => [], patience), /^down TIMEOUT/);
  const other = (asked: Buffer) => answer(dnsQuestion(asked.readUInt16BE(0), 'other.test', 1), [[1, four]]);
  assert.match(await look((asked) => [other(asked)]), /^down GARBLED: it answers another question/);
  const circle = (asked: Buffer) => answer(asked, [[5, Buffer.of(0xc0, asked.length + 12)]]);
  assert.match(await look((asked) => [circle(asked)]), /^down GARBLED: a name in the answer runs in circles/);
  const port = await tcpServer(t, (socket) => endless(socket, '\u0000'.repeat(1_000)));
  const endlessly = { host, port, name: 'server.test', transport: 'tcp' };
  assert.equal(verdictOf(await lookAt('dns', endlessly)), 'down GARBLED');
});

test('any bytes are an answer or a fault, never anything else', () => {
  const question = dnsQuestion(7, 'server.test', 1);
  const good = answer(question, [
    [1, four],
    [15, Buffer.concat([Buffer.of(0, 1), name('m.test')])],
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255))),
      fc.nat(good.length),
      (edits, length) => {
        const bytes = Buffer.from(good);
        for (const [at, byte] of edits) bytes[at] = byte;
        try {
          readDnsAnswer(bytes.subarray(0, length), question);
        } catch (error) {
          assert.ok(error instanceof Fault, String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});
