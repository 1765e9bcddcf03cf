// Who is told what, and how much of it, over a store in RAM to a real SMTP server.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../helpers/folder.ts';
import { MailServer, toldOf } from '../../helpers/mail-server.ts';
import { PostOffice } from '../../helpers/post-office.ts';

const minute = 60_000;
const hour = 60 * minute;

/** It is Thursday, 12:00. */
async function officeFor(t: TestContext): Promise<PostOffice> {
  const stateDir = join(temporaryFolder(t), 'watch');
  mkdirSync(stateDir, { mode: 0o700 });
  const office = await new PostOffice({ stateDir }).begin();
  t.after(() => office.outbox.stop());
  return office;
}

const everyDay = (from: string, to: string) => ({
  ...{ days: [1, 2, 3, 4, 5, 6, 7], from, to, zone: 'UTC' },
});

test('nobody hears that something is over who did not hear that it had begun, and whoever did hears it in time', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  const takes = { least: 'low' as const, groups: [] };
  await office.mail(server, { name: 'day', takes: { ...takes, weekly: everyDay('08:00', '18:00') } });
  await office.mail(server, { name: 'night', takes: { ...takes, weekly: everyDay('18:00', '08:00') } });
  office.tell(1);
  await office.pass(minute, 15_000);
  await office.pass(7 * hour, 7 * hour);
  assert.deepEqual(toldOf(server), ['trouble 1']);
  // At 19:00 both begin to be over: the first waits until those of the day are there again.
  office.tell(2);
  office.tell(1, { kind: 'recovered', text: { en: 'over 1', fr: '' } });
  await office.pass(minute, 15_000);
  assert.deepEqual(toldOf(server).slice(1), ['trouble 2']);
  // The box begins anew: it still knows who was told.
  await office.outbox.stop();
  await office.begin();
  t.after(() => office.outbox.stop());
  await office.pass(12 * hour, hour);
  office.tell(2, { kind: 'recovered', text: { en: 'over 2', fr: '' } });
  await office.pass(2 * hour, 15 * minute);
  assert.deepEqual(toldOf(server).slice(2).sort(), ['over 1', 'over 2']);
  assert.equal(office.store.namespace('watch.given').length, 0);
});

test('what is told again while the first time still waits is not told twice, unless another channel tells it', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  await office.mail(server);
  server.trouble = { at: 'greeting', how: 'refuse' };
  office.tell(1);
  for (let times = 0; times < 3; times++) {
    await office.pass(30 * minute, 15 * minute);
    office.tell(1, { kind: 'repeated', text: { en: `still 1, ${times}`, fr: '' } });
  }
  await office.pass(minute);
  server.trouble = null;
  await office.pass(20 * minute, minute);
  assert.deepEqual(toldOf(server), ['trouble 1']);
  office.tell(1, { kind: 'repeated', text: { en: 'still 1, later', fr: '' } });
  await office.pass(minute);
  assert.deepEqual(toldOf(server), ['trouble 1', 'still 1, later']);
});

test('a late message says that what it tells is over meanwhile', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  await office.mail(server);
  server.trouble = { at: 'greeting', how: 'refuse' };
  office.tell(1);
  await office.pass(3 * minute, 15_000);
  office.tell(1, { kind: 'recovered', text: { en: 'over 1', fr: '' } });
  office.tell(2);
  await office.pass(7 * minute, 15_000);
  server.trouble = null;
  await office.pass(15 * minute, minute);
  const [first, ...more] = server.arrived.map(({ raw }) => raw);
  assert.deepEqual(toldOf(server), ['trouble 1', 'over 1', 'trouble 2']);
  assert.match(first!, /This message is 1\d min late\..*It is over meanwhile, since 15 Jan, 12:03\./s);
  for (const raw of more) assert.doesNotMatch(raw, /meanwhile/);
});

test('a night without a mail server ends in a few messages with everything in them', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  await office.mail(server);
  server.trouble = { at: 'greeting', how: 'refuse' };
  for (let incident = 1; incident <= 30; incident++) {
    office.tell(incident);
    await office.pass(11 * minute, 11 * minute);
  }
  server.trouble = null;
  await office.pass(20 * minute, minute);
  assert.ok(server.arrived.length <= 13, `${server.arrived.length} mails`);
  assert.deepEqual(toldOf(server).sort(), Array.from({ length: 30 }, (_, at) => `trouble ${at + 1}`).sort());
});

test('twenty channels and eight things at once are no more than the store takes', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  office.trusted = true;
  for (let at = 0; at < 20; at++) {
    const weekly = everyDay('13:00', '14:00');
    const takes = { least: 'low' as const, groups: [], ...(at % 2 === 0 ? {} : { weekly }) };
    await office.mail(server, { name: `channel ${at}`, takes, digestAt: '12:30' });
  }
  let most = 0;
  const write = office.store.writes;
  office.store.writes = (count) => {
    most = Math.max(most, count);
    write(count);
  };
  await office.outbox.settled();
  office.store.leave();
  for (let incident = 1; incident <= 8; incident++) {
    office.tell(incident, { severity: incident % 2 === 0 ? 'low' : 'high' });
    office.tell(incident, { severity: 'high', kind: 'recovered', text: { en: `over ${incident}`, fr: '' } });
  }
  office.store.comeBack();
  await office.pass(minute, 15_000);
  assert.ok(most > 20 && most <= 64, `${most} records in one write`);
  assert.equal(office.store.namespace('watch.occasions').length, 0);
});

test('when the mail fails desktops are told, one notice at a time, and a light is no message', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  const takes = { least: 'critical' as const, groups: [] };
  await office.channel({ kind: 'signal', options: { output: 'both' }, takes: { ...takes, least: 'low' } });
  await office.channel({ kind: 'desktop', options: { machines: [1, 2] }, takes });
  await office.mail(server);
  office.reach.names.set(1, 'ANNE').set(2, 'LUC');
  server.trouble = { at: 'greeting', how: 'die' };
  for (const incident of [1, 2, 3]) office.tell(incident);
  await office.pass(minute);
  assert.equal(office.reach.shown.length, 0, 'nobody is connected yet');
  office.reach.connected.add(2);
  await office.pass(2 * minute);
  assert.equal(office.reach.shown.length, 1, 'all that happened at once is one message');
  assert.match(
    office.reach.shown[0]!.text,
    /^trouble 1 \(and 2 more\).* · It comes this way because mail does not work\.$/,
  );
  for (const incident of [4, 5, 6, 7]) {
    office.tell(incident, { severity: 'critical' });
    await office.outbox.settled();
  }
  const before = office.clock.monotonicMs();
  await office.until('all are shown', async () => office.reach.shown.length === 5);
  assert.ok(office.clock.monotonicMs() - before >= 60_000, 'what comes sooner an agent does not show');
});

test('through a long failure another channel is told everything, also what comes too fast', async (t) => {
  const server = await MailServer.open(t);
  const office = await officeFor(t);
  const takes = { least: 'critical' as const, groups: [] };
  await office.channel({ kind: 'desktop', options: { machines: [1] }, takes });
  await office.mail(server);
  office.reach.names.set(1, 'ANNE');
  office.reach.connected.add(1);
  server.trouble = { at: 'greeting', how: 'refuse' };
  for (let incident = 1; incident <= 14; incident++) {
    office.tell(incident);
    await office.pass(11 * minute, 11 * minute);
  }
  const shown = () => office.reach.shown.map(({ text }) => /trouble \d+/.exec(text)?.[0]);
  assert.deepEqual(new Set(shown()), new Set(Array.from({ length: 14 }, (_, at) => `trouble ${at + 1}`)));
  for (let incident = 21; incident <= 33; incident++) {
    office.tell(incident);
    await office.outbox.settled();
  }
  await office.pass(20 * minute, minute);
  const last = office.reach.shown.at(-1)?.text ?? '';
  assert.match(last, /\(and 2 more\)/, 'ten one by one, the rest together');
});
