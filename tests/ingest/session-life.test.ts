import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrive, setup } from '../helpers/admitted-machine.ts';
import { eventually } from '../helpers/eventually.ts';
import { newRun } from '../helpers/wire-agent.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

test('the second connection of a run replaces the first', async (t) => {
  const here = await setup(t);
  const first = await arrive(here);
  const second = await arrive(here, { run: first.run });
  await first.until('the first is closed', () => first.closed);
  assert.equal(first.errors[0]?.code, 'REPLACED');
  second.send('ping', { id: 1 });
  await second.until('the second is served', () => second.of('pong').length > 0);
  assert.equal((await here.station.client.door()).connected, 1);
});

test('goodbye makes a machine off, sleep makes it asleep, and hello brings it back', async (t) => {
  const here = await setup(t);
  const state = () => here.store.machines.get(here.machine.machine)?.state;
  const agent = await arrive(here);
  await eventually('it is up', () => state() === 'up');
  agent.send('goodbye', { reason: 'shutdown' });
  await eventually('it is off', () => state() === 'off');
  const again = await arrive(here, { osBoot: agent.osBoot });
  await eventually('it is up again', () => state() === 'up');
  again.send('goodbye', { reason: 'sleep' });
  await eventually('it is asleep', () => state() === 'asleep');
  await eventually('the journal tells', () =>
    here.store.journal.some((entry) => entry.kind === 'machine.asleep'),
  );
  const kinds = here.store.journal.map((entry) => entry.kind);
  assert.deepEqual(kinds, ['machine.off', 'machine.back', 'machine.asleep']);
});

test('facts and the run reach the registry, a new boot reaches the journal', async (t) => {
  const here = await setup(t);
  const machine = () => here.store.machines.get(here.machine.machine);
  const agent = await arrive(here);
  agent.send('facts', { os: 'Debian 12', cores: 4 });
  await eventually('the facts', () => machine()?.facts?.cores === 4);
  await eventually('the run', () => machine()?.run === agent.run);
  const restarted = () => here.store.journal.filter((entry) => entry.kind === 'machine.restarted').length;
  agent.end();
  const next = await arrive(here, { osBoot: agent.osBoot, run: newRun() });
  next.end();
  await eventually('it has left', async () => (await here.station.client.door()).connected === 0);
  const run = newRun();
  const again = await arrive(here, { osBoot: newRun(), run });
  await eventually('the new run', () => machine()?.run === run);
  await eventually('the note', () => restarted() === 1);
  again.send('goodbye', { reason: 'stop' });
});

test('a machine that the store does not know any more is told so, without an ack', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  agent.dictionary(['a']);
  agent.tick(0, [1]);
  await agent.until('the first ack', () => agent.acked().has(0));
  here.store.refuse.set(here.machine.machine, 'NOT_FOUND');
  agent.tick(1, [1]);
  await agent.until('it is cut off', () => agent.closed);
  assert.equal(agent.errors[0]?.code, 'REMOVED');
  assert.equal(agent.acked().has(1), false);
});

test('an event of a machine reaches the journal, a flood of them does not', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  const events = range(64).map((index) => ({ runMs: index, kind: 'disk.full', text: `disk ${index}` }));
  agent.send('events', { events });
  agent.send('events', { events });
  const told = () => here.store.journal.filter((entry) => entry.kind === 'machine.event').length;
  await eventually('some', () => told() > 0);
  agent.send('facts', { cores: 9 });
  await eventually(
    'what came after',
    () => here.store.machines.get(here.machine.machine)?.facts?.cores === 9,
  );
  assert.equal(told(), 20);
});

test('the journal says in words that a machine has found the box', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  agent.send('events', { events: [{ runMs: 1, kind: 'box.found', text: 'mdns 192.0.2.2:7411' }] });
  const entry = await eventually('the entry', () =>
    here.store.journal.find((one) => one.kind === 'machine.event'),
  );
  assert.match(entry.text.en, / has found the box: mdns 192\.0\.2\.2:7411$/);
  assert.match(entry.text.fr, / a trouvé le boîtier : mdns/);
});

test('a machine that says again and again what is news fills neither the journal nor the registry', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  const { writes } = here.store;
  for (let count = 0; count < 30; count++) {
    agent.send('pairAnswer', { same: false });
    agent.send('facts', { cores: count + 1 });
  }
  agent.send('ping', { id: 1 });
  await agent.until('all was heard', () => agent.of('pong').length === 1);
  agent.send('events', { events: [{ runMs: 1, kind: 'disk.full', text: 'the last word' }] });
  await eventually('the last word', () => here.store.journal.some((entry) => entry.kind === 'machine.event'));
  assert.equal(here.store.journal.filter((entry) => entry.kind === 'machine.denied').length, 20);
  assert.ok(here.store.writes - writes <= 50, `${here.store.writes - writes}`);
});

test('a machine that comes and goes for ever is in the journal a few times', async (t) => {
  const here = await setup(t);
  for (let count = 0; count < 24; count++) {
    const agent = await arrive(here, { osBoot: count.toString(16).padStart(32, '0') });
    agent.send('goodbye', { reason: 'shutdown' });
    await agent.until('it is gone', () => agent.closed);
  }
  const kinds = here.store.journal.map((entry) => entry.kind);
  const comings = kinds.filter((kind) => kind === 'machine.off' || kind === 'machine.back');
  assert.ok(comings.length >= 10 && comings.length <= 20, `${comings.length}`);
  assert.ok(kinds.filter((kind) => kind === 'machine.restarted').length <= 20);
});
