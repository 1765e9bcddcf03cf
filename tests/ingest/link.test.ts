// What happens on a link when time passes: the door runs on a clock that the test moves, over real sockets.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { WireAgent, wireIdentity } from '../helpers/wire-agent.ts';

async function setup(t: TestContext, more: { pongs?: boolean } = {}) {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const identity = wireIdentity();
  const { machine } = await store.client().admit({ key: identity.id, name: 'pc', by: 'ada', local: false });
  const station = await startStation(t, store.client(), { clock });
  const agent = await WireAgent.greet({ port: station.port, identity, ...more });
  // The admission of frames and their answers take turns of the real event loop.
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20));
  const pass = async (ms: number) => {
    for (let doneMs = 0; doneMs < ms; doneMs += 5_000) {
      await clock.advance(5_000);
      await settle();
    }
  };
  const state = () => store.machines.get(machine)?.state;
  return { clock, store, station, agent, pass, state, machine };
}

test('the door speaks at least every 20 seconds, and an agent that answers stays', async (t) => {
  const { agent, pass, clock, state } = await setup(t);
  for (let count = 1; count <= 9; count++) {
    await pass(20_000);
    await agent.until('a ping', () => agent.of('ping').length >= count);
  }
  assert.equal(clock.monotonicMs(), 180_000);
  assert.equal(agent.closed, false);
  assert.equal(state(), 'up');
});

test('a connection without a word for a minute is closed', async (t) => {
  const { agent, pass, station } = await setup(t, { pongs: false });
  await pass(55_000);
  assert.equal(agent.closed, false);
  await pass(10_000);
  await agent.until('it is closed', () => agent.closed);
  assert.equal((await station.client.door()).refusedConnections, 1);
});

test('a machine that is cut off is silent, then vanished, and the journal tells it once', async (t) => {
  const { agent, pass, state, store } = await setup(t);
  await eventually('it is up', () => state() === 'up');
  agent.cut();
  await pass(15_000);
  await eventually('it is silent', () => state() === 'silent');
  assert.equal(store.journal.length, 0);
  await pass(110_000);
  await eventually('it has vanished', () => state() === 'vanished');
  await pass(300_000);
  assert.deepEqual(
    store.journal.map((entry) => entry.kind),
    ['machine.vanished'],
  );
  assert.match(store.journal[0]!.text.fr, /pc a disparu.*2 min/);
});

test('a machine that we keep waiting ourselves is neither idle nor silent', async (t) => {
  const { agent, pass, store, state } = await setup(t, { pongs: false });
  await eventually('it is up', () => state() === 'up');
  store.away = true;
  agent.dictionary(['a']);
  agent.send('ping', { id: 1 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  await pass(120_000);
  assert.equal(agent.closed, false);
  store.away = false;
  await pass(5_000);
  await agent.until('it is read again', () => agent.of('pong').length === 1);
  assert.equal(state(), 'up');
});
