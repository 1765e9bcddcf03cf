import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { createGate, sourceOf } from '../../appliance/web/gate.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';

const paced = {
  ...{ handshakesPerSecond: 10, handshakesPerAddress: 5, handshakesPerNetwork: 7 },
  connectionsPerNetwork: 9,
};

test('each address is a source of its own, however it is written', () => {
  assert.equal(sourceOf('192.168.1.20'), '192.168.1.20');
  assert.equal(sourceOf('::ffff:192.168.1.20'), '192.168.1.20');
  assert.equal(sourceOf('fe80::1%eth0'), 'fe80::1');
  assert.notEqual(sourceOf('2001:db8::1'), sourceOf('2001:db8::2'));
  assert.equal(sourceOf(undefined), 'unknown');
});

test('closes connections beyond the limit and takes new ones when others are gone', async (t) => {
  const gate = createGate({ ...paced, connections: 3, connectionsPerAddress: 2 }, systemClock);
  const server = createServer((socket) => socket.on('error', () => socket.destroy()));
  gate.guard(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open: Socket[] = [];
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const dial = async (localAddress: string) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    socket.on('error', () => socket.destroy());
    open.push(socket);
    await once(socket, 'connect');
    return socket;
  };

  const first = await dial('127.0.0.1');
  await dial('127.0.0.1');
  await once(await dial('127.0.0.1'), 'close');
  await dial('127.0.0.2');
  await once(await dial('127.0.0.3'), 'close');
  assert.deepEqual(gate.counts(), { open: 3, refused: 2 });

  first.destroy();
  await eventually('the place is free', () => gate.counts().open === 2);
  await dial('127.0.0.1');
  await eventually('the place is taken', () => gate.counts().open === 3);
  assert.equal(gate.counts().refused, 2);
});

function gated(
  handshakes: boolean,
  limits: Partial<Parameters<typeof createGate>[0]> & { connections: number; connectionsPerAddress: number },
) {
  const clock = new FakeClock();
  const gate = createGate({ ...paced, ...limits }, clock);
  const server = new EventEmitter();
  gate.guard(server as unknown as Server, { handshakes });
  const dial = (remoteAddress: string) => {
    const socket = Object.assign(new EventEmitter(), {
      remoteAddress,
      gone: false,
      destroy: () => undefined,
    });
    socket.destroy = () => {
      socket.gone = true;
      socket.emit('close');
    };
    server.emit('connection', socket);
    return socket;
  };
  return { clock, gate, dial };
}

test('when all places are taken, the address that has most gives way to one that has few', () => {
  const { gate, dial } = gated(false, { connections: 12, connectionsPerAddress: 8 });
  const crowd = Array.from({ length: 8 }, () => dial('10.0.0.9'));
  const others = Array.from({ length: 4 }, () => dial('10.0.0.8'));
  const person = Array.from({ length: 3 }, () => dial('10.0.0.1'));
  assert.deepEqual(
    person.map(({ gone }) => gone),
    [false, false, false],
  );
  assert.deepEqual(
    crowd.map(({ gone }) => gone),
    [true, true, true, false, false, false, false, false],
  );
  assert.ok(others.every(({ gone }) => !gone));
  // Who has as many as the others is refused.
  assert.ok(dial('10.0.0.8').gone);
  assert.deepEqual(gate.counts(), { open: 12, refused: 4 });
  for (const socket of [...crowd, ...others, ...person]) socket.destroy();
  assert.equal(gate.counts().open, 0);
});

test('paces the handshakes of one address, and keeps some for those who ask for few', async () => {
  const { clock, dial } = gated(true, { connections: 1_000, connectionsPerAddress: 1_000 });
  const knocks = (address: string, times: number) =>
    Array.from({ length: times }, () => dial(address)).filter(({ gone }) => !gone).length;

  assert.equal(knocks('10.0.0.9', 100), 20);
  assert.equal(knocks('10.0.0.1', 5), 5);
  await clock.advance(1_000);
  assert.equal(knocks('10.0.0.9', 100), 5);
  knocks('10.0.0.8', 100);
  assert.equal(knocks('10.0.0.7', 100), 8);
  assert.equal(knocks('10.0.0.6', 6), 6);
});

test('a few crowded addresses of a /64 give way to others of it when its places are taken', () => {
  const { gate, dial } = gated(false, { connections: 12, connectionsPerAddress: 6 });
  const crowd = Array.from({ length: 18 }, (_, at) => dial(`2001:db8::${1 + (at % 3)}`));
  const inside = () => crowd.filter(({ gone }) => !gone).length;
  assert.equal(inside(), 9);
  assert.equal(dial('2001:db8::aaaa').gone, false);
  assert.equal(inside(), 8);
  assert.deepEqual(gate.counts(), { open: 9, refused: 10 });
  for (const socket of crowd) socket.destroy();
  assert.equal(gate.counts().open, 1);
});

test('whoever takes ever new addresses of a /64 fills neither all places nor all handshakes', async () => {
  const { gate, dial } = gated(false, { connections: 12, connectionsPerAddress: 8 });
  const all = (network: string, times: number) =>
    Array.from({ length: times }, (_, at) => dial(`${network}::${(at + 1).toString(16)}`));
  const inside = (sockets: readonly { gone: boolean }[]) => sockets.filter(({ gone }) => !gone).length;
  const flood = all('2001:db8:0:1', 50);
  assert.equal(inside(flood), 9);
  assert.equal(inside([dial('2001:db8:0:2::1'), dial('fe80::1%eth0'), dial('10.0.0.1')]), 3);
  // With another /64 all places are taken: the larger crowd gives way, those last who were there before.
  assert.equal(inside(all('2001:db8:0:3', 50)), 4);
  assert.equal(inside(flood), 5);
  assert.equal(flood[0]!.gone, false);
  assert.equal(dial('10.0.0.2').gone, false);
  assert.equal(gate.counts().open, 12);
  const many = { connections: 1_000, connectionsPerAddress: 1_000, connectionsPerNetwork: 1_000 };
  const paces = gated(true, many);
  const knocks = (network: string) =>
    inside(Array.from({ length: 100 }, (_, at) => paces.dial(`${network}::${at.toString(16)}`)));
  assert.equal(knocks('fe80'), 28);
  assert.equal(knocks('fe81'), 0, 'link-local addresses are one network');
  assert.ok(knocks('2001:db8') > 0);
  await paces.clock.advance(1_000);
  assert.equal(knocks('fe80'), 7);
});
