// Floods at the door: by many addresses, by one admitted machine, by its ever-new runs. Others are served meanwhile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateLimits } from '../../appliance/ingest/gate.ts';
import { Paces, paceLimits } from '../../appliance/ingest/paces.ts';
import { arrive, setup } from '../helpers/admitted-machine.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { WireAgent, wireIdentity } from '../helpers/wire-agent.ts';

/** So that only what is tested stands in the way. */
const many = {
  ...gateLimits,
  ...{ handshakesPerSecond: 1_000, handshakesPerSecondByAddress: 1_000, handshakesPerSecondOfKnown: 1_000 },
};

test('sixteen addresses that fill the waiting room do not keep an honest machine out', async (t) => {
  const station = await startStation(t, new MemoryStore().client(), {
    listen: '0.0.0.0',
    limits: { gate: many },
  });
  const greet = (localAddress: string, name: string) =>
    WireAgent.greet({ port: station.port, localAddress }, { name, pinned: false });
  const flood = Array.from({ length: 64 }, (_, index) => greet(`127.0.1.${1 + (index % 16)}`, 'x'));
  assert.ok((await Promise.all(flood)).every(({ welcome }) => welcome?.state === 'waiting'));
  const honest = await greet('127.0.2.1', 'honest');
  assert.equal(honest.welcome?.state, 'waiting');
  // The flood comes again and again: the honest one stays, and the room is never larger than it is.
  for (let round = 0; round < 8; round++) await greet(`127.0.1.${1 + round}`, 'x');
  const waiting = await station.client.waiting();
  assert.deepEqual([waiting.length, waiting.filter(({ name }) => name === 'honest').length], [64, 1]);
  assert.equal(honest.closed, false);
});

test('a machine that sends too many values waits for its turn, and another is served at once', async (t) => {
  const here = await setup(t);
  const other = wireIdentity();
  await here.store.client().admit({ key: other.id, name: 'other', by: 'ada', local: false });
  await eventually('the door knows both', async () => {
    const agent = await WireAgent.greet({ port: here.station.port, identity: other });
    agent.end();
    return agent.welcome?.state === 'admitted';
  });
  const hostile = await arrive(here);
  const names = Array.from({ length: 500 }, (_, index) => `s${index}`);
  hostile.dictionary(names);
  const values = names.map(() => 1);
  const most = paceLimits.burstValues / names.length;
  for (let at = 0; at < 12; at++)
    hostile.samples({
      ticks: Array.from({ length: 64 }, (_, tick) => ({
        seq: at * 64 + tick,
        runMs: at * 64 + tick,
        values,
      })),
    });
  const served = await WireAgent.greet({ port: here.station.port, identity: other });
  served.dictionary(['a']);
  served.tick(0, [1]);
  await served.until('the other one is served', () => served.acked().size === 1);
  const held = here.store.held(here.machine.machine).length;
  assert.ok(held <= most + 2 * 64, `${held} ticks were taken at once, ${most} are the allowance`);
});

test('coming back begins no new allowance, and who comes back too often must wait', async (t) => {
  const clock = new FakeClock();
  const paces = new Paces(clock);
  for (let at = 0; at < paceLimits.burstMessages; at++)
    assert.ok(paces.of(1).messages.take(clock.monotonicMs()));
  assert.equal(paces.of(1).messages.take(clock.monotonicMs()), false);
  assert.equal(paces.of(2).messages.take(clock.monotonicMs()), true);

  const here = await setup(t, { gate: many });
  let writes = 0;
  let refused = 0;
  for (let at = 0; at < paceLimits.burstConnections + 10; at++) {
    const agent = await WireAgent.greet({ port: here.station.port, identity: here.identity });
    if (agent.errors[0]?.code === 'BUSY') {
      refused++;
      assert.ok((agent.errors[0].retryMs ?? 0) >= 30_000);
      if (refused === 1) writes = here.store.writes;
    }
    agent.end();
    await agent.until('it has left', () => agent.closed);
  }
  assert.ok(refused >= 8, `${refused} were sent away`);
  assert.ok(here.store.writes - writes <= 4, 'who is sent away writes nothing');
});
