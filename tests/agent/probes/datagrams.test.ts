import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figureOf, lookAt, patience, udpServer, verdictOf } from '../../helpers/probing.ts';

const host = 'server.test';

test('a datagram is answered as it should be, otherwise, or not at all, which says nothing', async (t) => {
  const heard: Buffer[] = [];
  const port = await udpServer(t, (asked) => {
    heard.push(asked);
    return asked.length === 0 ? [] : [Buffer.concat([Buffer.from('pong '), asked])];
  });
  const look = async (options: object) => verdictOf(await lookAt('udp', { host, port, ...options }));
  assert.equal(await look({ payload: 'hex:00ff', expect: 'hex:2000ff' }), 'up');
  assert.deepEqual(heard, [Buffer.of(0, 255)]);
  assert.equal(await look({ payload: 'ping', expect: 'pong' }), 'up');
  assert.equal(await look({ payload: 'ping', expect: 'other' }), 'down UNEXPECTED');
  assert.equal(await look(patience), 'unknown SILENT');
  assert.equal(await look({ port: 1 }), 'down REFUSED');
});

/** What a time server would say at `wallMs`, which answers at once. */
function time(asked: Buffer, wallMs: number, o: { leap?: number; stratum?: number } = {}): Buffer {
  const { leap = 0, stratum = 2 } = o;
  const answer = Buffer.alloc(48);
  answer[0] = (leap << 6) | 0x24;
  answer[1] = stratum;
  answer.write('RATE', 12, 'latin1');
  asked.copy(answer, 24, 40, 48);
  for (const at of [32, 40]) {
    answer.writeUInt32BE((Math.floor(wallMs / 1_000) + 2_208_988_800) % 2 ** 32, at);
    answer.writeUInt32BE(Math.floor(((wallMs % 1_000) / 1_000) * 2 ** 32), at + 4);
  }
  return answer;
}

test('a time server tells how far its clock is ahead, also in the next era', async (t) => {
  for (const aheadMs of [5_000, -90_000, 20 * 365 * 86_400_000]) {
    const port = await udpServer(t, (asked) => [time(asked, Date.now() + aheadMs)]);
    const outcome = await lookAt('ntp', { host, port });
    assert.equal(verdictOf(outcome), 'up');
    assert.ok(Math.abs(figureOf(outcome, 'probe.offset')! - aheadMs / 1_000) < 2, `${aheadMs}`);
    assert.equal(figureOf(outcome, 'probe.stratum'), 2);
  }
});

test('a time server without the time, or whose answer is to somebody else, is down', async (t) => {
  const look = async (answers: (asked: Buffer) => readonly Uint8Array[], forHow = {}) =>
    verdictOf(await lookAt('ntp', { host, port: await udpServer(t, answers), ...forHow }));
  assert.equal(await look((asked) => [time(asked, Date.now(), { leap: 3 })]), 'down UNSYNCHRONISED');
  assert.equal(await look((asked) => [time(asked, Date.now(), { stratum: 0 })]), 'down UNSYNCHRONISED');
  assert.equal(await look(() => [time(Buffer.alloc(48), Date.now())]), 'down GARBLED');
  assert.equal(await look(() => [Buffer.from('garbage')]), 'down GARBLED');
  assert.equal(await look(() => [], patience), 'down TIMEOUT');
});
