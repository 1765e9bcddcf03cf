// A rogue box that answers first: it neither gets trusted nor keeps the machine from the right one.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type Talk, Talks } from '../../agent/talks.ts';
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
const at = (one: WireBox) => ({ host: '127.0.0.1', port: one.port });

test('knocks at every box that answers, and shows each as a choice', async () => {
  const [rogue, right] = [await box({ admitted: 'all' }), await box()];
  const machine = await agent({ box: '', boxes: [at(rogue), at(right)] });
  await Promise.all([rogue.session(0), right.session(0)]);
  const named = () => machine.link.status().boxes.filter(({ name }) => name !== '');
  await until('both are shown by their names', () => named().length === 2);
  machine.tick(0.5);
  assert.deepEqual(
    machine.link
      .status()
      .boxes.map(({ hash, name }) => [hash, name])
      .sort(),
    [rogue, right].map(({ hash, name }) => [hash, name]).sort(),
  );
  assert.deepEqual(
    rogue.sessions.flatMap(({ ticks }) => ticks),
    [],
    'admitted by itself is not trusted',
  );
});

test('the digits of the right box decide, also while a rogue box shows its own', async () => {
  const [rogue, right] = [await box({ admitted: 'all' }), await box()];
  const machine = await agent({ box: '', boxes: [at(rogue), at(right)] });
  const [there, here] = [await rogue.session(0), await right.session(0)];
  const pairs = () => Promise.all([there.select(), here.select()]);
  const [theirs, ours] = await pairs();
  await until('both show digits', () => machine.link.status().boxes.every(({ digits }) => digits !== null));
  assert.notEqual(theirs, ours);
  await machine.link.answer(ours, true);
  assert.equal((await machine.pins.current())?.hash, right.hash);
  await until('the rogue box is left', () => there.closed);
  here.send('admitted', { machine: 1 });
  await machine.state('sending');
  machine.tick(0.5);
  await until('the right box measures', () => here.ticks.length > 0);
  assert.deepEqual(there.ticks, []);
});

test('a rogue box that draws without end takes neither the digits nor the place of the right one', async () => {
  const [rogue, right] = [await box(), await box()];
  const machine = await agent({ box: '', boxes: [at(rogue), at(right)] });
  const [there, here] = [await rogue.session(0), await right.session(0)];
  for (let count = 0; count < 30; count++) there.send('pairCommit', { commit: 'ab'.repeat(32) });
  await until('it is left', () => there.closed);
  const ours = await here.select();
  await until('the right digits', () => machine.link.status().digits === ours);
});

test('of a box that was not chosen nothing is shown any more', async () => {
  const [rogue, right] = [await box(), await box()];
  const machine = await agent({ box: '', boxes: [at(rogue), at(right)] });
  const [there, here] = [await rogue.session(0), await right.session(0)];
  const theirs = await there.select();
  await until('its digits', () => machine.link.status().digits === theirs);
  assert.throws(() => machine.link.choose('zz'), { code: 'NOT_FOUND' });
  machine.link.choose(right.hash.slice(0, 12));
  assert.equal(machine.link.status().digits, null);
  await assert.rejects(machine.link.answer(theirs, true), { code: 'CONFLICT' });
  there.send('pairCommit', { commit: 'ab'.repeat(32) });
  const ours = await here.select();
  await until('the digits of the right one', () => machine.link.status().digits === ours);
  assert.equal(machine.link.status().box?.hash, right.hash);
});

test('a rogue box that asks to be left alone keeps nobody from the right one', async () => {
  const rogue = await box();
  const boxes = [at(rogue)];
  const machine = await agent({ box: '', boxes });
  const there = await rogue.session(0);
  await machine.state('waiting');
  const right = await box();
  boxes.push(at(right));
  there.send('refused', { retryMs: 3_600_000 });
  await right.session(0);
  await until('it waits at the right one', () => machine.link.status().box?.hash === right.hash);
  assert.equal(rogue.connections, 1);
});

test('the list of boxes is bounded, and chance decides who leaves it, but never the chosen one', () => {
  const talks = new Talks({ random: () => 0, limits: { talks: 3, ofHost: 2 } });
  const talk = (hash: string, host: string) =>
    ({ hash, found: { host, port: 1, rung: 'mdns' }, session: { trusted: false } }) as unknown as Talk;
  for (const [hash, host] of [
    ['a', 'h1'],
    ['b', 'h1'],
    ['c', 'h2'],
  ] as const)
    talks.add(talk(hash, host));
  assert.equal(talks.makeRoom({ host: 'h1', port: 2, rung: 'mdns' })?.hash, 'a');
  talks.choose('a');
  assert.equal(talks.makeRoom({ host: 'h3', port: 2, rung: 'mdns' })?.hash, 'b');
  assert.equal(talks.makeRoom({ host: 'h1', port: 2, rung: 'mdns' })?.hash, 'b');
});
