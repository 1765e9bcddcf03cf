import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { getEventListeners, once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { look, planOf } from '../../../agent/probes/look.ts';
import { Pace } from '../../../agent/probes/pace.ts';
import { isAllowed, type Reach } from '../../../agent/probes/reach.ts';
import type { LooseOptions } from '../../../appliance/protocol/probes/exchange.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import {
  anywhere,
  endless,
  lookAt,
  patience,
  tcpServer,
  udpServer,
  verdictOf,
} from '../../helpers/probing.ts';

const host = 'server.test';
/** What a kind looks for, so that it has to read what the server says. */
const streams: Record<string, (port: number) => LooseOptions> = {
  tcp: (port) => ({ host, port, banner: '220 ready' }),
  http: (port) => ({ url: `http://${host}:${port}/`, keyword: '220 ready' }),
  https: (port) => ({ url: `https://${host}:${port}/`, keyword: '220 ready' }),
  dns: (port) => ({ host, port, name: 'nas.test', transport: 'tcp' }),
};
const datagrams: Record<string, (port: number) => LooseOptions> = {
  udp: (port) => ({ host, port, payload: 'ping', expect: '220 ready' }),
  dns: (port) => ({ host, port, name: 'nas.test' }),
  ntp: (port) => ({ host, port }),
  snmp: (port) => ({ host, port, interfaces: 4 }),
};

/** More than any probe reads, and what the sockets of both sides may hold on its way. */
const mostTakenBytes = 24 * 1024 * 1024;

test('a server that closes, says nothing, drips, or never stops is down or unknown, in words, and hardly read', async (t) => {
  let taken = 0;
  const meets: Record<string, (socket: Socket) => void> = {
    'closes at once': (socket) => socket.destroy(),
    'closes when asked': (socket) => socket.once('data', () => socket.end()),
    'says nothing': () => undefined,
    'says one byte': (socket) => void socket.write('H'),
    'drips a head': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'X: y\r\n'),
    'drips a page': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'y'),
    'drips what it says is long': (socket) => drip(socket, '\xff\xff', '\0'),
    'says garbage and closes': (socket) => socket.end(Buffer.alloc(300, 0xff)),
    'never stops with zeros': (socket) => endless(socket, '\0'.repeat(65_536)),
    'never stops with a head': (socket) => endless(socket, `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(65_536)}`),
    'never stops with pages': (socket) => endless(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno'),
  };
  for (const [how, meet] of Object.entries(meets)) {
    const port = await tcpServer(t, (socket) => {
      socket.on('close', () => {
        taken = Math.max(taken, socket.bytesWritten - socket.writableLength);
      });
      meet(socket);
    });
    const outcomes = await Promise.all(
      Object.entries(streams).map(async ([kind, options]) => ({
        kind,
        ...(await lookAt(kind, { ...options(port), ...patience })),
      })),
    );
    for (const { kind, verdict, reason } of outcomes) {
      assert.notEqual(verdict, 'up', `${kind}: ${how}`);
      assert.match(reason?.detail ?? '', /^\P{C}{8,200}$/u, `${kind}: ${how}`);
      assert.notEqual(reason?.code, 'INTERNAL', `${kind}: ${how}`);
    }
  }
  assert.ok(taken < mostTakenBytes, `${taken} bytes were taken`);
});

/** A little at a time, for as long as anybody listens. */
function drip(socket: Socket, first: string, piece: string): void {
  socket.write(first, 'latin1');
  const dripping = setInterval(() => socket.write(piece, 'latin1'), 20);
  socket.once('close', () => clearInterval(dripping));
}

test('redirects that each take their time have one deadline together', async (t) => {
  let met = 0;
  const late = { timeoutMs: 600 };
  const port = await tcpServer(t, (socket) => {
    met += 1;
    setTimeout(() => {
      socket.end('HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n');
    }, 250);
  });
  class Unpaced extends Pace {
    override turn(): number {
      return 0;
    }
  }
  const options = { url: `http://${host}:${port}/`, redirects: 5, ...late };
  const outcome = await lookAt('http', options, { pace: new Unpaced(systemClock) });
  assert.equal(verdictOf(outcome), 'down TIMEOUT');
  assert.ok(met <= 3, `${met} pages`);
});

test('datagrams that are garbage, of the largest size, or of somebody else are no answer', async (t) => {
  const garbage = await udpServer(t, () => [Buffer.alloc(60_000, 0xff), Buffer.alloc(0)]);
  const silent = await udpServer(t, () => []);
  const stranger = createSocket('udp4').bind(0, '127.0.0.2');
  await once(stranger, 'listening');
  t.after(() => stranger.close());
  const echoed: string[] = [];
  const elsewhere = createSocket('udp4').bind(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  t.after(() => elsewhere.close());
  elsewhere.on('message', (_, { address, port }) => {
    echoed.push(address);
    // What the probe waits for, but of another address.
    stranger.send('220 ready', port, address);
  });
  const codes = async (port: number) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(datagrams).map(async ([kind, options]) => {
          const outcome = await lookAt(kind, { ...options(port), ...patience });
          assert.match(outcome.reason?.detail ?? '', /^\P{C}{8,200}$/u, kind);
          return [kind, verdictOf(outcome)] as const;
        }),
      ),
    );
  assert.deepEqual(await codes(garbage), {
    udp: 'down UNEXPECTED',
    dns: 'down GARBLED',
    ntp: 'down GARBLED',
    snmp: 'down GARBLED',
  });
  const nothing = { udp: 'unknown SILENT', dns: 'down TIMEOUT', ntp: 'down TIMEOUT', snmp: 'down TIMEOUT' };
  assert.deepEqual(await codes(silent), nothing);
  assert.deepEqual(await codes(elsewhere.address().port), nothing);
  assert.equal(echoed.length, 4, 'it was asked, and somebody else has answered');
});

test('a name that leads elsewhere at each question is resolved once a look, and never followed back into this machine', async (t) => {
  let met = 0;
  const port = await tcpServer(t, (socket) => {
    met += 1;
    socket.end('HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n');
  });
  // The first answer is allowed here, as an address of the network would be; each later one is this machine.
  const leads = ['127.0.0.3', '127.0.0.1', '127.0.0.1'];
  let asked = 0;
  const reach: Reach = {
    resolve: async () => [leads[asked++]!],
    allowed: (address) => address === '127.0.0.3' || isAllowed(address, true, []),
  };
  const options = { url: `http://rebinding.test:${port}/` };
  assert.equal(verdictOf(await rebound(port, options, reach)), 'up');
  assert.deepEqual([asked, met], [1, 1], 'what was judged is what was connected to');
  asked = 0;
  const followed = await rebound(port, { ...options, redirects: 3 }, reach);
  assert.equal(verdictOf(followed), 'unknown NOT_ALLOWED');
  assert.match(followed.reason!.detail, /^rebinding\.test is 127\.0\.0\.1, where/);
  assert.deepEqual([asked, met], [2, 2]);
});

/** The server stands on 127.0.0.1; who is let to 127.0.0.3 by its judgement meets one there. */
async function rebound(port: number, options: LooseOptions, reach: Reach) {
  const door = createServer((socket) => {
    const inner = connect(port, '127.0.0.1');
    for (const one of [socket, inner]) one.on('error', () => undefined);
    socket.pipe(inner).pipe(socket);
  }).listen(port, '127.0.0.3');
  await once(door, 'listening');
  try {
    return await lookAt('http', options, { reach });
  } finally {
    door.close();
  }
}

test('a redirect to a file, to another protocol or to another network is refused', async (t) => {
  const leads = [
    'file:///etc/passwd',
    'ftp://nas.test/',
    'javascript:0',
    'http://a:b@nas.test/',
    'http://10.9.9.9/',
  ];
  const reach: Reach = { ...anywhere, allowed: (address) => address === '127.0.0.1' };
  for (const location of leads) {
    const port = await tcpServer(t, (socket) =>
      socket.end(`HTTP/1.1 301 Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`),
    );
    const outcome = await lookAt('http', { url: `http://${host}:${port}/`, redirects: 5 }, { reach });
    const expected = location.includes('10.9.9.9') ? 'unknown NOT_ALLOWED' : 'down REDIRECTED';
    assert.equal(verdictOf(outcome), expected, location);
  }
});

test('a look whose answer never comes leaves nothing behind', async (t) => {
  const port = await udpServer(t, () => []);
  const around = { clock: systemClock, reach: anywhere, pace: new Pace(systemClock), reset: () => undefined };
  const ping = () => new Promise<never>(() => undefined);
  const { signal } = new AbortController();
  const looks: { kind: string; options: LooseOptions }[] = [
    { kind: 'udp', options: { host, port, timeoutMs: 100 } },
    { kind: 'icmp', options: { host, timeoutMs: 100 } },
  ];
  for (const one of looks)
    await look(planOf(one), { ...around, ping }, { echoes: [], heard: 0, intervalMs: 20_000 }, signal);
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});
