import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endless, figureOf, lookAt, patience, tcpServer, verdictOf } from '../../helpers/probing.ts';

const host = 'server.test';

test('a service that takes connections is up, and one that greets as it should', async (t) => {
  const port = await tcpServer(t, (socket) => socket.write('220 mail.test ESMTP\r\n'));
  const outcome = await lookAt('tcp', { host, port });
  assert.equal(verdictOf(outcome), 'up');
  assert.ok(figureOf(outcome, 'probe.duration')! > 0);
  assert.equal(verdictOf(await lookAt('tcp', { host, port, banner: 'ESMTP' })), 'up');
});

test('a service that does not is down, with the reason', async (t) => {
  const closes = await tcpServer(t, (socket) => socket.end('421 busy\r\n'));
  const silent = await tcpServer(t, () => undefined);
  const talks = await tcpServer(t, (socket) => endless(socket, 'garbage '.repeat(1_000)));
  const look = async (port: number, forHow = {}) =>
    verdictOf(await lookAt('tcp', { host, port, banner: '220', ...forHow }));
  assert.equal(await look(closes), 'down CLOSED');
  assert.equal(await look(silent, patience), 'down TIMEOUT');
  assert.equal(await look(talks), 'down TOO_LARGE');
  assert.equal(await look(1), 'down REFUSED');
});

test('what the other side says does not turn a reason into something else', async (t) => {
  const port = await tcpServer(t, (socket) => socket.end('x'));
  const { reason } = await lookAt('tcp', { host, port, banner: 'never' });
  assert.match(reason!.detail, /^it closed after 1 bytes$/);
});
