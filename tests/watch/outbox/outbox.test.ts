// Deliveries over a store in RAM to a real SMTP server that fails in every way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closedPort, MailServer } from '../../helpers/mail-server.ts';
import { ntfyServer, officeFor, toldBy } from '../../helpers/post-office.ts';

const minute = 60_000;

test('a mail server is away for ten minutes, the box begins anew meanwhile: each mail comes once, and says how late it is', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  const channel = await office.mail(server);
  server.trouble = { at: 'greeting', how: 'refuse' };
  for (const incident of [1, 2, 3]) {
    office.tell(incident);
    await office.pass(2 * minute, 15_000);
  }
  assert.match(office.outbox.status(channel).words, /no greeting today/);
  assert.notEqual(office.outbox.status(channel).failingSinceMs, null);
  await office.outbox.stop();
  await office.begin();
  t.after(() => office.outbox.stop());
  await office.outbox.settled();
  assert.notEqual(office.outbox.status(channel).failingSinceMs, null, 'the page still says so');
  await office.pass(4 * minute, 15_000);
  assert.equal(server.arrived.length, 0);
  server.trouble = null;
  await office.pass(10 * minute, 30_000);
  assert.deepEqual(
    toldBy(server).flatMap(({ told }) => told),
    [1, 2, 3],
  );
  assert.match(server.arrived[0]?.raw ?? '', /This message is \d+ min late/);
  const kinds = office.store.notes.map(({ kind }) => kind);
  assert.deepEqual(
    kinds.filter((kind) => kind.startsWith('channel.') && kind !== 'channel.changed'),
    ['channel.failing', 'channel.working'],
  );
});

test('a store that goes away, or loses an answer, at any write doubles nothing', async (t) => {
  const server = await MailServer.open(t);
  for (const lost of [1, 2, 3]) {
    const office = await officeFor(t);
    await office.mail(server);
    const before = server.arrived.length;
    const sent = (count: number) =>
      office.until(`${count} were sent`, async () => {
        if (office.store.away) return false;
        const all = await office.deliveries();
        return all.length === count && all.every(({ state }) => state === 'sent');
      });
    office.store.loseAnswers = lost;
    office.tell(1);
    await sent(1);
    assert.equal(server.arrived.length, before + 1, `${lost} answers lost`);
    let writes = 0;
    office.store.onWrite = () => {
      if (++writes === lost) office.store.leave();
    };
    office.tell(2);
    await office.until(
      'the store is away, or was not needed',
      async () => office.store.away || writes < lost,
    );
    for (let tries = 0; tries < 5; tries++) await office.clock.advance(2_000);
    office.store.onWrite = null;
    office.store.comeBack();
    await sent(2);
    await office.pass(minute, 15_000);
    assert.equal(server.arrived.length, before + 2, `away at write ${lost}`);
    await office.outbox.stop();
  }
});

test('another channel is used when one fails, says so, and the first still delivers when it works again', async (t) => {
  const server = await MailServer.open(t);
  const { url, said } = await ntfyServer(t);
  const office = await officeFor(t);
  const mail = await office.mail(server);
  const ntfy = await office.channel({
    ...{ kind: 'ntfy', options: { server: url, topic: 'box' }, takes: { least: 'critical', groups: [] } },
  });
  server.trouble = { at: 'greeting', how: 'die' };
  office.tell(1);
  await office.pass(minute);
  assert.equal(said.length, 1);
  assert.match(said[0]!.message, /because mail does not work.*\ntrouble 1/s);
  const [standIn, first] = (await office.deliveries()).sort((a, b) => b.id.length - a.id.length);
  assert.deepEqual([standIn?.channel, standIn?.instead, first?.handedTo], [ntfy, [mail], ntfy]);
  // What a channel that works was given anyway is not handed to it again.
  office.tell(2, { severity: 'critical' });
  await office.pass(minute);
  assert.equal(said.length, 2);
  server.trouble = null;
  await office.pass(15 * minute, minute);
  assert.deepEqual(
    toldBy(server).flatMap(({ told }) => told),
    [1, 2],
  );
  assert.equal(said.length, 2);
});

test('severity, group and time say who is told; what is low waits for its time of day, and comes as one', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  const weekly = { days: [1, 2, 3, 4, 5, 6, 7], from: '08:00', to: '18:00', zone: 'UTC' };
  const takes = { least: 'high', groups: ['room-3'], weekly } as const;
  const narrow = await office.mail(server, { name: 'room', takes: { ...takes, groups: ['room-3'] } });
  const wide = await office.mail(server, { name: 'all', digestAt: '14:30' });
  const given = async () =>
    Object.groupBy(
      (await office.deliveries()).map(({ channel, items }) => ({
        channel,
        of: items.map((one) => one.incident),
      })),
      ({ channel }) => channel,
    );
  office.tell(1, { severity: 'medium', groups: ['room-3'] });
  await office.pass(5_000);
  office.tell(2, { severity: 'high', groups: ['room-3'] });
  await office.pass(5_000);
  office.tell(3, { severity: 'low' });
  await office.pass(5_000);
  office.tell(4, { severity: 'low', kind: 'recovered' });
  await office.pass(minute);
  const noon = await given();
  assert.deepEqual(
    noon[narrow]?.flatMap(({ of }) => of),
    [2],
  );
  assert.deepEqual(noon[wide]?.map(({ of }) => of).sort(), [[1], [2], [3, 4]]);
  assert.equal(server.arrived.length, 3);
  await office.pass(151 * minute, 10 * minute);
  assert.equal(server.arrived.length, 4);
  assert.match(server.arrived[3]?.raw ?? '', /^Subject: 2 messages: trouble 3; trouble 4/m);
  assert.doesNotMatch(server.arrived[3]?.raw ?? '', /This message is/);
  await office.pass(5 * 60 * minute, 60 * minute);
  office.tell(5, { groups: ['room-3'] });
  await office.pass(5_000);
  assert.equal(server.arrived.length, 5, 'in the evening only one is told');
});

test('a storm is a few messages, and everything is in them', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  await office.mail(server);
  for (let incident = 1; incident <= 40; incident++) {
    office.tell(incident);
    await office.outbox.settled();
  }
  assert.equal(server.arrived.length, 10);
  await office.pass(6 * minute, minute);
  assert.equal(server.arrived.length, 11);
  assert.deepEqual(
    toldBy(server).flatMap(({ told }) => told),
    Array.from({ length: 40 }, (_, at) => at + 1),
  );
});

test('what nobody takes for a day is given up and written down; while the date is not known nothing is', async (t) => {
  const office = await officeFor(t);
  const options = { server: `http://127.0.0.1:${await closedPort()}/`, topic: 'box' };
  await office.channel({ kind: 'ntfy', options });
  office.trusted = false;
  office.tell(1);
  await office.pass(30 * 60 * minute, 10 * minute);
  assert.deepEqual(
    (await office.deliveries()).map(({ state }) => state),
    ['waiting'],
  );
  office.trusted = true;
  await office.pass(minute);
  assert.deepEqual(
    (await office.deliveries()).map(({ state }) => state),
    ['expired'],
  );
  assert.ok(office.store.notes.some(({ kind }) => kind === 'delivery.failed'));
});
