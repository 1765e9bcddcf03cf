import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../../appliance/runtime/errors.ts';
import { createFrameClient } from '../../../appliance/runtime/socket/frame-client.ts';
import { FrameReader, frameOf } from '../../../appliance/runtime/socket/frames.ts';
import type { Route } from '../../../appliance/runtime/socket/server.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { serverOn, startLocal } from './local.ts';

const limit = 1000;
const text = (body: Uint8Array) => Buffer.from(body).toString();

function answer(body: Uint8Array): unknown {
  const said = text(body);
  if (said === 'no') throw new Failure('CONFLICT', 'not that', { path: '[0]' });
  if (said === 'broken') throw new Error('secret');
  return { said };
}

const routes: Route[] = [
  { method: 'GET', path: '/frames', handle: () => ({ frames: { limit, answer } }) },
  { method: 'GET', path: '/plain', handle: () => ({ json: 1 }) },
  { method: 'GET', path: '/mine', handle: () => Promise.reject(new Failure('FORBIDDEN', 'not yours')) },
];

async function started(t: TestContext, path = '/frames', clock?: FakeClock) {
  const local = await startLocal(t, routes);
  const client = createFrameClient({
    ...{ socketPath: local.path, path },
    ...(clock === undefined ? {} : { clock }),
  });
  t.after(() => client.close());
  return { ...local, frames: client, ask: (said: string) => client.ask(Buffer.from(said)) };
}

test('frames come back whole however they were cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.constant(new Uint8Array(1200))), {
        maxLength: 8,
      }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
      (bodies, cuts) => {
        const bytes = Buffer.concat(bodies.map(frameOf));
        const reader = new FrameReader(limit);
        const found: (Uint8Array | null)[] = [];
        for (let at = 0, cut = 0; at < bytes.length; cut++) {
          const end = at + cuts[cut % cuts.length]!;
          for (const body of reader.read(bytes.subarray(at, end))) {
            found.push(body === null ? null : new Uint8Array(body));
          }
          at = end;
        }
        assert.deepEqual(
          found,
          bodies.map((body) => (body.length > limit ? null : new Uint8Array(body))),
        );
      },
    ),
  );
});

test('many questions at once are answered in their order, failures among them', async (t) => {
  const { ask, lines } = await started(t);
  const answers = await Promise.allSettled(['a', 'no', 'b', 'broken', '', 'x'.repeat(limit)].map(ask));
  assert.deepEqual(
    answers.map((one) => (one.status === 'fulfilled' ? one.value : [one.reason.code, one.reason.path])),
    [
      { said: 'a' },
      ['CONFLICT', '[0]'],
      { said: 'b' },
      ['INTERNAL', undefined],
      { said: '' },
      { said: 'x'.repeat(limit) },
    ],
  );
  const { reason } = answers[3] as PromiseRejectedResult;
  assert.doesNotMatch(reason.message, /secret/);
  assert.ok(lines.some((line) => line.includes('secret')));
});

test('what is too large is refused, and the next question is answered', async (t) => {
  const { ask } = await started(t);
  const refused = [limit + 1, 300_000].map((length) =>
    assert.rejects(ask('x'.repeat(length)), { code: 'TOO_LARGE' }),
  );
  assert.deepEqual(await ask('again'), { said: 'again' });
  await Promise.all(refused);
});

test('a route that refuses, one that is not there and one without frames say so', async (t) => {
  for (const [path, code] of [
    ['/mine', 'FORBIDDEN'],
    ['/nowhere', 'NOT_FOUND'],
    ['/plain', 'BAD_REQUEST'],
  ] as const) {
    const { ask } = await started(t, path);
    await assert.rejects(ask('a'), { code }, path);
  }
  const { client } = await started(t);
  await assert.rejects(client.get('/frames'), { code: 'BAD_REQUEST' });
  assert.equal(await client.get('/plain'), 1);
});

test('when the server stops what waits fails, and its successor is asked', async (t) => {
  const { ask, server, path } = await started(t);
  assert.deepEqual(await ask('a'), { said: 'a' });
  await server.stop();
  await eventually('the end is seen', async () => {
    const failed = await ask('b').catch((error: Failure) => error.code);
    return failed === 'UNAVAILABLE';
  });
  const successor = serverOn(path, routes);
  await successor.start(new AbortController().signal);
  t.after(() => successor.stop());
  assert.deepEqual(await ask('c'), { said: 'c' });
});

test('a server that does not answer in time is given up', async (t) => {
  const clock = new FakeClock();
  const { path } = await started(t);
  const silent = await startLocal(t, [
    { method: 'GET', path: '/frames', handle: () => new Promise<never>(() => undefined) },
  ]);
  assert.notEqual(path, silent.path);
  const client = createFrameClient({ socketPath: silent.path, path: '/frames', clock });
  t.after(() => client.close());
  const failed = assert.rejects(client.ask(Buffer.from('a')), { code: 'TIMEOUT' });
  await clock.advance(10_001);
  await failed;
});

test('who closes his client gets no answer any more', async (t) => {
  const { frames, ask } = await started(t);
  const waiting = assert.rejects(ask('a'), { code: 'CLOSED' });
  frames.close();
  await waiting;
  await assert.rejects(ask('b'), { code: 'CLOSED' });
});

test('a connection that ends in the middle of a frame is closed', async (t) => {
  const { path } = await started(t);
  const socket = connect(path);
  t.after(() => socket.destroy());
  socket.write(
    'GET /frames HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: netmonitor-frames\r\n\r\n',
  );
  socket.write(Buffer.of(0, 0, 0, 9, 1));
  socket.end();
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  assert.match(Buffer.concat(pieces).toString(), /^HTTP\/1\.1 101 [\s\S]*\r\n\r\n$/);
});
