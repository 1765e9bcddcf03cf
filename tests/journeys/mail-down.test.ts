/**
 * The mail server is away for ten minutes, through real processes; the pauses are shortened by the watch's own settings, forty to
 * one. Meanwhile incidents open and end, and the watch is killed: each message arrives once, and says how late it is.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../../appliance/watch/client/channels.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { MailServer } from '../helpers/mail-server.ts';

const anne = { who: 'Anne', role: 'admin', from: 'test' };
const pace = ['--retry-first', '300ms', '--retry-longest', '2s', '--late-from', '3s', '--send-timeout', '2s'];
const undo: (() => Promise<void>)[] = [];
let server: MailServer;
let box: Appliance;
const stop = new AbortController();
let measuring: Promise<void>;

before(async () => {
  server = await MailServer.open({ after: (work) => void undo.push(work) });
  box = await Appliance.start({
    daemons: ['store', 'watch'],
    flags: { watch: ['--look-interval', '500ms', ...pace] },
  });
  measuring = measure();
  await box.watch.createChannel(
    {
      ...{ kind: 'mail', name: 'office', enabled: true, language: 'en', zone: 'UTC', digestAt: null },
      takes: { least: 'high', groups: [] },
      options: {
        ...{ host: 'localhost', port: server.port, security: 'starttls', fingerprint: server.fingerprint },
        ...{ from: 'box@school.example', to: ['anne@school.example'] },
      },
    },
    anne,
  );
});
after(async () => {
  stop.abort();
  await measuring;
  await box.stop();
  for (const work of undo) await work();
});

/** What an agent's door does with a machine that measures three things. */
async function measure(): Promise<void> {
  const { registry } = box;
  const admission = { key: 'a'.repeat(64), name: 'ATELIER', by: 'anne', local: false };
  const { machine } = await registry.admit(admission);
  await registry.updateMachine(machine, { state: 'up' });
  const series = ['early', 'short', 'long'].map((name) => ({
    name,
    unit: '1',
    scale: 0,
    kind: 'gauge' as const,
  }));
  await registry.series(machine, series);
  const wallAtZeroMs = Date.now();
  for (let seq = 0; !stop.signal.aborted; seq++) {
    const tick = { seq, runMs: Date.now() - wallAtZeroMs, values: [1, 2, 3] };
    await registry.append([{ machine, run: 'ab'.repeat(16), wallAtZeroMs, trusted: true, ticks: [tick] }]);
    await sleep(500, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

/** A rule of one's own; above its limit from the first value on. */
async function rule(name: string): Promise<{ id: string; end(): Promise<void> }> {
  const options = { metric: name, limit: -1, forMs: 0, clearMs: 0, hysteresis: 0 };
  const { id } = await box.watch.createRule({ kind: 'threshold', name, severity: 'high', options }, anne);
  await eventually(`${name} is wrong`, async () => {
    const { incidents } = await box.watch.incidents();
    return incidents.some((one) => one.rule === id && one.told);
  });
  return {
    id,
    async end() {
      await box.watch.changeRule(id, 'all', { options: { limit: 1e15 } }, anne);
      await eventually(`${name} is over`, async () =>
        (await box.watch.incidents()).incidents.every((one) => one.rule !== id),
      );
    },
  };
}

const deliveries = (fits: (all: Delivery[]) => boolean) =>
  eventually('deliveries are so', async () => {
    const all = await box.watch.deliveries();
    return fits(all) && all;
  });

type Mail = { id: string; subject: string; text: string };
const mails = (): Mail[] =>
  server.arrived.map(({ raw }) => ({
    id: /^Message-ID: <(.*)>\r$/m.exec(raw)?.[1] ?? '',
    subject: /^Subject: (.*(?:\r\n[ \t].*)*)\r$/m.exec(raw)?.[1]?.replaceAll(/\r\n[ \t]/g, ' ') ?? '',
    text: raw.replaceAll('=\r\n', '').split('text/html')[0] ?? '',
  }));

test('what happened while the mail server was away arrives once, says how late it is, and what is over meanwhile', async () => {
  const early = await rule('early');
  await deliveries((all) => all.length === 1 && all.every(({ state }) => state === 'sent'));
  assert.doesNotMatch(mails()[0]?.text ?? 'late', /late/);

  server.trouble = { at: 'greeting', how: 'refuse' };
  const short = await rule('short');
  await early.end();
  await deliveries((all) => all.some(({ state, tries }) => state === 'waiting' && tries >= 2));
  const [channel] = (await box.watch.channels()).channels;
  assert.notEqual(channel?.status.failingSinceMs, null, 'the page can say that it fails');
  assert.match(channel?.status.words ?? '', /no greeting today/);

  // The worst moment for the box, too.
  server.trouble = { at: 'mail', how: 'hang' };
  await box.program('watch').end('SIGKILL');
  box.startDaemon('watch');
  await box.ready();
  await eventually('it sees again', async () => (await box.watch.health()).seesSinceMs !== null);
  await short.end();
  await rule('long');
  const waiting = await deliveries((all) => all.filter(({ state }) => state === 'waiting').length === 4);
  const oldestMs = Math.min(...waiting.filter(({ state }) => state === 'waiting').map((one) => one.madeMs));
  await eventually('it is late', () => Date.now() - oldestMs > 6_000);
  assert.equal(server.arrived.length, 1);

  server.trouble = null;
  const all = await deliveries((found) => found.length === 5 && found.every(({ state }) => state === 'sent'));
  assert.equal(mails().length, 5);
  const told = all.flatMap(({ items }) => items.map(({ incident, kind }) => `${incident} ${kind}`)).sort();
  assert.deepEqual(told, ['1 opened', '1 recovered', '2 opened', '2 recovered', '3 opened']);
  assert.equal(new Set(mails().map(({ id }) => id)).size, 5, 'each message arrives once');
  const about = (word: RegExp) => mails().find(({ text }) => word.test(text) && /meanwhile/.test(text));
  const begun = about(/ATELIER: short/i);
  assert.match(begun?.text ?? '', /This message is \d+ s late\.\s+It is over meanwhile, since /);
  const late = mails().filter(({ text }) => /This message is \d+ s late/.test(text));
  assert.ok(late.length >= 2, `${late.length} say that they are late`);
  const kinds = (await box.store.journal({ kind: 'channel' })).map(({ kind }) => kind);
  assert.ok(kinds.includes('channel.failing') && kinds[0] === 'channel.working', kinds.join());
});
