import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { LinkedAgent, type LinkedAgentOptions } from '../helpers/linked-agent.ts';
import { Outboxes } from '../helpers/outboxes.ts';
import { WireBox, type WireBoxOptions, type WireSession } from '../helpers/wire-box.ts';

const until = (what: string, is: () => boolean) => eventually(what, is, { everyMs: 5 });
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function box(t: TestContext, options: WireBoxOptions = {}): Promise<WireBox> {
  const made = await WireBox.start({ admitted: 'all', ...options });
  t.after(() => made.stop());
  return made;
}

async function agent(
  t: TestContext,
  ours: WireBox,
  options: Partial<LinkedAgentOptions> = {},
): Promise<LinkedAgent> {
  const made = await LinkedAgent.start({ box: `127.0.0.1:${ours.port}`, boxHash: ours.hash, ...options });
  t.after(() => made.stop());
  return made;
}

/** What two runs left behind that never met the box, the second with more series. */
async function leftBehind(t: TestContext): Promise<Outboxes> {
  const all = new Outboxes(temporaryFolder(t));
  for (const count of [70, 50]) {
    const machine = await all.open();
    await machine.measure(count);
    await machine.outbox.stop();
    all.series.push({ name: 'x:late', unit: '1', scale: 0, kind: 'gauge' });
  }
  return all;
}

const earlierSeqs = (session: WireSession, run: number) =>
  session.earlier
    .filter((one) => Number(one.run) === run)
    .flatMap(({ ticks }) => ticks.map(({ seq }) => seq));

test('earlier runs come oldest first, each with its clock and its own series, and go when they are acknowledged', async (t) => {
  const all = await leftBehind(t);
  const ours = await box(t, { acknowledge: true });
  const machine = await agent(t, ours, { outboxFolder: all.folder });
  machine.tick(0.5);
  const session = await ours.session(0);
  await until('all came', () => session.earlier.flatMap(({ ticks }) => ticks).length === 120);
  assert.deepEqual(earlierSeqs(session, 1), range(0, 69));
  assert.deepEqual(earlierSeqs(session, 2), range(0, 49));
  assert.ok(session.earlier.findIndex(({ run }) => Number(run) === 2) >= 3);
  assert.deepEqual(
    session.clocks.map(({ run, pairs }) => [Number(run), pairs[0]?.synchronised]),
    [
      [1, true],
      [2, true],
    ],
  );
  const names = session.dictionary.map(({ name }) => name);
  for (const { run, ticks } of session.earlier)
    for (const { seq, values } of ticks) {
      for (const index of range(0, 2)) assert.equal(values[names.indexOf(`x:${index}`)], seq * 100 + index);
      const late = values[names.indexOf('x:late')];
      assert.equal(late, Number(run) === 2 ? seq * 100 + 3 : undefined);
      assert.equal(values[names.indexOf('system.cpu.utilization:0')], undefined);
    }
  await until('the disk is empty', () => readdirSync(all.folder).length === 0);
});

test('what is measured during a replay from disk is not behind it, and new series find their place', async (t) => {
  const all = await leftBehind(t);
  const ours = await box(t, { limits: { messagesPerSecond: 10, ticksPerMessage: 5 } });
  const machine = await agent(t, ours, { outboxFolder: all.folder });
  machine.tick(0.25);
  const session = await ours.session(0);
  await until('the replay began', () => session.earlier.length >= 2);
  machine.tick(0.5, 0.75);
  await until('the present came', () => session.ticks.length === 2);
  assert.ok(session.earlier.length < 12, `${session.earlier.length} messages came before`);
  assert.equal(session.latest('system.cpu.utilization:0'), 0.5);
  assert.equal(session.latest('system.cpu.utilization:1'), 0.75);
});

test('what a box did not acknowledge comes again over the next connection, from disk as well', async (t) => {
  const all = await leftBehind(t);
  const ours = await box(t);
  const machine = await agent(t, ours, { outboxFolder: all.folder });
  machine.tick(0.5);
  const first = await ours.session(0);
  await until('all came', () => first.earlier.flatMap(({ ticks }) => ticks).length === 120);
  first.send('ack', { run: first.earlier[0]!.run, seqs: [[0, 59]] });
  await until('the ack was heard', () => machine.outbox.size.disk.ticks === 60);
  first.cut();
  const second = await ours.session(1);
  await until('the rest came', () => second.earlier.flatMap(({ ticks }) => ticks).length === 60);
  assert.deepEqual(earlierSeqs(second, 1), range(60, 69));
  assert.deepEqual(earlierSeqs(second, 2), range(0, 49));
});

test('says why it leaves when it is told so, stays away, and comes back at once when the machine has slept', async (t) => {
  const ours = await box(t);
  const machine = await agent(t, ours);
  const session = await ours.session(0);
  await machine.state('sending');
  await machine.link.farewell('sleep');
  assert.equal(session.goodbye, 'sleep');
  await machine.state('between');
  // It would be back within a twentieth of a second if it had not said goodbye.
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(ours.sessions.length, 1);
  machine.link.woke();
  await ours.session(1);
});

test('nobody waits for the next attempt after somebody has changed whom this machine trusts', async (t) => {
  const ours = await box(t);
  const machine = await agent(t, ours);
  const session = await ours.session(0);
  session.send('error', { code: 'BUSY', message: 'later', path: '', retryMs: 3_000_000 });
  await machine.state('between');
  machine.link.reconsider();
  await ours.session(1);
});
