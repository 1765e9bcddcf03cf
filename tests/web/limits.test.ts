import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { eventually } from '../helpers/eventually.ts';
import { startWebBox, type WebBox } from '../helpers/web-box.ts';

function closedText(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => socket.destroy());
  return new Promise((resolve) => socket.once('close', () => resolve(text)));
}

async function dial(t: TestContext, box: WebBox): Promise<Socket> {
  const socket = connect({
    ...{ host: '127.0.0.1', port: box.https },
    ...{ ca: box.identity.certificate, servername: 'localhost' },
  });
  t.after(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

const answers = async (box: WebBox) => assert.equal((await box.ask('/api/v1/status')).status, 200);

test('a request whose headers come too slowly is closed', async (t) => {
  const box = await startWebBox(t, { limits: { headersMs: 200, requestMs: 400 } });
  const socket = await dial(t, box);
  const closed = closedText(socket);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
  assert.match(await closed, /^HTTP\/1\.1 408 /);
  await answers(box);
});

test('a request whose body never comes is closed', async (t) => {
  const box = await startWebBox(t, { limits: { headersMs: 200, requestMs: 400 } });
  const socket = await dial(t, box);
  const closed = closedText(socket);
  socket.write(
    'POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{',
  );
  assert.match(await closed, /^HTTP\/1\.1 408 /);
  await answers(box);
});

test('a connection that never shakes hands, or says nothing afterwards, is closed', async (t) => {
  const box = await startWebBox(t, {
    limits: { handshakeMs: 200, headersMs: 300, requestMs: 300, silenceMs: 500 },
  });
  const mute = connectTcp({ host: '127.0.0.1', port: box.https });
  t.after(() => mute.destroy());
  await closedText(mute);
  await closedText(await dial(t, box));
  await answers(box);
});

test('headers beyond 8 KiB are refused', async (t) => {
  const box = await startWebBox(t);
  const socket = await dial(t, box);
  const closed = closedText(socket);
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(9 * 1024)}\r\n\r\n`);
  assert.match(await closed, /^HTTP\/1\.1 431 /);
  await answers(box);
});

test('what is not HTTP, or not TLS, is closed and nobody else notices', async (t) => {
  const box = await startWebBox(t);
  for (const garbage of [
    '\0\x01\x02 garbage\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n',
  ]) {
    const socket = await dial(t, box);
    const closed = closedText(socket);
    socket.write(garbage, 'latin1');
    assert.match(await closed, /^HTTP\/1\.1 400 /, garbage);
  }
  const plain = connectTcp({ host: '127.0.0.1', port: box.https });
  const closed = closedText(plain);
  plain.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await closed;
  await answers(box);
});

test('an empty or missing host name is not ours', async (t) => {
  const box = await startWebBox(t);
  for (const head of ['GET / HTTP/1.1\r\nHost: \r\n', 'GET / HTTP/1.0\r\n']) {
    const socket = await dial(t, box);
    const closed = closedText(socket);
    socket.write(`${head}Connection: close\r\n\r\n`);
    assert.match(await closed, /^HTTP\/1\.1 421 /, head);
  }
});

test('a foreign host name gets nothing by asking for a WebSocket either', async (t) => {
  const box = await startWebBox(t);
  const socket = await dial(t, box);
  const closed = closedText(socket);
  socket.write(
    'GET /api/v1/live HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n',
  );
  const text = await closed;
  assert.match(text, /^HTTP\/1\.1 421 /);
  assert.match(text, /\r\n\r\n$/);
});

test('no connection gets a second handshake without passing the gate again', async (t) => {
  const box = await startWebBox(t);
  const socket = connect({
    port: box.https,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.2',
  });
  t.after(() => socket.destroy());
  socket.on('error', () => socket.destroy());
  await once(socket, 'secureConnect');
  const refused = await new Promise((resolve) => {
    socket.once('close', () => resolve(true));
    socket.renegotiate({ rejectUnauthorized: false }, (error) => resolve(error !== null));
  });
  assert.equal(refused, true);
});

test('one address cannot take all connections', async (t) => {
  const box = await startWebBox(t, { limits: { connectionsPerAddress: 5 } });
  const held = await Promise.all(Array.from({ length: 5 }, () => dial(t, box)));
  await assert.rejects(box.ask('/api/v1/status'));
  assert.equal((await box.ask('/api/v1/status', { localAddress: '127.0.0.2' })).status, 200);
  const local = createLocalClient({ path: join(box.runDir, 'web-console/sock') });
  t.after(() => local.close());
  assert.equal(((await local.get('/v1/health')) as { refusedConnections: number }).refusedConnections, 1);
  held[0]!.destroy();
  await eventually('there is room again', async () => (await box.ask('/api/v1/status')).status === 200);
});
