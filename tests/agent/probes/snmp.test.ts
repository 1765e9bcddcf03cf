import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { berInteger, berOid, inside, numberOf, oidOf, readAll, tlv } from '../../../agent/probes/ber.ts';
import { Pace } from '../../../agent/probes/pace.ts';
import { Fault } from '../../../agent/probes/probe.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { figureOf, lookAt, patience, udpServer, verdictOf } from '../../helpers/probing.ts';

const host = 'switch.test';
type Value = [oid: number[], value: Buffer];

const column = (last: number[], index: number) => [1, 3, 6, 1, 2, 1, ...last, index];
const octets = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return tlv(0x46, bytes);
};
/** A switch with two interfaces, in the order of its tree. */
const tree: Value[] = [
  [[1, 3, 6, 1, 2, 1, 1, 3, 0], tlv(0x43, Buffer.of(0x01, 0xe2, 0x40))],
  [column([2, 2, 1, 8], 1), berInteger(1)],
  [column([2, 2, 1, 8], 130), berInteger(2)],
  [column([31, 1, 1, 1, 1], 1), tlv(4, Buffer.from('Gi 0/1'))],
  [column([31, 1, 1, 1, 1], 130), tlv(4, Buffer.from('uplink'))],
  [column([31, 1, 1, 1, 6], 1), octets(123_456_789_012)],
  [column([31, 1, 1, 1, 10], 1), octets(5)],
];

const before = (a: readonly number[], b: readonly number[]) => {
  const at = a.findIndex((number, index) => number !== b[index]);
  return at === -1 ? a.length < b.length : b.length > at && a[at]! < b[at]!;
};

function answer(asked: Buffer, edit: (rows: Value[]) => Value[] = (rows) => rows, status = 0): Buffer {
  const [version, community, pdu] = inside(readAll(asked)[0], 0x30);
  const [id, , , rows] = readAll(pdu!.body);
  assert.equal(community!.body.toString(), 'public');
  assert.equal(numberOf(version!), 1);
  const oid = oidOf(inside(inside(rows, 0x30)[0], 0x30)[0]!);
  const found = pdu!.tag === 0xa5 ? tree.filter(([one]) => before(oid, one)).slice(0, 2) : [tree[0]!];
  const told = edit(found).map(([name, value]) => tlv(0x30, berOid(name), value));
  const body = tlv(0xa2, berInteger(numberOf(id!)!), berInteger(status), berInteger(0), tlv(0x30, ...told));
  return tlv(0x30, berInteger(1), tlv(4, Buffer.from('public')), body);
}

test('a switch tells its uptime and its interfaces', async (t) => {
  const port = await udpServer(t, (asked) => [answer(asked)]);
  const outcome = await lookAt('snmp', { host, port, interfaces: 8 });
  assert.equal(verdictOf(outcome), 'up');
  assert.equal(figureOf(outcome, 'probe.uptime'), 1_234.56);
  assert.equal(figureOf(outcome, 'probe.interface.up', 'gi-0/1'), 1);
  assert.equal(figureOf(outcome, 'probe.interface.up', 'uplink'), 0);
  assert.equal(figureOf(outcome, 'probe.interface.io', 'gi-0/1', 'receive'), 123_456_789_012);
  assert.equal(figureOf(outcome, 'probe.interface.io', 'gi-0/1', 'transmit'), 5);
  const one = await lookAt('snmp', { host, port, interfaces: 1 });
  assert.equal(figureOf(one, 'probe.interface.up', 'uplink'), undefined);
});

test('a device that is silent, says no or says nonsense is down', async (t) => {
  const look = async (answers: (asked: Buffer) => readonly Uint8Array[], options = {}) =>
    verdictOf(await lookAt('snmp', { host, port: await udpServer(t, answers), ...options }));
  assert.equal(await look(() => [], patience), 'down TIMEOUT');
  assert.equal(await look(() => [Buffer.from('garbage')]), 'down GARBLED');
  assert.equal(await look(() => [Buffer.alloc(60_000, 0x30)]), 'down GARBLED');
  assert.equal(await look((asked) => [answer(asked, (rows) => rows, 2)]), 'down UNEXPECTED');
  assert.equal(await look((asked) => [answer(asked, () => [])]), 'down UNEXPECTED');
  const questions: Buffer[] = [];
  const port = await udpServer(t, (asked) => {
    questions.push(asked);
    return [answer(questions[0]!)];
  });
  assert.equal(verdictOf(await lookAt('snmp', { host, port })), 'up');
  assert.equal(
    verdictOf(await lookAt('snmp', { host, port })),
    'down GARBLED',
    'the answer to another question',
  );
});

test('a device whose tree has no end is not followed for ever', async (t) => {
  let asked = 0;
  const port = await udpServer(t, (question) => {
    asked += 1;
    return [answer(question, (rows) => (asked === 1 ? rows : [tree[3]!]))];
  });
  assert.equal(verdictOf(await lookAt('snmp', { host, port, interfaces: 32 })), 'up');
  assert.ok(asked < 10, `${asked} questions`);
});

test('a device that tells the same row under ever larger numbers finds an end', async (t) => {
  let asked = 0;
  const port = await udpServer(t, (question) => {
    asked += 1;
    const round = asked;
    return [
      answer(question, (rows) =>
        round === 1 ? rows : [[[...column([31, 1, 1, 1, 1], round), 7], tlv(4, Buffer.from('same'))]],
      ),
    ];
  });
  assert.equal(verdictOf(await lookAt('snmp', { host, port, interfaces: 32, timeoutMs: 30_000 })), 'up');
  assert.ok(asked < 60, `${asked} questions`);
});

test('a device that may not be asked any further is up with as much as it has told', async (t) => {
  const port = await udpServer(t, (asked) => [answer(asked)]);
  let left = 3;
  class Few extends Pace {
    override turn(): number {
      if (left-- > 0) return 0;
      throw new Fault('CROWDED', 'others ask, too');
    }
  }
  const outcome = await lookAt('snmp', { host, port, interfaces: 8 }, { pace: new Few(systemClock) });
  assert.equal(verdictOf(outcome), 'up');
  assert.equal(figureOf(outcome, 'probe.uptime'), 1_234.56);
  assert.equal(figureOf(outcome, 'probe.interface.io', 'gi-0/1', 'receive'), undefined);
});

test('numbers and names come back as they were written', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.array(fc.nat(2 ** 31 - 1), { maxLength: 20 }), (number, rest) => {
      assert.equal(numberOf(readAll(berInteger(number))[0]!), number);
      assert.deepEqual(oidOf(readAll(berOid([1, 3, ...rest]))[0]!), [1, 3, ...rest]);
    }),
    { numRuns: 200 },
  );
  assert.equal(numberOf({ tag: 2, body: Buffer.of(0xff) }), -1);
  for (const bytes of [[4], [4, 5, 1], [4, 0x80, 1], [4, 0x84, 0, 0, 0, 1, 1]])
    assert.throws(() => readAll(Buffer.from(bytes)), { code: 'GARBLED' });
});

test('any bytes are a message or a fault, never anything else', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        for (const one of readAll(Buffer.from(bytes))) oidOf(one);
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
