import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newIdentity } from '../../appliance/ingest/identity.ts';
import { arrive, setup } from '../helpers/admitted-machine.ts';
import { eventually } from '../helpers/eventually.ts';
import { startStation } from '../helpers/ingest-station.ts';
import { gauge, newRun } from '../helpers/wire-agent.ts';

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

test('acknowledges a tick only after the store has it on disk', async (t) => {
  const here = await setup(t);
  here.store.commitAtOnce = false;
  const agent = await arrive(here);
  agent.dictionary(['a', 'b', 'c']);
  for (const seq of range(5)) agent.tick(seq, [seq, undefined, -seq]);
  await eventually('the store has taken them', () => here.store.ticksInRam === 5);
  // A round trip: had an ack been sent, it would be here before the pong.
  agent.send('ping', { id: 7 });
  await agent.until('the pong', () => agent.of('pong').length > 0);
  assert.equal(agent.acked().size, 0);
  here.store.commit();
  await agent.until('the acks', () => agent.acked().size === 5);
  assert.deepEqual(
    here.store.held(here.machine.machine).map(({ tick }) => tick.values),
    range(5).map((seq) => [seq, undefined, seq === 0 ? 0 : -seq]),
  );
  const clock = agent.of('ack')[0]?.clock;
  assert.equal(clock?.trusted, true);
});

test('puts values where the store has their series', async (t) => {
  const here = await setup(t);
  await here.store.client().series(here.machine.machine, ['x', 'c', 'a'].map(gauge));
  const agent = await arrive(here);
  agent.dictionary(['a', 'b', 'c']);
  agent.tick(0, [1, 2, 3]);
  agent.dictionary(['x', 'd'], 3);
  agent.tick(1, [1, 2, 3, 4, 5]);
  await agent.until('both are acknowledged', () => agent.acked().size === 2);
  const [first, second] = here.store.held(here.machine.machine);
  assert.deepEqual(
    here.store.dictionaries.get(here.machine.machine)?.map((one) => one.name),
    ['x', 'c', 'a', 'b', 'd'],
  );
  assert.deepEqual(first?.tick.values, [undefined, 3, 1, 2]);
  assert.deepEqual(second?.tick.values, [4, 3, 1, 2, 5]);
});

test('drops the values of a series for which the store has no place, and keeps the others', async (t) => {
  const here = await setup(t);
  const client = here.store.client();
  client.series = async () => [0, -1, 1];
  const station = await startStation(t, client);
  const agent = await arrive({ ...here, station });
  agent.dictionary(['a', 'b', 'c']);
  agent.tick(0, [1, 2, 3]);
  await agent.until('it is acknowledged', () => agent.acked().size === 1);
  assert.deepEqual(here.store.held(here.machine.machine)[0]?.tick.values, [1, 3]);
});

test('loses and doubles nothing while the store is away and comes back', async (t) => {
  const here = await setup(t);
  here.store.commitAtOnce = false;
  const agent = await arrive(here);
  agent.dictionary(['a']);
  for (const seq of range(10)) agent.tick(seq, [seq]);
  await eventually('the store has taken them', () => here.store.ticksInRam === 10);
  here.store.crash();
  for (let seq = 10; seq < 20; seq++) agent.tick(seq, [seq]);
  agent.send('ping', { id: 1 });
  await agent.until('the pong', () => agent.of('pong').length > 0);
  assert.equal(agent.acked().size, 0);
  here.store.commitAtOnce = true;
  here.store.comeBack();
  await agent.until('all are acknowledged', () => agent.acked().size === 20);
  assert.deepEqual(
    here.store.held(here.machine.machine).map(({ tick }) => tick.seq),
    range(20),
  );
  assert.equal(agent.closed, false);
});

test('a machine comes back while the store is away, with a dictionary that is known', async (t) => {
  const here = await setup(t);
  const first = await arrive(here);
  first.dictionary(['a', 'b']);
  first.tick(0, [1, 2]);
  await first.until('the ack', () => first.acked().size === 1);
  here.store.crash();
  first.cut();
  const again = await arrive(here);
  again.dictionary(['a', 'b']);
  again.tick(1, [3, 4]);
  again.send('ping', { id: 1 });
  await again.until('it is read', () => again.of('pong').length > 0);
  here.store.comeBack();
  await again.until('the ack', () => again.acked().has(1));
  assert.deepEqual(
    here.store.held(here.machine.machine).map(({ tick }) => tick.values),
    [
      [1, 2],
      [3, 4],
    ],
  );
});

test('a new dictionary waits for the store, and what is coded against it waits behind', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  here.store.away = true;
  agent.dictionary(['n']);
  agent.tick(0, [8]);
  agent.send('ping', { id: 1 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(agent.of('pong').length, 0);
  here.store.away = false;
  await agent.until('it is stored', () => agent.acked().has(0));
  assert.equal(agent.of('pong').length, 1);
});

test('dates ticks by the run’s zero in the box’s time, and ticks of an earlier run by that run', async (t) => {
  const here = await setup(t);
  const nowMs = Date.now();
  const agent = await arrive(here, { runMs: 60_000, wallMs: 5 });
  const earlier = newRun();
  agent.dictionary(['a']);
  agent.samples({ run: earlier, ticks: [{ seq: 3, runMs: 9_000, values: [1] }] });
  agent.samples({ ticks: [{ seq: 0, runMs: 60_000, values: [2] }] });
  await agent.until('both acks', () => agent.acked().has(0) && agent.acked(earlier).has(3));
  const [mine] = here.store.held(here.machine.machine, agent.run);
  const [older] = here.store.held(here.machine.machine, earlier);
  const zeroMs = mine!.wallAtZeroMs + 60_000;
  assert.ok(zeroMs >= nowMs - 5 && zeroMs <= Date.now() + 5, `${zeroMs - nowMs}`);
  assert.equal(mine!.trusted, true);
  assert.equal(older!.trusted, false);
});

test('no tick is dated in the future, in whatever order and of whatever run it comes', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  const earlier = newRun();
  const yearMs = 365 * 86_400_000;
  agent.dictionary(['a']);
  agent.samples({
    ticks: [
      { seq: 0, runMs: yearMs, values: [1] },
      { seq: 1, runMs: 2_000, values: [2] },
    ],
  });
  agent.samples({ run: earlier, ticks: [{ seq: 0, runMs: 1_000, values: [1] }] });
  agent.samples({ run: earlier, ticks: [{ seq: 1, runMs: yearMs, values: [2] }] });
  await agent.until('all are stored', () => agent.acked().has(1) && agent.acked(earlier).has(1));
  const dates = here.store.held(here.machine.machine).map((one) => one.wallAtZeroMs + one.tick.runMs);
  assert.equal(dates.length, 4);
  assert.ok(Math.max(...dates) <= Date.now() + 100, `${Math.max(...dates) - Date.now()}`);
});

test('a new series an hour is a matter of course, hundreds are refused', async (t) => {
  const here = await setup(t);
  const agent = await arrive(here);
  agent.dictionary(['a']);
  agent.dictionary(
    range(30).map((index) => `b${index}`),
    1,
  );
  agent.dictionary(
    range(30).map((index) => `c${index}`),
    31,
  );
  agent.dictionary(['d'], 61);
  await agent.until('it is refused', () => agent.closed);
  assert.equal(agent.errors[0]?.code, 'TOO_MANY_SERIES');
  const many = await arrive(here);
  many.dictionary(range(500).map((index) => `e${index}`));
  await many.until('it is refused', () => many.closed);
  assert.equal(here.store.dictionaries.get(here.machine.machine)?.length, 61);
});

test('agents wait while the way to the store is full, and nothing is lost', async (t) => {
  const here = await setup(t);
  here.store.commitAtOnce = false;
  const limits = { forwarder: { bytes: 20_000, batchBytes: 4_000, delayMs: 5, retryMs: 20 } };
  const station = await startStation(t, here.store.client(), { limits });
  const agent = await arrive({ ...here, station });
  agent.dictionary(['a']);
  // About 116 ticks fit.
  for (const part of range(30)) {
    agent.samples({
      ticks: range(10).map((index) => ({
        seq: part * 10 + index,
        runMs: part * 10 + index,
        values: [index],
      })),
    });
  }
  agent.send('ping', { id: 1 });
  await eventually('the store has what fits', () => here.store.ticksInRam >= 100);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(agent.of('pong').length, 0);
  assert.ok(here.store.ticksInRam < 150, `${here.store.ticksInRam}`);
  here.store.commitAtOnce = true;
  here.store.commit();
  await agent.until('everything is acknowledged', () => agent.acked().size === 300);
  assert.deepEqual(
    here.store.held(here.machine.machine).map(({ tick }) => tick.seq),
    range(300),
  );
});

test('after a restart of the door the agent sends again what was not acknowledged, and nothing doubles', async (t) => {
  const here = await setup(t);
  const identity = newIdentity();
  const before = await startStation(t, here.store.client(), { identity });
  here.store.commitAtOnce = false;
  const agent = await arrive({ ...here, station: before });
  agent.dictionary(['a']);
  agent.tick(0, [1]);
  await eventually('the store has it', () => here.store.ticksInRam === 1);
  await before.stop();
  await agent.until('the agent is told', () => agent.closed);
  assert.equal(agent.errors[0]?.code, 'SHUTTING_DOWN');
  here.store.commitAtOnce = true;
  const after = await startStation(t, here.store.client(), { identity });
  const again = await arrive({ ...here, station: after }, { run: agent.run });
  again.dictionary(['a']);
  again.tick(0, [1]);
  await again.until('the ack', () => again.acked(agent.run).has(0));
  assert.equal(here.store.held(here.machine.machine).length, 1);
  assert.equal(here.store.duplicates, 1);
});
