// Where messages may go: what a name leads to is judged, and gone to, once.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { Failure } from '../../../appliance/runtime/errors.ts';
import { mail } from '../../../appliance/watch/notifiers/mail.ts';
import type { Letter } from '../../../appliance/watch/notifiers/notifier.ts';
import { ntfy } from '../../../appliance/watch/notifiers/ntfy.ts';
import { alone } from '../../../appliance/watch/notifiers/reach.ts';
import { addressesOf, isElsewhere, lookupOf, opened } from '../../../appliance/watch/notifiers/road.ts';
import { webhook } from '../../../appliance/watch/notifiers/webhook.ts';
import { MailServer } from '../../helpers/mail-server.ts';
import { ReachInRam } from '../../helpers/notices.ts';
import { ntfyServer } from '../../helpers/post-office.ts';

const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
const letter: Letter = {
  ...{ messageId: 'a', thread: null, severity: 'high', isGood: false, subject: 'trouble 1' },
  ...{ link: null, times: 'times: UTC', items: [], notes: [], atMs: 1, saidMs: 1, isTest: false },
};
const patience = { timeoutMs: 5_000, signal: new AbortController().signal };

test('a server of the network or of outside is elsewhere; the box, everybody and what clouds hide are not', () => {
  for (const good of ['192.168.1.20', '10.0.0.25', '169.254.7.7', '192.0.2.25', 'fd12::25', '2001:db8::25'])
    assert.ok(isElsewhere(good), good);
  const never = ['0.0.0.0', '169.254.169.254', '::ffff:169.254.169.254', '224.0.0.1', '255.255.255.255'];
  for (const bad of [...never, '::', 'ff02::1', 'fd00:ec2::254', 'mail.example', '']) {
    assert.ok(!isElsewhere(bad), bad);
    assert.ok(!isElsewhere(bad, true), bad);
  }
  for (const here of ['127.0.0.1', '127.0.1.1', '::1', '::ffff:127.0.0.1', ...own]) {
    assert.ok(!isElsewhere(here), here);
    assert.ok(isElsewhere(here, true), `${here}, where somebody runs a server on this machine`);
  }
});

test('no channel speaks to the box itself, by whatever name, and the refusal says what to do', async (t) => {
  const server = await MailServer.open(t, { plain: true });
  const service = await ntfyServer(t);
  const { port } = new URL(service.url);
  const order = { letter, left: null, reach: alone, ...patience };
  const from = { from: 'box@school.example', to: ['anne@school.example'] };
  const security = 'none';
  const names = ['localhost', 'LOCALHOST', ...own.filter((address) => !address.includes('%'))];
  const hosts = names.map((name) => (name.includes(':') ? `[${name}]` : name));
  const sendings = [
    ...names.map(
      (host) => () => mail.send({ ...order, options: { host, port: server.port, security, ...from } }),
    ),
    ...[...hosts, '127.1', '0x7f.1', '[::ffff:127.0.0.1]'].flatMap((host) => [
      () => webhook.send({ ...order, options: { url: `http://${host}:${port}/` } }),
      () => ntfy.send({ ...order, options: { server: `http://${host}:${port}/`, topic: 'box' } }),
    ]),
    () => webhook.send({ ...order, options: { url: 'http://169.254.169.254/latest/meta-data/' } }),
  ];
  for (const sending of sendings)
    await assert.rejects(sending(), (error: unknown) => {
      assert.ok(error instanceof Failure && error.code === 'BAD_REQUEST', String(error));
      assert.match(error.message, /this box itself .*: give the name or address of a server/);
      return true;
    });
  assert.deepEqual([server.dialogues, service.said], [0, []]);
});

test('a name is asked once, and of what it leads to only the places that are elsewhere are gone to', async (t) => {
  const reach = { isElsewhere: (address: string) => address === '127.0.0.1' };
  assert.deepEqual(await addressesOf('localhost', { reach, ...patience }), ['127.0.0.1']);
  assert.deepEqual(await addressesOf('[2001:db8::1]', { reach: new ReachInRam(), ...patience }), [
    '2001:db8::1',
  ]);
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
  // Nobody would find this name: what was judged is what is connected to, the one that answers of several.
  const socket = await opened('mail.invalid', port, ['127.9.9.9', '127.0.0.1'], patience.signal);
  assert.equal(socket.remoteAddress, '127.0.0.1');
  socket.destroy();
  lookupOf(['192.0.2.1', '2001:db8::1'])('x', { all: false }, (_error, address, family) =>
    assert.deepEqual([address, family], ['192.0.2.1', 4]),
  );
});

test('a name server that is silent holds nobody up, and who is called off ends', async () => {
  const reach = new ReachInRam();
  const called = new AbortController();
  called.abort();
  await assert.rejects(
    addressesOf('mail.invalid', { reach, timeoutMs: 5_000, signal: called.signal }),
    /given up/,
  );
  const silent = { reach, timeoutMs: 0, signal: new AbortController().signal };
  await assert.rejects(addressesOf('mail.invalid', silent), /in time|was not found/);
});
