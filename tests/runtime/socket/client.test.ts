import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure, type FailureCode } from '../../../appliance/runtime/errors.ts';
import { createLocalClient } from '../../../appliance/runtime/socket/client.ts';
import { connectionFailure } from '../../../appliance/runtime/socket/failure.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { serverOn } from './local.ts';

const never = new AbortController().signal;
const failing = (code: FailureCode, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Failure, String(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};

/** A server that says what it is told to, HTTP or not. */
async function rawServer(t: TestContext, onSocket: (socket: Socket) => void): Promise<string> {
  const path = join(temporaryFolder(t), 'raw.sock');
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return path;
}

function clientOf(t: TestContext, path: string, clock?: FakeClock) {
  const client = createLocalClient(clock ? { path, clock } : { path });
  t.after(() => client.close());
  return client;
}

test('nobody there is UNAVAILABLE and names the socket', async (t) => {
  const path = join(temporaryFolder(t), 'store.sock');
  await assert.rejects(
    clientOf(t, path).get('/v1/x'),
    failing('UNAVAILABLE', /nobody answers on .*store\.sock/),
  );
});

test('no right to open the socket is FORBIDDEN and says which group has it', () => {
  const refusal = Object.assign(new Error('connect EACCES'), { code: 'EACCES' });
  failing(
    'FORBIDDEN',
    /may not open \/run\/x\.sock: join the group netmonitor/,
  )(connectionFailure('/run/x.sock', refusal));
});

test('an answer that does not come is a TIMEOUT, and leaves no timer', async (t) => {
  let asked = false;
  const path = await rawServer(t, (socket) =>
    socket.on('data', () => {
      asked = true;
    }),
  );
  const clock = new FakeClock();
  const answer = assert.rejects(
    clientOf(t, path, clock).get('/v1/x', { timeoutMs: 700 }),
    failing('TIMEOUT', /to \/v1\/x within 700 ms/),
  );
  await eventually('the question has arrived', () => asked, { everyMs: 5 });
  await clock.advance(700);
  await answer;
  assert.equal(clock.timers, 0);
});

test('an answer that stops in the middle is a TIMEOUT too', async (t) => {
  const path = await rawServer(t, (socket) =>
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a"'),
  );
  await assert.rejects(
    clientOf(t, path).get('/v1/x', { timeoutMs: 100 }),
    failing('TIMEOUT', /within 100 ms/),
  );
});

test('an answer that breaks off, or is no HTTP, is a Failure', async (t) => {
  const path = await rawServer(t, (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"a"'));
  await assert.rejects(clientOf(t, path).get('/v1/x'), (error) => error instanceof Failure);
  const garbage = await rawServer(t, (socket) => socket.end('220 mail ready\r\n'));
  await assert.rejects(clientOf(t, garbage).get('/v1/x'), failing('UNAVAILABLE', /broke off/));
  const notJson = await rawServer(t, (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{'));
  await assert.rejects(clientOf(t, notJson).get('/v1/x'), failing('INTERNAL', /not JSON/));
});

test('the caller may give up, before or during, and so does close', async (t) => {
  const path = await rawServer(t, () => undefined);
  const client = clientOf(t, path);
  await assert.rejects(client.get('/v1/x', { signal: AbortSignal.abort() }), failing('CLOSED', /given up/));
  const stop = new AbortController();
  const during = client.get('/v1/x', { signal: stop.signal });
  stop.abort();
  await assert.rejects(during, failing('CLOSED', /given up/));
  const open = client.post('/v1/x', {});
  client.close();
  await assert.rejects(open, failing('CLOSED', /given up/));
  await assert.rejects(client.get('/v1/x'), failing('CLOSED', /given up/));
});

test('connections are kept, and a restart of the other side between two questions goes unnoticed', async (t) => {
  const path = join(temporaryFolder(t), 'demo.sock');
  const routes = [{ method: 'GET', path: '/v1/n', handle: () => ({ json: 1 }) }] as const;
  const client = clientOf(t, path);
  for (let round = 0; round < 3; round++) {
    const server = serverOn(path, routes);
    await server.start(never);
    assert.equal(await client.get('/v1/n'), 1);
    assert.equal(await client.get('/v1/n'), 1);
    await server.stop();
  }
});

test('a kept connection that was closed meanwhile is asked again for GET, but a POST is not sent twice', async (t) => {
  const methods: string[] = [];
  const path = await rawServer(t, (socket) => {
    let count = 0;
    socket.on('data', (data) => {
      methods.push(data.toString().split(' ')[0] ?? '');
      if (++count > 1) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1');
    });
  });
  const client = clientOf(t, path);
  await client.get('/v1/x');
  assert.equal(await client.get('/v1/x'), 1);
  await assert.rejects(client.post('/v1/x', 1), failing('UNAVAILABLE', /broke off/));
  assert.deepEqual(methods, ['GET', 'GET', 'GET', 'POST']);
});
