import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { Beacon, isNeighbour } from '../../appliance/ingest/beacon.ts';
import { decodeBeaconAnswer, encodeBeaconQuestion } from '../../appliance/protocol/beacon.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';

const place = { id: 'cd'.repeat(32), name: 'netmonitor-qkzt', port: 7500 };
const nonce = new Uint8Array(16).fill(7);

async function lit(t: TestContext) {
  const lines: string[] = [];
  const clock = new FakeClock();
  const log = createLog({ name: 'ingest', level: 'info', write: (line) => lines.push(line) });
  const beacon = new Beacon({ place: () => place, port: 0, clock, log });
  await beacon.start();
  t.after(() => beacon.stop());
  const asker = createSocket('udp4');
  const heard: Uint8Array[] = [];
  asker.on('message', (bytes) => heard.push(bytes));
  asker.bind(0, '127.0.0.1');
  await once(asker, 'listening');
  t.after(() => asker.close());
  const ask = (bytes: Uint8Array) =>
    new Promise<void>((resolve) => asker.send(bytes, beacon.port, '127.0.0.1', () => resolve()));
  return { beacon, clock, lines, heard, ask };
}

test('a neighbour who asks learns port, key and name, with its own number', async (t) => {
  const { heard, ask } = await lit(t);
  await ask(encodeBeaconQuestion(nonce));
  await eventually('an answer', () => heard.length === 1);
  assert.deepEqual(decodeBeaconAnswer(heard[0]!), { ...place, nonce });
});

test('what is no question has no answer, and nobody gets more than his share', async (t) => {
  const { heard, ask, clock, lines } = await lit(t);
  for (const bytes of [new Uint8Array(0), new Uint8Array(128), Buffer.from('NMq1'), new Uint8Array(1400)])
    await ask(bytes);
  for (let count = 0; count < 20; count++) await ask(encodeBeaconQuestion(nonce));
  await eventually('its share', () => heard.length >= 6);
  await clock.advance(10_000);
  const last = new Uint8Array(16).fill(9);
  await ask(encodeBeaconQuestion(last));
  await eventually('the answer to the last', () =>
    heard.some((bytes) => decodeBeaconAnswer(bytes).nonce[0] === 9),
  );
  // Six at once, and six more at most of those that were read only after the ten seconds.
  assert.ok(heard.length >= 7 && heard.length <= 12, `${heard.length} answers`);
  assert.deepEqual(lines, []);
});

test('only neighbours are answered', () => {
  for (const near of ['10.1.2.3', '172.20.0.1', '192.168.1.9', '169.254.3.4', 'fe80::1%eth0', 'fd00::1'])
    assert.ok(isNeighbour(near), near);
  assert.ok(isNeighbour('::ffff:192.168.1.9'));
  for (const far of ['8.8.8.8', '172.32.0.1', '2001:db8::1', '::ffff:1.1.1.1'])
    assert.ok(!isNeighbour(far), far);
});

test('a port that is taken stops nothing and is said once', async (t) => {
  const { beacon } = await lit(t);
  const lines: string[] = [];
  const log = createLog({ name: 'ingest', level: 'info', write: (line) => lines.push(line) });
  const second = new Beacon({ place: () => place, port: beacon.port, clock: new FakeClock(), log });
  await second.start();
  assert.equal(second.port, 0);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /beacon does not work/);
  await second.stop();
});
