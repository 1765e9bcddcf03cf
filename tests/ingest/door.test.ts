import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Door, plainAddress } from '../../appliance/ingest/door.ts';
import { gateLimits } from '../../appliance/ingest/gate.ts';
import { newIdentity } from '../../appliance/ingest/identity.ts';
import { encodeFrame } from '../../appliance/protocol/frame.ts';
import { limits } from '../../appliance/protocol/limits.ts';
import { encodeMessage } from '../../appliance/protocol/messages.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { exitCodeOf, Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Station, startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { WireAgent, type WireIdentity, wireIdentity } from '../helpers/wire-agent.ts';

const quick = { helloMs: 150, handshakeMs: 150 };

async function withMachine(
  t: TestContext,
  more = {},
): Promise<{ store: MemoryStore; station: Station; identity: WireIdentity }> {
  const store = new MemoryStore();
  const identity = wireIdentity();
  await store.client().admit({ key: identity.id, name: 'pc', by: 'ada', local: false });
  return { store, identity, station: await startStation(t, store.client(), more) };
}

function raw(t: TestContext, port: number): Socket & { gone: Promise<void> } {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  t.after(() => socket.destroy());
  return Object.assign(socket, {
    gone: new Promise<void>((resolve) => socket.once('close', () => resolve())),
  });
}

function tls(t: TestContext, port: number, more: object): TLSSocket & { gone: Promise<void> } {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    ALPNProtocols: ['netmonitor/1'],
    ...more,
  });
  socket.on('error', () => undefined);
  socket.resume();
  t.after(() => socket.destroy());
  return Object.assign(socket, {
    gone: new Promise<void>((resolve) => socket.once('close', () => resolve())),
  });
}

const refused = async (station: Station) => (await station.client.door()).refusedConnections;
const asTls = ({ keyPem, certificatePem }: WireIdentity) => ({ key: keyPem, cert: certificatePem });

test('garbage, silence and half a handshake are closed and counted, and an admitted machine notices nothing', async (t) => {
  const { station, identity } = await withMachine(t, { limits: quick });
  const agent = await WireAgent.greet({ port: station.port, identity });
  const garbage = raw(t, station.port);
  garbage.write(randomBytes(4_096));
  const http = raw(t, station.port);
  http.write('GET / HTTP/1.1\r\nHost: box\r\n\r\n');
  const silent = raw(t, station.port);
  const half = raw(t, station.port);
  half.write(Buffer.from('160301020001000', 'hex'));
  await Promise.all([garbage.gone, http.gone, silent.gone, half.gone]);
  await eventually('all four are counted', async () => (await refused(station)) === 4);
  agent.dictionary(['a']);
  agent.tick(0, [1]);
  await agent.until('it is served', () => agent.acked().has(0));
});

test('who shakes hands and says nothing is closed', async (t) => {
  const { station } = await withMachine(t, { limits: quick });
  const agent = new WireAgent({ port: station.port });
  await agent.until('it is closed', () => agent.closed);
  assert.equal(await refused(station), 1);
});

test('nobody gets in without a certificate, with another protocol, an older TLS or another kind of key', async (t) => {
  const { station } = await withMachine(t);
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
  const attempts = [
    tls(t, station.port, {}),
    tls(t, station.port, { ...asTls(wireIdentity()), ALPNProtocols: undefined }),
    tls(t, station.port, { ...asTls(wireIdentity()), ALPNProtocols: ['h2'] }),
    tls(t, station.port, { ...asTls(wireIdentity()), maxVersion: 'TLSv1.2' }),
    tls(t, station.port, asTls(wireIdentity(rsa))),
  ];
  const answers: Buffer[] = [];
  for (const socket of attempts) {
    socket.on('data', (chunk: Buffer) => answers.push(chunk));
    socket.write(encodeMessage('ping', { id: 1 }));
  }
  await Promise.all(attempts.map((socket) => socket.gone));
  assert.deepEqual(answers, []);
  await eventually('each is counted', async () => (await refused(station)) === attempts.length);
});

test('a certificate with an admitted machine’s name but another key gets no data in', async (t) => {
  const { store, station } = await withMachine(t);
  const writes = store.writes;
  const agent = await WireAgent.greet({ port: station.port }, { name: 'pc' });
  assert.equal(agent.welcome?.state, 'waiting');
  agent.dictionary(['a']);
  agent.tick(0, [1]);
  await agent.until('it is closed', () => agent.closed);
  assert.equal(store.appends.length, 0);
  assert.equal(store.writes, writes);
});

test('a session cannot be resumed', async (t) => {
  const { station, identity } = await withMachine(t);
  const sessions: Buffer[] = [];
  const first = tls(t, station.port, asTls(identity));
  first.on('session', (session) => sessions.push(session));
  first.write(encodeMessage('ping', { id: 1 }));
  await new Promise((resolve) => first.once('data', resolve));
  const again = tls(t, station.port, { ...asTls(identity), session: sessions.at(-1) });
  await new Promise<void>((resolve) => again.once('secureConnect', () => resolve()));
  assert.equal(again.isSessionReused(), false);
});

test('oversized and malformed frames end the connection with a reason', async (t) => {
  const { store, station, identity } = await withMachine(t);
  const cases: { name: string; say: (agent: WireAgent) => void; path?: string }[] = [
    { name: 'too long', say: (agent) => agent.raw(Buffer.from([0x00, 0x10, 0x00, 0x00, 4])) },
    { name: 'empty', say: (agent) => agent.raw(Buffer.alloc(4)) },
    { name: 'no JSON', say: (agent) => agent.raw(encodeFrame(3, Buffer.from('{'))) },
    {
      name: 'a field',
      say: (agent) => agent.raw(encodeFrame(3, Buffer.from('{"from":0,"series":[{"name":"A"}]}'))),
      path: 'series[0].name',
    },
    { name: 'a gap', say: (agent) => agent.dictionary(['a'], 1), path: 'from' },
    { name: 'samples first', say: (agent) => agent.tick(0, []) },
    {
      name: 'broken samples',
      say: (agent) => {
        agent.dictionary(['a']);
        agent.raw(encodeFrame(4, Buffer.from([1, 1, 0, 0, 0xff, 1])));
      },
    },
    { name: 'a series twice', say: (agent) => agent.dictionary(['a', 'a']) },
    {
      name: '__proto__',
      say: (agent) => agent.raw(encodeFrame(7, Buffer.from('{"__proto__":{"os":"x"},"cores":"4"}'))),
      path: 'cores',
    },
  ];
  for (const { name, say, path } of cases) {
    const agent = await WireAgent.greet({ port: station.port, identity });
    say(agent);
    await agent.until(`${name}: closed`, () => agent.closed);
    assert.equal(agent.errors[0]?.code, 'MALFORMED', name);
    if (path) assert.equal(agent.errors[0]?.path, path, name);
  }
  assert.equal(await refused(station), cases.length);
  assert.equal(store.appends.length, 0);
});

test('before admission no frame is longer than 8 KiB, not even one that has only begun', async (t) => {
  const { station } = await withMachine(t);
  const whole = await WireAgent.greet({ port: station.port });
  const padded = { nonce: 'ab'.repeat(32), more: 'x'.repeat(9_000) };
  whole.raw(encodeFrame(19, Buffer.from(JSON.stringify(padded))));
  const begun = await WireAgent.greet({ port: station.port });
  begun.raw(encodeFrame(19, Buffer.alloc(200_000, 0x20)).subarray(0, 20_000));
  for (const agent of [whole, begun]) {
    await agent.until('it is closed', () => agent.closed);
    assert.equal(agent.errors[0]?.code, 'MALFORMED');
  }
});

test('an agent of another major version is told so', async (t) => {
  const { station, identity } = await withMachine(t);
  const agent = await WireAgent.greet({ port: station.port, identity }, { protocol: [2, 0] });
  assert.equal(agent.errors[0]?.code, 'UNSUPPORTED_VERSION');
  const minor = await WireAgent.greet({ port: station.port, identity }, { protocol: [1, 7] });
  assert.equal(minor.welcome?.state, 'admitted');
  // What a later minor version may say is passed over.
  minor.raw(encodeFrame(13, Buffer.from('anything')));
  minor.send('ping', { id: 3 });
  await minor.until('it is still served', () => minor.of('pong').length > 0);
});

test('eight connections of an address are let in before admission, and an admitted machine takes no place among them', async (t) => {
  const { station, identity } = await withMachine(t);
  const agent = await WireAgent.greet({ port: station.port, identity });
  const strangers = Array.from({ length: 8 }, () => raw(t, station.port));
  await Promise.all(strangers.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  const ninth = raw(t, station.port);
  await ninth.gone;
  assert.equal(await refused(station), 1);
  agent.send('ping', { id: 1 });
  await agent.until('the machine is served', () => agent.of('pong').length > 0);
});

test('a machine that floods is slowed to its rate, and another is not', async (t) => {
  const { station, store, identity } = await withMachine(t);
  const other = wireIdentity();
  await store.client().admit({ key: other.id, name: 'quiet', by: 'ada', local: false });
  const noisy = await WireAgent.greet({ port: station.port, identity });
  const quiet = await WireAgent.greet({ port: station.port, identity: other });
  for (let id = 0; id < 2_000; id++) noisy.send('ping', { id });
  await noisy.until('its burst', () => noisy.of('pong').length >= 39);
  quiet.send('ping', { id: 1 });
  await quiet.until('the other is served', () => quiet.of('pong').length === 1);
  assert.ok(noisy.of('pong').length < 200, `${noisy.of('pong').length} of 2000 pings were answered`);
  assert.equal(noisy.closed, false);
});

test('a door that is open already is no reason to start again', async (t) => {
  const { station } = await withMachine(t);
  const door = new Door({
    identity: newIdentity(),
    listen: '127.0.0.1',
    port: station.port,
    clock: systemClock,
    log: createLog({ name: 'x', level: 'error', write: () => undefined }),
    greet: () => {
      throw new Error('nobody comes');
    },
  });
  await assert.rejects(
    door.start(),
    (error) => error instanceof Failure && error.code === 'PORT_TAKEN' && exitCodeOf(error) === 78,
  );
});

test('addresses are shown as people write them', () => {
  assert.equal(plainAddress('::ffff:192.168.1.7'), '192.168.1.7');
  assert.equal(plainAddress('fe80::1'), 'fe80::1');
  assert.equal(plainAddress(undefined), '');
  assert.equal(gateLimits.connections, 1_200);
  assert.equal(limits.frameBytes, 262_144);
});
