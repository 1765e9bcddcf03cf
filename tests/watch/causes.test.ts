import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CausedWatch } from '../helpers/caused-watch.ts';
import { MailServer } from '../helpers/mail-server.ts';

const second = 1_000;
const minute = 60 * second;
const outside = (nth: number) => `203.0.113.${nth + 1}`;

/** The plain text of a mail, as somebody reads it. */
function textOf({ raw }: { raw: string }): string {
  const plain = raw.slice(raw.indexOf('text/plain'), raw.indexOf('text/html'));
  return plain.replaceAll('=\r\n', '').replaceAll(/=3D/g, '=');
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
