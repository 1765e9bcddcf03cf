import assert from 'node:assert/strict';
import { existsSync, lstatSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Failure, type FailureCode, systemCodeOf } from '../../../appliance/runtime/errors.ts';
import type { Route } from '../../../appliance/runtime/socket/server.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { startProgram } from '../../helpers/programs.ts';
import { serverOn, startLocal } from './local.ts';

const never = new AbortController().signal;
const failing = (code: FailureCode, message?: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Failure, String(error));
  assert.equal(error.code, code);
  if (message) assert.match(error.message, message);
  return true;
};

const routes: Route[] = [
  { method: 'GET', path: '/v1/hello', handle: () => ({ json: { hello: 'é\u{1f600}' } }) },
  { method: 'POST', path: '/v1/echo', handle: async ({ json }) => ({ status: 201, json: await json(1000) }) },
  {
    method: 'PUT',
    path: '/v1/bytes/:name/:part',
    handle: async ({ bytes, params, query }) => ({
      json: { params, all: query.getAll('a'), length: (await bytes(1000)).length },
    }),
  },
  {
    method: 'GET',
    path: '/v1/picture',
    handle: () => ({ bytes: Buffer.from([0, 255, 10]), type: 'image/png' }),
  },
  { method: 'DELETE', path: '/v1/thing', handle: () => ({}) },
  {
    method: 'POST',
    path: '/v1/refuse',
    handle() {
      throw new Failure('CONFLICT', { en: 'already there', fr: 'déjà là' }, { path: 'thing.name' });
    },
  },
  {
    method: 'GET',
    path: '/v1/broken',
    handle() {
      throw new TypeError('a secret of the inside');
    },
  },
];

/** Sends bytes as they are, and gives what came back until the other side closed. */
function raw(path: string, bytes: string | Buffer, o: { end?: boolean } = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', (error) => {
      if (!['EPIPE', 'ECONNRESET'].includes(systemCodeOf(error) ?? '')) reject(error);
    });
    if (o.end) socket.end(bytes);
    else socket.write(bytes);
  });
}

test('answers in JSON, in bytes and with nothing', async (t) => {
  const { client } = await startLocal(t, routes);
  assert.deepEqual(await client.get('/v1/hello'), { hello: 'é\u{1f600}' });
  assert.deepEqual(await client.post('/v1/echo', { a: [1, null] }), { a: [1, null] });
  assert.deepEqual([...(await client.getBytes('/v1/picture'))], [0, 255, 10]);
  assert.equal(await client.delete('/v1/thing'), undefined);
  assert.equal(await client.post('/v1/echo'), undefined);
});

test('gives names from the path and lists from the query, decoded', async (t) => {
  const { client, path } = await startLocal(t, routes);
  const answer = await raw(
    path,
    'PUT /v1/bytes/a%2Fb%20%C3%A9/2?a=1&a=x%26y HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3\r\n\r\nabc',
  );
  assert.match(answer, /"name":"a\/b Ã©","part":"2"/);
  assert.match(answer, /"all":\["1","x&y"\],"length":3/);
  assert.deepEqual(await client.get('/v1/hello', { query: { b: ['1', '2'], c: undefined } }), {
    hello: 'é\u{1f600}',
  });
});

test('a Failure keeps its code, its message in both languages and its path on the way to the caller', async (t) => {
  const { client } = await startLocal(t, routes);
  await assert.rejects(client.post('/v1/refuse', {}), (error) => {
    failing('CONFLICT', /^already there$/)(error);
    assert.equal((error as Failure).path, 'thing.name');
    assert.equal((error as Failure).texts?.fr, 'déjà là');
    return true;
  });
});

test('a defect is logged with its place, and the caller learns nothing of the inside', async (t) => {
  const { client, lines } = await startLocal(t, routes);
  await assert.rejects(client.get('/v1/broken'), failing('INTERNAL', /^something went wrong/));
  assert.match(
    lines.join('\n'),
    /level=error .*msg="a request failed".*a secret of the inside.*server\.test\.ts/,
  );
});

test('an unknown path, a wrong method and a broken address are refused', async (t) => {
  const { client, path } = await startLocal(t, routes);
  for (const other of ['/', '/v1', '/v1/hello/', '/v1/hello/x', '/V1/hello']) {
    await assert.rejects(client.get(other), failing('NOT_FOUND'));
  }
  await assert.rejects(client.post('/v1/hello', {}), failing('NOT_FOUND'));
  const head = 'HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
  assert.match(await raw(path, `PUT /v1/bytes/%zz/x ${head}`), /^HTTP\/1\.1 400 /);
  assert.match(await raw(path, `GET http://elsewhere/v1/hello ${head}`), /^HTTP\/1\.1 400 /);
  assert.match(await raw(path, `GET //[ ${head}`), /^HTTP\/1\.1 40[04] /);
});

test('a body that is no JSON, no UTF-8 or too large is refused, and the next caller is served', async (t) => {
  const { client } = await startLocal(t, routes);
  await assert.rejects(client.postBytes('/v1/echo', Buffer.from('{')), failing('BAD_REQUEST', /not JSON/));
  await assert.rejects(client.postBytes('/v1/echo', Buffer.from([0x22, 0xff, 0x22])), failing('BAD_REQUEST'));
  await assert.rejects(
    client.postBytes('/v1/echo', Buffer.alloc(1001, ' ')),
    failing('TOO_LARGE', /1000 bytes/),
  );
  assert.deepEqual(await client.post('/v1/echo', 1), 1);
});

test('a body that claims to be endless is cut off without being read', async (t) => {
  const { path, client } = await startLocal(t, routes);
  const chunked = 'POST /v1/echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n';
  const answer = await raw(path, `${chunked}fffff\r\n${'x'.repeat(0xfffff)}`);
  assert.match(answer, /^HTTP\/1\.1 413 .*TOO_LARGE/s);
  const claimed = await raw(path, 'POST /v1/echo HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n');
  assert.match(claimed, /^HTTP\/1\.1 413 /);
  assert.deepEqual(await client.post('/v1/echo', 1), 1);
});

test('garbage is closed and noted, and nobody else notices', async (t) => {
  const { client, path, lines } = await startLocal(t, [
    ...routes,
    { method: 'GET', path: '/v1/lines', handle: () => ({ lines: (out) => out.write('up') }) },
  ]);
  let ups = 0;
  let downs = 0;
  const following = client.follow('/v1/lines', { onLine: () => ups++, onDown: () => downs++ });
  await eventually('the stream is up', () => ups === 1);
  const garbage = [
    Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'),
    Buffer.alloc(100_000, 0),
    Buffer.from(`GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`),
    Buffer.from('GET / HTTP/1.1\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n'),
    Buffer.from('EHLO you\r\n'),
  ];
  for (const bytes of garbage) {
    await raw(path, bytes);
    assert.deepEqual(await client.get('/v1/hello'), { hello: 'é\u{1f600}' });
  }
  await raw(path, 'GET /v1/hel', { end: true });
  assert.deepEqual(await client.get('/v1/hello'), { hello: 'é\u{1f600}' });
  assert.deepEqual([ups, downs], [1, 0]);
  following.stop();
  const noted = lines.filter((line) => line.includes('does not speak HTTP'));
  assert.equal(noted.length, 1, 'noted once a minute, however many come');
});

test('silent connections do not keep others out', async (t) => {
  const { client, path } = await startLocal(t, routes);
  const silent = await Promise.all(
    Array.from({ length: 60 }, () => {
      const socket = connect(path);
      t.after(() => socket.destroy());
      return new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    }),
  );
  assert.equal(silent.length, 60);
  assert.deepEqual(await client.get('/v1/hello'), { hello: 'é\u{1f600}' });
});

test('the socket may be opened by owner and group only', async (t) => {
  const { path } = await startLocal(t, []);
  assert.equal(statSync(path).mode & 0o777, 0o660);
});

test('stop removes the socket, and may be followed by a new start elsewhere', async (t) => {
  const path = join(temporaryFolder(t), 'demo.sock');
  const first = serverOn(path, routes);
  await first.start(never);
  await first.stop();
  assert.equal(existsSync(path), false);
  const second = serverOn(path, routes);
  await second.start(never);
  await second.stop();
});

test('a socket on which somebody answers is not taken', async (t) => {
  const { path, client } = await startLocal(t, routes);
  const second = serverOn(path, routes);
  await assert.rejects(
    second.start(never),
    failing('PORT_TAKEN', /another process answers on .*already running/),
  );
  await second.stop();
  assert.deepEqual(await client.get('/v1/hello'), { hello: 'é\u{1f600}' });
});

test('a socket that a killed process left behind is replaced', async (t) => {
  const path = join(temporaryFolder(t), 'demo.sock');
  const killed = startProgram({ main: 'tests/runtime/socket/leave-socket.ts', args: [path] });
  assert.equal(await killed.ended, 'SIGKILL');
  assert.ok(lstatSync(path).isSocket(), 'the killed process left its socket');
  const server = serverOn(path, routes);
  await server.start(never);
  await server.stop();
});

test('a file or link that stands where the socket should be is left alone', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'file.sock');
  writeFileSync(file, 'precious');
  const link = join(folder, 'link.sock');
  symlinkSync(file, link);
  for (const path of [file, link]) {
    await assert.rejects(
      serverOn(path, []).start(never),
      failing('STATE_UNWRITABLE', /is not a socket: move it away/),
    );
    assert.ok(lstatSync(path));
  }
});

test('a path that a socket cannot have is refused, with the way out', async (t) => {
  const folder = temporaryFolder(t);
  const room = 107 - Buffer.byteLength(folder) - 1;
  const longest = join(folder, 's'.repeat(room));
  const fits = serverOn(longest, []);
  await fits.start(never);
  await fits.stop();
  const tooLong = serverOn(join(folder, `é${'s'.repeat(room - 1)}`), []);
  await assert.rejects(
    tooLong.start(never),
    failing('CONFIG_INVALID', /has 108 bytes, at most 107.*NETMONITOR_RUN/),
  );
});

test('a folder that is missing is a failure that names the socket', async (t) => {
  const path = join(temporaryFolder(t), 'none', 'demo.sock');
  await assert.rejects(serverOn(path, []).start(never), failing('STATE_UNWRITABLE', /demo\.sock/));
});

test('stop cuts off a caller whose answer does not come', async (t: TestContext) => {
  const path = join(temporaryFolder(t), 'demo.sock');
  let asked = false;
  let gone = false;
  const server = serverOn(path, [
    {
      method: 'GET',
      path: '/v1/never',
      handle({ signal }) {
        asked = true;
        return new Promise(() => {
          signal.addEventListener('abort', () => {
            gone = true;
          });
        });
      },
    },
  ]);
  await server.start(never);
  const answer = raw(path, 'GET /v1/never HTTP/1.1\r\nhost: x\r\n\r\n');
  await eventually('the question has arrived', () => asked);
  await server.stop();
  assert.equal(await answer, '');
  await eventually('the handler knows', () => gone);
});
