// What one message of a channel that works holds up, and what not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MailServer } from '../../helpers/mail-server.ts';
import { ntfyServer, officeFor, toldBy } from '../../helpers/post-office.ts';

const minute = 60_000;

test('what is refused again and again is passed by what comes after it, and tried as long', async (t) => {
  const { url, said, refuses } = await ntfyServer(t);
  const office = await officeFor(t);
  await office.channel({ kind: 'ntfy', options: { server: url, topic: 'box' } });
  refuses(/trouble 1$/);
  for (const incident of [1, 2, 3]) {
    office.tell(incident);
    await office.outbox.settled();
  }
  await office.pass(5 * minute);
  assert.deepEqual(
    said.map(({ title }) => title),
    ['trouble 2', 'trouble 3'],
  );
  office.tell(4);
  await office.pass(minute);
  assert.equal(said.length, 3, 'what comes later does not wait for it either');
  refuses(null);
  await office.pass(11 * minute);
  assert.deepEqual(
    said.map(({ title }) => title),
    ['trouble 2', 'trouble 3', 'trouble 4', 'trouble 1'],
  );
});

test('a delivery that cannot be put into words is given up, and what waits behind it is told', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  const channel = await office.mail(server);
  await office.outbox.stop();
  const empty = {
    ...{ id: 'empty', channel, state: 'waiting', items: [], madeMs: 0, dueMs: null, tries: 0, words: '' },
    ...{ doneMs: null, messageId: 'm', left: null, also: [], instead: [], handedTo: null },
  };
  office.store.records.set('watch.deliveries wait/empty', JSON.stringify(empty));
  await office.begin();
  t.after(() => office.outbox.stop());
  office.tell(1);
  await office.pass(minute);
  assert.deepEqual(
    toldBy(server).flatMap(({ told }) => told),
    [1],
  );
  assert.deepEqual(
    new Set((await office.deliveries()).map(({ state }) => state)),
    new Set(['failed', 'sent']),
  );
});
