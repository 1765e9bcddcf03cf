import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Failure } from '../../../appliance/runtime/errors.ts';
import { createLocalClient } from '../../../appliance/runtime/socket/client.ts';
import type { Lines, Route } from '../../../appliance/runtime/socket/server.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { serverOn, startLocal } from './local.ts';

const never = new AbortController().signal;
const soon = { everyMs: 5 };

type Seen = { events: string[]; values: unknown[] };

function follower(t: TestContext, path: string, clock?: FakeClock) {
  const seen: Seen = { events: [], values: [] };
  const client = createLocalClient(clock ? { path, clock } : { path });
  t.after(() => client.close());
  const timer = client.follow('/v1/lines', {
    query: { topic: ['a', 'b'] },
    onLine: (value) => seen.values.push(value),
    onUp: () => seen.events.push('up'),
    onDown: (error: Failure) => seen.events.push(error.code),
  });
  return { seen, timer, client };
}

/** A route that hands out its open streams. */
function linesRoute(open: Lines[], queries: string[] = []): Route {
  return {
    method: 'GET',
    path: '/v1/lines',
    handle: ({ query }) => ({
      lines(out) {
        queries.push(String(query));
        open.push(out);
      },
    }),
  };
}

test('each line arrives once, in order, as soon as it was written', async (t) => {
  const open: Lines[] = [];
  const queries: string[] = [];
  const { path } = await startLocal(t, [linesRoute(open, queries)]);
  const { seen } = follower(t, path);
  await eventually('up', () => seen.events.length === 1, soon);
  assert.deepEqual(seen.values, []);
  for (let n = 0; n < 100; n++) open[0]?.write({ n, text: 'é\n\u{1f600}' });
  await eventually('all there', () => seen.values.length === 100, soon);
  assert.deepEqual(seen.values[99], { n: 99, text: 'é\n\u{1f600}' });
  assert.deepEqual(queries, ['topic=a&topic=b']);
});

test('three readers have the same lines, and one that goes leaves the others alone', async (t) => {
  const open: Lines[] = [];
  const { path } = await startLocal(t, [linesRoute(open)]);
  const readers = [follower(t, path), follower(t, path), follower(t, path)];
  await eventually('all up', () => open.length === 3, soon);
  for (const out of open) out.write(1);
  await eventually('first line', () => readers.every(({ seen }) => seen.values.length === 1), soon);
  readers[1]?.timer.stop();
  await eventually(
    'the server knows',
    async () => (await Promise.race([...open.map((o) => o.closed), 'none'])) !== 'none',
    soon,
  );
  for (const out of open) out.write(2);
  await eventually(
    'second line',
    () => readers[0]?.seen.values.length === 2 && readers[2]?.seen.values.length === 2,
    soon,
  );
  assert.deepEqual(readers[1]?.seen, { events: ['up'], values: [1] });
});

test('follows across a restart, and says down once, however long it takes', async (t) => {
  const path = join(temporaryFolder(t), 'demo.sock');
  const clock = new FakeClock();
  const { seen } = follower(t, path, clock);
  await eventually('down', () => seen.events.length === 1, soon);
  for (let second = 0; second < 30; second++) await clock.advance(1000);
  assert.deepEqual(seen.events, ['UNAVAILABLE']);
  for (let round = 0; round < 2; round++) {
    const open: Lines[] = [];
    const server = serverOn(path, [linesRoute(open)]);
    await server.start(never);
    await eventually('up again', () => clock.advance(500).then(() => seen.events.at(-1) === 'up'), soon);
    open[0]?.write(round);
    await eventually('line', () => seen.values.includes(round), soon);
    await server.stop();
    await eventually('down again', () => seen.events.at(-1) === 'UNAVAILABLE', soon);
  }
  assert.deepEqual(seen.events, ['UNAVAILABLE', 'up', 'UNAVAILABLE', 'up', 'UNAVAILABLE']);
});

test('attempts come after 100 ms, then rarer, at most every 2 s, and quickly again after a steady time', async (t) => {
  const path = join(temporaryFolder(t), 'raw.sock');
  const clock = new FakeClock();
  const atMs: number[] = [];
  const sockets: Socket[] = [];
  let answer = false;
  const server = createServer((socket) => {
    atMs.push(clock.monotonicMs());
    sockets.push(socket);
    socket.on('error', () => undefined);
    if (answer) socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    else socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { seen } = follower(t, path, clock);
  const settled = () =>
    eventually('an attempt is over', () => clock.timers === 1 && seen.events.length > 0, soon);
  for (const waitMs of [0, 100, 200, 400, 800, 1600, 2000, 2000]) {
    await clock.advance(waitMs);
    await settled();
    await eventually('the server has seen it', () => atMs.at(-1) === clock.monotonicMs(), soon);
  }
  const gaps = atMs.slice(1).map((ms, index) => ms - (atMs[index] ?? 0));
  assert.deepEqual(gaps, [100, 200, 400, 800, 1600, 2000, 2000]);
  answer = true;
  await clock.advance(2000);
  await eventually('up', () => seen.events.at(-1) === 'up', soon);
  await clock.advance(2000);
  answer = false;
  sockets.at(-1)?.destroy();
  await eventually('down', () => seen.events.at(-1) === 'UNAVAILABLE', soon);
  await clock.advance(100);
  await eventually('again after 100 ms', () => atMs.at(-1) === clock.monotonicMs(), soon);
});

test('a stream that is no JSON, or one endless line, is given up and begun again', async (t) => {
  const open: Lines[] = [];
  const bodies = [Buffer.from('{"a":1}\nnonsense\n'), Buffer.alloc(8 * 2 ** 20 + 1, 'x'), Buffer.from('2\n')];
  const path = join(temporaryFolder(t), 'raw.sock');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n');
    socket.write(bodies.shift() ?? '');
    t.after(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  const { seen } = follower(t, path);
  await eventually('the third stream', () => seen.values.includes(2), soon);
  assert.deepEqual(seen.events, ['up', 'BAD_REQUEST', 'up', 'TOO_LARGE', 'up']);
  assert.equal(open.length, 0);
});

test('a server that refuses is heard with its code, and asked again', async (t) => {
  const { path } = await startLocal(t, []);
  const clock = new FakeClock();
  const { seen } = follower(t, path, clock);
  await eventually('refused', () => seen.events.length > 0, soon);
  await clock.advance(5000);
  assert.deepEqual(seen.events, ['NOT_FOUND']);
});

test('a server that takes the connection and says nothing is down after 10 s', async (t) => {
  const path = join(temporaryFolder(t), 'raw.sock');
  let taken = 0;
  const server = createServer((socket) => {
    taken++;
    t.after(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  const clock = new FakeClock();
  const { seen } = follower(t, path, clock);
  await eventually('connected', () => taken === 1, soon);
  await clock.advance(10_000);
  await eventually('down', () => seen.events.length === 1, soon);
  assert.deepEqual(seen.events, ['TIMEOUT']);
});

test('after stop nothing is called and nothing is armed, whether it was up or down', async (t) => {
  const open: Lines[] = [];
  const { path, server } = await startLocal(t, [linesRoute(open)]);
  const clock = new FakeClock();
  const up = follower(t, path, clock);
  await eventually('up', () => up.seen.events.length === 1, soon);
  up.timer.stop();
  await open[0]?.closed;
  await server.stop();
  const down = follower(t, path, clock);
  await eventually('down', () => down.seen.events.length === 1, soon);
  down.client.close();
  await clock.advance(10_000);
  assert.deepEqual(up.seen.events, ['up']);
  assert.deepEqual(down.seen.events, ['UNAVAILABLE']);
  assert.equal(clock.timers, 0);
});

test('a reader that does not read is cut off before it costs more than its share, the others go on', async (t) => {
  const open: Lines[] = [];
  const { path, lines } = await startLocal(t, [linesRoute(open)]);
  const { seen } = follower(t, path);
  await eventually('reader up', () => seen.events.length === 1, soon);
  const { connect } = await import('node:net');
  const lazy = connect(path);
  t.after(() => lazy.destroy());
  lazy.on('error', () => undefined);
  lazy.write('GET /v1/lines HTTP/1.1\r\nhost: x\r\n\r\n');
  lazy.pause();
  await eventually('lazy reader up', () => open.length === 2, soon);
  const cut = { after: 0 };
  void open[1]?.closed.then(() => {
    cut.after ||= written;
  });
  const line = 'x'.repeat(100_000);
  let written = 0;
  for (; written < 200 && cut.after === 0; written++) {
    for (const out of open) out.write(line);
    await eventually('the good reader keeps up', () => seen.values.length === written + 1, soon);
  }
  assert.ok(cut.after > 0, 'the lazy reader was cut off');
  assert.ok(cut.after * line.length < 6 * 2 ** 20, `after ${cut.after} lines`);
  assert.deepEqual(seen.events, ['up']);
  assert.match(lines.join('\n'), /level=warn .*does not keep up.*behindBytes=/);
});

test('writing to a reader that is gone, or to a stream that was ended, has no effect', async (t) => {
  const open: Lines[] = [];
  const { path } = await startLocal(t, [linesRoute(open)]);
  const { seen, timer } = follower(t, path);
  await eventually('up', () => seen.events.length === 1, soon);
  open[0]?.end();
  open[0]?.write('late');
  await eventually('down', () => seen.events.length === 2, soon);
  timer.stop();
  await open[0]?.closed;
  open[0]?.write('later');
  assert.deepEqual(seen.values, []);
});

test('a stream whose source throws is broken off and logged', async (t) => {
  const { path, lines } = await startLocal(t, [
    {
      method: 'GET',
      path: '/v1/lines',
      handle: () => ({
        lines(out) {
          out.write(1);
          throw new Error('no source');
        },
      }),
    },
  ]);
  const { seen } = follower(t, path);
  await eventually('down', () => seen.events.includes('UNAVAILABLE'), soon);
  assert.match(lines.join('\n'), /a stream broke off.*no source/);
});
