import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { encodeFrame } from '../../appliance/protocol/frame.ts';
import { eventually } from '../helpers/eventually.ts';
import { LinkedAgent, type LinkedAgentOptions } from '../helpers/linked-agent.ts';
import { WireBox, type WireBoxOptions } from '../helpers/wire-box.ts';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop();
});

async function box(options: WireBoxOptions = {}): Promise<WireBox> {
  const made = await WireBox.start(options);
  started.push(made);
  return made;
}

async function agent(options: LinkedAgentOptions): Promise<LinkedAgent> {
  const made = await LinkedAgent.start(options);
  started.push(made);
  return made;
}

const until = (what: string, is: () => boolean) => eventually(what, is, { everyMs: 5 });
const at = (one: WireBox) => `127.0.0.1:${one.port}`;
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('says who it is, agrees on the series and sends what is measured', async () => {
  const ours = await box({ admitted: 'all' });
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  machine.facts = { os: 'test system', cores: 2 };
  const session = await ours.session(0);
  await machine.state('sending');
  machine.tick(0.25, 0.5);
  machine.tick(0.25, 0.75);
  await until('two ticks', () => session.ticks.length === 2);
  assert.equal(session.agentHash, machine.identity.hash);
  assert.equal(session.hello?.run, machine.run.id);
  assert.equal(session.hello?.pinned, true);
  assert.deepEqual(
    session.dictionary.map((series) => series.name),
    ['system.cpu.utilization:0', 'system.cpu.utilization:1'],
  );
  assert.equal(session.latest('system.cpu.utilization:1'), 0.75);
  assert.deepEqual(session.facts, machine.facts);
  assert.deepEqual(session.messages, [1, 1]);
});

test('tells new series before it sends values of them', async () => {
  const ours = await box({ admitted: 'all' });
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  const session = await ours.session(0);
  await machine.state('sending');
  machine.tick(0.1);
  machine.tick(0.1, 0.9);
  await until('two ticks', () => session.ticks.length === 2);
  assert.deepEqual(session.ticks[0]?.values, [100]);
  assert.deepEqual(session.ticks[1]?.values, [100, 900]);
});

test('a box with another key than the trusted one gets no byte, not even a hello', async () => {
  const stranger = await box({ admitted: 'all' });
  const machine = await agent({ box: at(stranger), boxHash: 'ab'.repeat(32) });
  machine.tick(0.5);
  await until('several attempts', () => stranger.connections >= 4);
  assert.equal(
    stranger.sessions.reduce((sum, session) => sum + session.bytes, 0),
    0,
  );
  assert.match(machine.link.status().lastEnd ?? '', /another key/);
  assert.ok(machine.lines.some((line) => line.includes('level=warn') && line.includes(stranger.hash)));
});

test('a box that admits anybody gets no sample before a person here said yes', async () => {
  const stranger = await box({ admitted: 'all' });
  const machine = await agent({ box: at(stranger) });
  const session = await stranger.session(0);
  await machine.state('untrusted');
  machine.facts = { os: 'secret' };
  machine.tick(0.5);
  session.admit();
  session.send('ping', { id: 7 });
  await until('the agent answered a ping that came after it all', () => session.heard.includes('pong'));
  assert.deepEqual(session.ticks, []);
  assert.deepEqual(session.heard, ['hello', 'pong']);
  assert.equal(session.hello?.pinned, false);
});

test('both sides show the same digits; samples flow after a yes on both', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours) });
  const session = await ours.session(0);
  await machine.state('waiting');
  machine.tick(0.5);
  const atTheBox = await session.select();
  assert.equal(await machine.digits(), atTheBox);
  await machine.link.answer(atTheBox, true);
  await until('the box heard the answer', () => session.answer === true);
  assert.deepEqual(session.ticks, []);
  session.admit();
  await until('the tick came', () => session.ticks.length === 1);
  assert.deepEqual(await machine.pins.current(), { hash: ours.hash, source: 'person' });
});

test('the yes may come after the box has admitted', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours) });
  const session = await ours.session(0);
  await machine.state('waiting');
  machine.tick(0.5);
  const digits = await session.select();
  await machine.digits();
  session.admit();
  await machine.state('untrusted');
  await machine.link.answer(digits, true);
  await until('the tick came', () => session.ticks.length === 1);
});

test('a no is told, and nothing is trusted', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours) });
  const session = await ours.session(0);
  await machine.state('waiting');
  const digits = await session.select();
  await machine.digits();
  await machine.link.answer(digits, false);
  await until('the box heard the answer', () => session.answer === false);
  assert.equal(await machine.pins.current(), undefined);
  assert.equal(machine.link.status().digits, null);
});

test('digits that were drawn anew make the old ones worthless', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours) });
  const session = await ours.session(0);
  await machine.state('waiting');
  const old = await session.select();
  await until('the agent shows them', () => machine.link.status().digits === old);
  const fresh = await session.select();
  await until('the agent shows the new ones', () => machine.link.status().digits === fresh);
  if (old !== fresh) await assert.rejects(machine.link.answer(old, true), /no longer count/);
  session.send('pairEnd', {});
  await until('the agent shows none', () => machine.link.status().digits === null);
  await assert.rejects(machine.link.answer(fresh, true), /no longer count/);
  assert.equal(await machine.pins.current(), undefined);
});

test('a box that does not keep to its commitment is left, without digits', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours) });
  const session = await ours.session(0);
  await machine.state('waiting');
  await session.select({ commit: '00'.repeat(32) });
  await until('the agent left', () => session.closed);
  assert.match(machine.link.status().lastEnd ?? '', /commitment does not hold/);
});

test('after a lost connection exactly what is not acknowledged comes again, several ticks a message', async () => {
  const first = await box({ admitted: 'all' });
  const machine = await agent({ box: at(first), boxHash: first.hash });
  const before = await first.session(0);
  await machine.state('sending');
  for (const _ of range(0, 99)) machine.tick(0.5);
  await until('all came', () => before.ticks.length === 100);
  before.acknowledge([0, 39], [50, 59]);
  await until('acks arrived', () => machine.outbox.size.ticks === 50);
  before.cut();
  const after = await first.session(1);
  await until('all came again', () => after.ticks.length === 50);
  const expected = [...range(40, 49), ...range(60, 99)];
  assert.deepEqual(
    [...after.seqs].sort((a, b) => a - b),
    expected,
  );
  assert.equal(after.seqs[0], 99, 'the newest first: it is how the machine is now');
  assert.deepEqual(after.seqs.slice(1), expected.slice(0, -1));
  assert.ok(Math.max(...after.messages) <= 32 && after.messages.length <= 4, `${after.messages}`);
  after.acknowledge([0, 99]);
  await until('the outbox is empty', () => machine.outbox.size.ticks === 0);
});

test('what is measured during a replay is not behind it', async () => {
  const ours = await box({ admitted: 'all', limits: { messagesPerSecond: 4, ticksPerMessage: 10 } });
  const machine = await agent({ box: `127.0.0.1:${ours.port}`, boxHash: ours.hash, random: () => 0.3 });
  for (const _ of range(0, 59)) machine.tick(0.1);
  const session = await ours.session(0);
  await until('the replay began', () => session.ticks.length > 1);
  machine.tick(0.9);
  await until('all came', () => session.ticks.length === 61);
  const position = session.seqs.indexOf(60);
  assert.ok(position < 60, `tick 60 came at position ${position}`);
  assert.deepEqual(
    [...session.seqs].sort((a, b) => a - b),
    range(0, 60),
  );
  assert.ok(Math.max(...session.messages) <= 10);
});

test('ticks that had to be dropped are named to the box, until it has shown that it heard', async () => {
  const ours = await box({ admitted: 'all' });
  const machine = await agent({ box: at(ours), boxHash: ours.hash, outboxTicks: 5 });
  for (const _ of range(0, 9)) machine.tick(0.5);
  const session = await ours.session(0);
  await until('it was told', () => session.events.some((event) => event.kind === 'samples.lost'));
  const lost = session.events.find((event) => event.kind === 'samples.lost')?.lost;
  assert.deepEqual(
    [lost?.run, lost?.first, lost?.last, lost?.why, lost?.synchronised],
    [machine.run.id, 0, 4, 'full', true],
  );
  assert.ok(Math.abs((lost?.fromMs ?? 0) - Date.now()) < 60_000);
  assert.equal(machine.outbox.losses.length, 1);
  await until('the ticks came', () => session.ticks.length === 5);
  session.acknowledge([5, 9]);
  await until('it counts as told', () => machine.outbox.losses.length === 0);
});

test('says goodbye when it stops, and the box reads it', async () => {
  const ours = await box({ admitted: 'all' });
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  const session = await ours.session(0);
  await machine.state('sending');
  machine.tick(0.5);
  await machine.stop();
  started.pop();
  await until('goodbye', () => session.goodbye === 'stop' && session.closed);
  assert.equal(session.ticks.length, 1);
});

test('stops at once while it waits for the next attempt, and in the middle of connecting', async () => {
  const machine = await agent({ box: '127.0.0.1:1', random: () => 1 });
  await until('an attempt failed', () => machine.link.status().lastEnd !== null);
  await machine.stop();
  started.pop();
});

test('finds the box again after it was away, at the same address with the same key', async () => {
  const first = await box({ admitted: 'all' });
  const { port, key } = first;
  const machine = await agent({ box: at(first), boxHash: first.hash });
  await first.session(0);
  await machine.state('sending');
  await first.stop();
  machine.tick(0.5);
  const second = await box({ admitted: 'all', key, port });
  const session = await second.session(0);
  await until('the tick came', () => session.ticks.length === 1);
});

test('a message of a kind that comes with a later version is passed over', async () => {
  const ours = await box({ admitted: 'all' });
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  const session = await ours.session(0);
  await machine.state('sending');
  session.sendRaw(encodeFrame(25, Buffer.from('{"text":"hello"}')));
  machine.tick(0.5);
  await until('the tick came', () => session.ticks.length === 1);
});

test('an ack of another run forgets nothing', async () => {
  const ours = await box({ admitted: 'all' });
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  const session = await ours.session(0);
  await machine.state('sending');
  machine.tick(0.5);
  session.send('ack', { run: 'ee'.repeat(16), seqs: [[0, 10]] });
  session.send('ping', { id: 1 });
  await until('the ping was answered', () => session.heard.includes('pong'));
  assert.equal(machine.outbox.size.ticks, 1);
});

test('a box that is told to come later is left alone that long', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours) });
  const session = await ours.session(0);
  await machine.state('waiting');
  session.send('refused', { retryMs: 3_000_000 });
  await machine.state('between');
  assert.match(machine.link.status().lastEnd ?? '', /refused/);
  // It would be back within a twentieth of a second if it had not been asked to wait.
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(ours.sessions.length, 1);
});

test('a machine that has IPv6 only sends to a box over it', async () => {
  const ours = await box({ admitted: 'all', host: '::1' });
  const machine = await agent({ box: `[::1]:${ours.port}`, boxHash: ours.hash });
  const session = await ours.session(0);
  await machine.state('sending');
  machine.tick(0.5);
  await until('the tick came', () => session.ticks.length === 1);
  assert.match(machine.link.status().box?.address ?? '', /::1/);
});
