import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CausedWatch, near, outside } from '../helpers/caused-watch.ts';
import { anne } from '../helpers/incident-parts.ts';
import { MailServer } from '../helpers/mail-server.ts';

const second = 1_000;
const minute = 60 * second;

/** The plain text of a mail, as somebody reads it. */
function textOf({ raw }: { raw: string }): string {
  const plain = raw.slice(raw.indexOf('text/plain'), raw.indexOf('text/html'));
  return plain
    .replaceAll('=\r\n', '')
    .replaceAll(/=3D/g, '=')
    .replaceAll(/\r\n(?=\S)/g, ' ');
}

test('50 probes behind a gateway that goes away: one mail, and one of the recovery that lists the 50', async (t) => {
  const server = await MailServer.open(t);
  const watch = await CausedWatch.start(t);
  await watch.mail(server);
  watch.machines(2, 3, []);
  watch.devices(50, { prefix: 'site', host: outside, through: ['internet', 'gateway'] });
  await watch.pass(minute);
  watch.break('gateway');
  await watch.pass(30 * second);
  assert.equal(server.arrived.length, 0, 'a short break is told to nobody');
  await watch.pass(10 * minute);
  assert.equal(server.arrived.length, 1);
  const opened = textOf(server.arrived[0]!);
  assert.match(opened, /The gateway \(router\) of this network does not answer/);
  assert.match(opened, /This explains 50: site-1, site-2, .*site-10 and 40 more/);
  const [cause] = watch.open().filter(({ rule }) => rule === 'network-gateway');
  const explained = watch.open().filter(({ cause: by }) => by === cause?.id);
  assert.equal(explained.length, 50, 'each of them is listed under it');
  watch.mend('gateway');
  await watch.pass(3 * minute);
  assert.equal(server.arrived.length, 2);
  const over = textOf(server.arrived[1]!);
  assert.match(over, /Over after 1\d min: The gateway.*\s+50 are back: site-1, site-2,/);
  for (let nth = 1; nth <= 50; nth++) assert.match(over, new RegExp(`\\bsite-${nth}[,.]`));
  await watch.pass(30 * minute);
  assert.deepEqual([server.arrived.length, watch.open().length], [2, 0]);
});

test('the internet is down: what is outside is explained, what fails beside the box is not', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(4, { prefix: 'site', host: outside, through: ['internet', 'gateway'] });
  watch.devices(1, { prefix: 'named', host: () => 'www.school.example', through: ['internet', 'gateway'] });
  watch.devices(1, { prefix: 'printer', host: near, through: [] });
  await watch.pass(minute);
  watch.break('internet', 'device-printer-1');
  await watch.pass(4 * minute);
  assert.deepEqual(watch.told().sort(), [
    'opened The internet connection of this network is down: its gateway answers, nothing outside does',
    'opened printer-1 does not answer: no full answer in time',
  ]);
  assert.ok(watch.more().includes('This explains 5: named-1, site-1, site-2, site-3, site-4'));
  watch.mend('internet');
  await watch.pass(3 * minute);
  assert.equal(watch.told().length, 3);
  assert.ok(watch.more().includes('5 are back: named-1, site-1, site-2, site-3, site-4.'));
});

test('what hangs behind a switch that somebody named is explained by it, machines of a room too', async (t) => {
  const watch = await CausedWatch.network(t);
  const [parent = ''] = watch.devices(1, {
    prefix: 'switch',
    host: () => '192.168.1.250',
    through: ['switch-a'],
  });
  watch.devices(3, { prefix: 'camera', host: near, through: ['switch-a'], parent });
  watch.machines(11, 13, ['switch-a']);
  await watch.group({ id: 'room', name: 'Room 3', machines: [11, 12, 13], parent });
  await watch.pass(minute);
  watch.break('switch-a');
  await watch.pass(5 * minute);
  assert.deepEqual(watch.told(), ['opened switch-1 does not answer: no full answer in time']);
  assert.equal(watch.open().filter(({ hold }) => hold === 'cause').length, 3 + 3 + 4, 'and each probe twice');
  watch.mend('switch-a');
  await watch.pass(3 * minute);
  assert.equal(watch.told().length, 2);
  assert.equal(watch.more()[1], '6 are back: camera-1, camera-2, camera-3, pc-11, pc-12, pc-13.');
});

test('what hangs behind the gateway, as somebody said, fails because of it whenever it does', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(1, { prefix: 'relay', host: near, through: [], parent: 'boxroute' });
  watch.devices(1, { prefix: 'camera', host: () => near(9), through: [] });
  await watch.pass(minute);
  watch.break('gateway');
  await watch.pass(4 * minute);
  watch.break('device-relay-1', 'device-camera-1');
  await watch.pass(4 * minute);
  assert.deepEqual(
    watch.told().map((told) => told.replace(/ does not answer.*/, '')),
    ['opened The gateway (router) of this network', 'opened camera-1'],
  );
});

test('who fails is not slow as well, nor who is slow because of a cause, nor while it comes back', async (t) => {
  const watch = await CausedWatch.network(t);
  await watch.duty.library.changeRule('probe-latency', 'all', { options: { checks: 2 } }, anne);
  watch.devices(2, { prefix: 'site', host: outside, through: ['internet', 'gateway'] });
  watch.devices(1, { prefix: 'mirror', host: () => outside(9), through: [] });
  watch.devices(1, { prefix: 'printer', host: near, through: [] });
  await watch.pass(minute);
  watch.break('internet');
  await watch.pass(minute);
  watch.slow.add('mirror-1');
  await watch.pass(3 * minute);
  const rules = () => watch.open().filter(({ rule }) => rule === 'probe-latency');
  assert.deepEqual(
    rules().map(({ hold, text }) => [hold, text.en.slice(0, 8)]),
    [['cause', 'mirror-1']],
  );
  for (const name of ['site-1', 'site-2']) watch.slow.add(name);
  watch.mend('internet');
  await watch.pass(50 * second);
  assert.equal(rules().length, 3, 'slow as they come back');
  watch.slow.clear();
  watch.break('device-printer-1');
  watch.slow.add('printer-1');
  await watch.pass(3 * minute);
  watch.mend('device-printer-1');
  await watch.pass(50 * second);
  assert.deepEqual(
    rules().map(({ hold }) => hold),
    ['settling'],
  );
  const kinds = watch.told().map((told) => told.split(' ').slice(0, 3).join(' '));
  assert.deepEqual(kinds, [
    ...['opened The internet', 'recovered Over after', 'opened printer-1 does'],
    'recovered Over after',
  ]);
  await watch.pass(2 * minute);
  assert.match(watch.told().at(-1) ?? '', /^opened printer-1 answers slowly/, 'it stays slow');
});

test('a switch that nobody named: many that vanish in one moment are one message with their names', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.machines(11, 22, ['switch-b']);
  await watch.pass(minute);
  watch.break('switch-b');
  await watch.pass(5 * minute);
  assert.equal(watch.told().length, 1);
  assert.match(watch.told()[0]!, /^opened 12 machines vanished within a minute/);
  assert.equal(
    watch.more()[0],
    'This explains 12: pc-11, pc-12, pc-13, pc-14, pc-15, pc-16, pc-17, pc-18, pc-19, pc-20 and 2 more',
  );
  watch.mend('switch-b');
  watch.break('device-pc-15');
  await watch.pass(5 * minute);
  assert.equal(watch.told().length, 3);
  assert.match(watch.told()[1]!, /^recovered Over after \d min: 12 machines vanished/);
  assert.match(watch.more()[1]!, /^11 are back: pc-11, .*\. Not back yet, 1: pc-15\.$/);
  assert.match(watch.told()[2]!, /^opened pc-15: Vanished/, 'who stays away is told of apart');
});

test('a box that is cut off says so, and nothing of all that it cannot reach', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(3, { prefix: 'site', host: outside, through: ['internet', 'gateway', 'cable'] });
  watch.devices(3, { prefix: 'printer', host: near, through: ['cable'] });
  await watch.pass(minute);
  watch.break('cable');
  await watch.pass(5 * minute);
  assert.equal(watch.told().length, 1);
  assert.match(watch.told()[0]!, /^opened The box is cut off/);
  watch.mend('cable');
  await watch.pass(4 * minute);
  assert.match(watch.more()[1]!, /^9 are back: pc-2, pc-3, pc-4, printer-1,/);
  assert.deepEqual([watch.told().length, watch.open().length], [2, 0]);
});

test('a name server that is silent explains names without an address, and nothing else', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(2, { prefix: 'named', host: (nth) => `www${nth}.school.example`, through: ['names'] });
  watch.nameless.add('named-1').add('named-2');
  await watch.pass(minute);
  watch.break('names');
  await watch.pass(4 * minute);
  assert.deepEqual(
    watch.told().map((one) => one.slice(0, 26)),
    ['opened The name server of '],
  );
  assert.equal(watch.more()[0], 'This explains 2: named-1, named-2');
});

test('one device is told of for itself, when all that is always looked at was asked since', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(1, { prefix: 'printer', host: near, through: [], intervalMs: 5 * second });
  await watch.pass(minute + 5 * second);
  watch.break('device-printer-1');
  await watch.pass(15 * second);
  assert.deepEqual(
    watch
      .open()
      .map(({ hold }) => hold)
      .sort(),
    ['cause', 'settling'],
  );
  await watch.pass(20 * second);
  assert.deepEqual(watch.told(), ['opened printer-1 does not answer: no full answer in time']);
});

test('several probes of one device are one message', async (t) => {
  const watch = await CausedWatch.network(t);
  const host = () => '192.168.1.77';
  for (const [prefix, kind] of [
    ['ping', 'icmp'],
    ['web', 'tcp'],
    ['mail', 'tcp'],
  ] as const)
    watch.devices(1, { prefix, kind, host, through: ['device-server'] });
  await watch.pass(minute);
  watch.break('device-server');
  await watch.pass(4 * minute);
  assert.deepEqual(watch.told(), ['opened ping-1 does not answer: no full answer in time']);
  assert.equal(watch.more()[0], 'This explains 2: mail-1, web-1');
});

test('where pings and places outside never were answered nobody hears that they are not', async (t) => {
  const watch = await CausedWatch.start(t);
  for (const id of ['boxroute', 'outsidea', 'outsideb', 'boxnames']) watch.mute.add(id);
  watch.devices(1, { prefix: 'printer', host: near, through: [] });
  await watch.pass(10 * minute);
  assert.deepEqual(watch.told(), []);
  watch.break('device-printer-1');
  await watch.pass(minute);
  assert.deepEqual(watch.told(), ['opened printer-1 does not answer: no full answer in time']);
});

test('who does not want a cause to be told hears of each failure', async (t) => {
  const watch = await CausedWatch.network(t);
  await watch.duty.library.changeRule('network-internet', 'all', { enabled: false }, anne);
  watch.devices(2, { prefix: 'site', host: outside, through: ['internet', 'gateway'] });
  await watch.pass(minute);
  watch.break('internet');
  await watch.pass(3 * minute);
  assert.deepEqual(watch.told(), [
    'opened site-1 does not answer: no full answer in time',
    'opened site-2 does not answer: no full answer in time',
  ]);
});

test('a name without an address waits until it is certain whether the name server is silent', async (t) => {
  const watch = await CausedWatch.start(t);
  // A gateway that answers no pings cannot be asked, either.
  watch.mute.add('boxroute');
  watch.machines(2, 4, []);
  const host = () => 'www.school.example';
  watch.devices(1, { prefix: 'named', host, through: ['names'], intervalMs: 5 * second });
  watch.nameless.add('named-1');
  await watch.pass(75 * second);
  watch.break('names');
  await watch.pass(3 * minute);
  assert.equal(watch.told().length, 1);
  assert.match(watch.told()[0]!, /^opened The name server/);
});

test('of two causes the one that is nearer to the box explains the other', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.break('internet');
  await watch.pass(3 * minute);
  watch.break('gateway');
  await watch.pass(3 * minute);
  const byRule = (rule: string) => watch.open().find((one) => one.rule === rule);
  assert.equal(byRule('network-internet')?.cause, byRule('network-gateway')?.id);
  watch.break('cable');
  await watch.pass(3 * minute);
  assert.equal(byRule('network-gateway')?.cause, byRule('network-box')?.id);
  assert.deepEqual(
    watch.told().map((one) => one.slice(0, 19)),
    ['opened The internet', 'opened The gateway ', 'opened The box is c'],
  );
});

test('an outage that is older than all that is read at a start is told as one, whoever failed with it', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(5, { prefix: 'site', host: outside, through: ['internet', 'gateway'] });
  await watch.pass(minute);
  watch.break('internet');
  await watch.restart(20 * minute);
  await watch.pass(3 * minute);
  assert.deepEqual(watch.told(), [
    'opened The internet connection of this network is down: its gateway answers, nothing outside does',
  ]);
});
