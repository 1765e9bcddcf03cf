// Where the passwords of channels are, and to whom they go.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../helpers/folder.ts';
import { anne } from '../../helpers/incident-parts.ts';
import { MailServer } from '../../helpers/mail-server.ts';
import { officeFor, PostOffice } from '../../helpers/post-office.ts';

test('a password stands in no record, in a file of its own, and goes to no other server', async (t) => {
  const server = await MailServer.open(t);
  const stateDir = join(temporaryFolder(t), 'watch');
  mkdirSync(stateDir, { mode: 0o700 });
  const office = await new PostOffice({ stateDir }).begin();
  t.after(() => office.outbox.stop());
  const id = await office.mail(server);
  assert.ok(![...office.store.records.values()].some((text) => text.includes('correct')));
  assert.ok(!JSON.stringify(office.store.notes).includes('correct'));
  const path = join(stateDir, 'secrets.json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(readFileSync(path, 'utf8').includes('correct'));
  const { id: _, ...channel } = office.channels.named(id);
  for (const other of [
    { host: 'thief.example' },
    { fingerprint: 'ab'.repeat(32) },
    { fingerprint: undefined },
  ]) {
    const elsewhere = { ...channel, options: { ...channel.options, ...other } };
    await assert.rejects(office.channels.change(id, elsewhere, anne), {
      code: 'BAD_REQUEST',
      path: 'secrets.password',
    });
  }
  await office.channels.change(id, { ...channel, name: 'other' }, anne);
  assert.deepEqual(
    await office.outbox.test(office.channels.named(id)).then(({ delivered }) => delivered),
    true,
  );
  const bad = { ...channel, options: { ...channel.options, to: ['x\r\nBcc: all@x'] } };
  await assert.rejects(office.channels.change(id, bad, anne), { code: 'BAD_REQUEST', path: 'options.to[0]' });
  await office.channels.remove(id, anne);
  assert.ok(!readFileSync(path, 'utf8').includes('correct'));
});

test('whatever gets written of a change, each server is told its own password only', async (t) => {
  const [old, next] = [await MailServer.open(t), await MailServer.open(t)];
  const office = await officeFor(t);
  const change = (id: string, password: string) => {
    const { id: _, ...channel } = office.channels.named(id);
    const options = { ...channel.options, port: next.port, fingerprint: next.fingerprint };
    return office.channels.change(id, { ...channel, options, secrets: { password } }, anne);
  };
  const isTold = async (id: string) =>
    (await office.outbox.test(office.channels.named(id))).delivered && [
      old.arrived.length,
      next.arrived.length,
    ];
  const first = await office.mail(old);
  office.store.onWrite = () => office.store.leave();
  await assert.rejects(change(first, 'of the next'), { code: 'UNAVAILABLE' });
  assert.deepEqual(await isTold(first), [1, 0]);
  office.store.onWrite = null;
  office.store.comeBack();
  const second = await office.mail(old, { secrets: { password: 'of the old' } });
  office.store.loseAnswers = 1;
  await assert.rejects(change(second, 'correct'), { code: 'TIMEOUT' });
  assert.equal(await isTold(second), false);
  await office.channels.load();
  assert.deepEqual(await isTold(second), [1, 1], 'it was written');
  assert.deepEqual(await isTold(first), [2, 1]);
});

test('a server whose address is the box itself, or nobody’s, is refused while it is typed', async (t) => {
  const office = await officeFor(t);
  office.reach.isElsewhere = (address) => address !== '192.168.1.2' && address !== '::1';
  const hook = (url: string) => office.channel({ kind: 'webhook', options: {}, secrets: { url } });
  for (const url of ['http://192.168.1.2/x', 'https://[::1]:8443/'])
    await assert.rejects(hook(url), { code: 'BAD_REQUEST', path: 'secrets.url' });
  const ntfy = { kind: 'ntfy', options: { server: 'http://192.168.1.2/', topic: 'x' } };
  await assert.rejects(office.channel(ntfy), { code: 'BAD_REQUEST', path: 'options.server' });
  assert.deepEqual(office.channels.list(), []);
  await hook('http://192.168.1.3/x');
});
