import assert from 'node:assert/strict';
import { createServer as createPage, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type TestContext, test } from 'node:test';
import { makeCertificate } from '../../helpers/certificates.ts';
import { endless, figureOf, lookAt, patience, serve, tcpServer, verdictOf } from '../../helpers/probing.ts';

const page = (t: TestContext, listener: RequestListener) => serve(t, createPage(listener));
const look = async (port: number, options = {}) =>
  verdictOf(await lookAt('http', { url: `http://server.test:${port}/`, ...options }));

test('a page is judged by its status and its texts, and its phases are measured', async (t) => {
  const hosts: (string | undefined)[] = [];
  const port = await page(t, ({ headers }, answer) => {
    hosts.push(headers.host);
    answer.writeHead(418).end('short and stout');
  });
  const outcome = await lookAt('http', { url: `http://server.test:${port}/x`, status: '200-299,418' });
  assert.equal(verdictOf(outcome), 'up');
  assert.equal(figureOf(outcome, 'probe.status'), 418);
  for (const phase of ['name', 'connect', 'firstbyte'])
    assert.ok(figureOf(outcome, 'probe.phase', phase)! >= 0, phase);
  assert.ok(figureOf(outcome, 'probe.duration')! > 0);
  assert.deepEqual(hosts, [`server.test:${port}`]);
  assert.equal(await look(port), 'down STATUS');
  const texts = { status: '418' };
  assert.equal(await look(port, { ...texts, keyword: 'stout' }), 'up');
  assert.equal(await look(port, { ...texts, keyword: 'tall' }), 'down KEYWORD');
  assert.equal(await look(port, { ...texts, absent: 'tall' }), 'up');
  assert.equal(await look(port, { ...texts, absent: 'stout' }), 'down ABSENT');
});

test('redirects are followed as often as was said, and nowhere else than to pages', async (t) => {
  const port = await page(t, ({ url }, answer) => {
    const location = { '/': '/two', '/two': '/three', '/away': 'file:///etc/passwd', '/round': '/round' }[
      url!
    ];
    if (location === undefined) answer.end('here');
    else answer.writeHead(302, { location }).end();
  });
  assert.equal(await look(port, { status: '200' }), 'down STATUS');
  assert.equal(await look(port, { status: '200', redirects: 2, keyword: 'here' }), 'up');
  assert.equal(await look(port, { redirects: 1 }), 'down REDIRECTED');
  const at = (path: string) => ({ url: `http://server.test:${port}${path}`, redirects: 3 });
  assert.equal(await look(port, at('/away')), 'down REDIRECTED');
  assert.equal(await look(port, at('/round')), 'down REDIRECTED');
});

test('a redirect leads nowhere that a probe may not go', async (t) => {
  const port = await page(t, (_, answer) => answer.writeHead(302, { location: 'http://127.0.0.2:1/' }).end());
  const reach = { resolve: async () => ['127.0.0.1'], allowed: (address: string) => address === '127.0.0.1' };
  const outcome = await lookAt('http', { url: `http://server.test:${port}/`, redirects: 1 }, { reach });
  assert.equal(verdictOf(outcome), 'unknown NOT_ALLOWED');
});

test('nobody outside leads a probe back to a device of its own networks', async (t) => {
  const asked: string[] = [];
  const port = await page(t, ({ headers, url }, answer) => {
    asked.push(headers.host ?? '');
    const location = { '/out': `http://outside.test:${port}/in`, '/in': `http://router.test:${port}/reboot` }[
      url!
    ];
    if (location === undefined) answer.end('done');
    else answer.writeHead(302, { location }).end();
  });
  const reach = {
    resolve: async (name: string) => [name === 'router.test' ? '127.0.0.1' : '127.0.0.2'],
    allowed: (address: string, beyond: boolean) => beyond || address === '127.0.0.1',
  };
  const onLoopback = createPage((_, answer) =>
    answer.writeHead(302, { location: `http://router.test:${port}/reboot` }).end(),
  );
  onLoopback.listen(port, '127.0.0.2');
  t.after(() => onLoopback.close());
  const from = async (url: string) =>
    verdictOf(await lookAt('http', { url, redirects: 3 }, { reach, beyond: true }));
  assert.equal(await from(`http://outside.test:${port}/`), 'unknown NOT_ALLOWED');
  assert.deepEqual(asked, []);
  assert.equal(await from(`http://router.test:${port}/in`), 'up', 'inside it may lead anywhere inside');
  assert.equal(await from(`http://router.test:${port}/out`), 'unknown NOT_ALLOWED');
});

test('whatever a server does to a probe, it is down and the reason is in words', async (t) => {
  const cases: [string, Parameters<typeof tcpServer>[1], object][] = [
    ['down GARBLED', (socket) => socket.end('\u0000\u0001garbage\r\n\r\n'), {}],
    ['down TIMEOUT', () => undefined, {}],
    ['down CLOSED', (socket) => socket.once('data', () => socket.destroy()), {}],
    ['down TOO_LARGE', (socket) => endless(socket, `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`), {}],
    [
      'down TOO_LARGE',
      (socket) => void socket.write(`HTTP/1.1 200 OK\r\n${'A: b\r\n'.repeat(1_700_000)}`),
      {},
    ],
    ['down GARBLED', (socket) => endless(socket, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000)), {}],
    ['down TIMEOUT', (socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\nslow'), { keyword: 'x' }],
    [
      'down KEYWORD',
      (socket) => endless(socket, `HTTP/1.1 200 OK\r\n\r\n${'y'.repeat(10_000)}`),
      { keyword: 'x' },
    ],
    ['up', (socket) => endless(socket, `HTTP/1.1 200 OK\r\n\r\n${'y'.repeat(10_000)}`), {}],
    [
      'down CLOSED',
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab'),
      { keyword: 'x' },
    ],
  ];
  for (const [expected, meet, options] of cases) {
    const port = await tcpServer(t, meet);
    const url = `http://server.test:${port}/`;
    // A busy machine may need a while for what does end.
    const forHow = expected === 'down TIMEOUT' ? patience : {};
    const outcome = await lookAt('http', { url, ...forHow, ...options });
    assert.equal(verdictOf(outcome), expected, `${meet}`);
    if (expected !== 'up') assert.match(outcome.reason!.detail, /^.{10,}$/);
  }
});

test('a certificate is judged by its dates and its name, and its end is measured', async (t) => {
  const day = 86_400_000;
  const secure = async (o: { name: string; from?: string; to?: string }) => {
    const { pem, keyPem } = makeCertificate({ ...o, dns: [o.name] });
    const port = await serve(
      t,
      createSecure({ cert: pem, key: keyPem }, (_, answer) => answer.end('yes')),
    );
    return (options = {}) => lookAt('https', { url: `https://server.test:${port}/`, ...options });
  };
  const good = await secure({ name: 'server.test' });
  const outcome = await good({ keyword: 'yes' });
  assert.equal(verdictOf(outcome), 'up');
  assert.ok(
    Math.abs(figureOf(outcome, 'probe.certificate.expiry')! * 1_000 + Date.now() - Date.UTC(2050, 0)) < day,
  );
  assert.ok(figureOf(outcome, 'probe.phase', 'tls')! > 0);
  assert.equal(verdictOf(await good({ certificate: 'trusted' })), 'down CERTIFICATE');
  const expired = await secure({ name: 'server.test', to: '210101000000Z' });
  const late = await expired();
  assert.equal(verdictOf(late), 'down CERTIFICATE');
  assert.equal(late.reason!.detail, 'it was good until 2021-01-01');
  assert.ok(figureOf(late, 'probe.certificate.expiry')! < 0);
  assert.equal(verdictOf(await expired({ certificate: 'any' })), 'up');
  const other = await secure({ name: 'other.test' });
  assert.match((await other()).reason!.detail, /^it is not for server\.test/);
});

test('a server that does not encrypt, or never ends the handshake, is down', async (t) => {
  const secure = async (meet: Parameters<typeof tcpServer>[1], forHow = {}) =>
    verdictOf(await lookAt('https', { url: `https://server.test:${await tcpServer(t, meet)}/`, ...forHow }));
  assert.equal(await secure((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')), 'down TLS');
  assert.equal(await secure(() => undefined, patience), 'down TIMEOUT');
  assert.equal(await secure((socket) => socket.destroy()), 'down CLOSED');
});
