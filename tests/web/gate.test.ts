import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { createGate, sourceOf } from '../../appliance/web/gate.ts';
import { eventually } from '../helpers/eventually.ts';

test('each address is a source of its own, however it is written', () => {
  assert.equal(sourceOf('192.168.1.20'), '192.168.1.20');
  assert.equal(sourceOf('::ffff:192.168.1.20'), '192.168.1.20');
  assert.equal(sourceOf('fe80::1%eth0'), 'fe80::1');
  assert.notEqual(sourceOf('2001:db8::1'), sourceOf('2001:db8::2'));
  assert.equal(sourceOf(undefined), 'unknown');
});

test('closes connections beyond the limit and takes new ones when others are gone', async (t) => {
  const gate = createGate({ connections: 3, connectionsPerAddress: 2 });
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
