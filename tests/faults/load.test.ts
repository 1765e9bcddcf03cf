/** The short forms of `npm run faults -- herd` and `flood`: a door and a page server in this process. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { startWebBox } from '../helpers/web-box.ts';
import { wireIdentity } from '../helpers/wire-agent.ts';
import { admitted, heldMiB, memoryMaxMiB } from './load/box.ts';
import { flood } from './load/flood.ts';
import { comeBack } from './load/herd.ts';
import { HostileMachine } from './load/hostile.ts';
import { addressOf } from './load/machine.ts';
import { SlowConnections } from './load/slow.ts';

const doorOf = (store: MemoryStore, port: number) => ({
  port,
  admit: ({ id: key }: { id: string }, name: string) =>
    store.client().admit({ key, name, by: 'ada', local: false }),
});

test('machines that all come back at once after a restart are all let in, with what they measured meanwhile', async (t) => {
  const store = new MemoryStore();
  let station = await startStation(t, store.client());
  const { port } = station;
  const machines = await admitted(doorOf(store, port), { count: 20, net: 3, series: 3 });
  const { lost, attempts } = await comeBack({
    ...{ machines, withinMs: 100, signal: t.signal },
    async leave() {
      await station.stop();
      station = await startStation(t, store.client(), { port, identity: station.identity });
    },
  });
  assert.equal(lost, 0);
  assert.ok(attempts >= 20);
  for (let machine = 1; machine <= 20; machine++) assert.equal(store.held(machine).length, 5);
});

test('while connections are slow and one machine is hostile, the others lose nothing and the page answers', async (t) => {
  const store = new MemoryStore();
  const { port } = await startStation(t, store.client());
  const web = await startWebBox(t, { limits: { connections: 40 } });
  const machines = await admitted(doorOf(store, port), { count: 3, net: 3, series: 3 });
  const identity = wireIdentity();
  await doorOf(store, port).admit(identity, 'hostile');
  const cookie = await web.signIn();
  const slow = new SlowConnections({ https: web.https, http: web.http, door: port }, 4);
  const found = await flood({
    ...{ machines, rounds: 8, roundMs: 50, signal: t.signal },
    async look() {
      const { status } = await web.ask('/api/v1/machines', { cookie, localAddress: '127.0.0.1' });
      assert.equal(status, 200);
      return 0;
    },
    async attack() {
      slow.hold(100);
      const hostile = new HostileMachine({ port, identity, localAddress: addressOf(6, 0) });
      return {
        async stop() {
          slow.stop();
          await hostile.stop();
        },
      };
    },
  });
  const { lost, unanswered, ticks } = found;
  assert.deepEqual({ lost, unanswered, ticks }, { lost: 0, unanswered: 0, ticks: 24 });
  // Else nobody was in the way.
  assert.ok(slow.opened >= 40, `${slow.opened} slow connections`);
});

test('memory is judged by what the units allow', () => {
  assert.ok(memoryMaxMiB('ingest') >= 100);
  assert.ok(heldMiB(process.pid) > 20);
});
