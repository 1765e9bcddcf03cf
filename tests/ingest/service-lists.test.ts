import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceList } from '../../appliance/ingest/client/types.ts';
import { ServiceLists } from '../../appliance/ingest/service-lists.ts';
import type { Services } from '../../appliance/protocol/services.ts';
import { arrive, setup } from '../helpers/admitted-machine.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { admin } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

const sinceMs = 1_700_000_000_000;
const list = (state: 'running' | 'failed'): Services => ({
  services: [{ name: 'ssh', label: 'Secure shell', state, sinceMs }],
  left: 2,
});

test('the last list of a machine is kept, told to whoever asks, and gone with the machine', async (t) => {
  const here = await setup(t);
  const { machine } = here.machine;
  const { client } = here.station;
  assert.equal(await client.services(machine), null);
  const agent = await arrive(here);
  agent.send('services', list('running'));
  const told = await eventually('the list', async () => (await client.services(machine)) ?? undefined);
  assert.deepEqual([told.services, told.left], [list('running').services, 2]);
  agent.send('services', list('failed'));
  await eventually(
    'the change',
    async () => (await client.services(machine))?.services[0]?.state === 'failed',
  );
  await client.remove(machine, admin);
  await eventually(
    'it is gone',
    () => ![...here.store.records.keys()].some((key) => key.startsWith('ingest.services')),
  );
  await assert.rejects(client.services(machine), { code: 'NOT_FOUND' });
});

test('dates by a clock that is wrong are those of the box; one set from the network is believed', async (t) => {
  const here = await setup(t);
  const services = async () => (await here.station.client.services(here.machine.machine))?.services[0];
  const aheadMs = 86_400_000;
  const wrong = await arrive(here, { wallMs: Date.now() + aheadMs, synchronised: false });
  wrong.send('services', { services: [{ name: 'ssh', state: 'running', sinceMs: sinceMs + aheadMs }] });
  const dated = await eventually('the date', async () => (await services())?.sinceMs);
  assert.ok(Math.abs(dated - sinceMs) < 60_000, `${dated - sinceMs} ms away`);
  // The same, told again over another connection, is no news.
  const before = here.store.records.get(`ingest.services ${here.machine.machine}`);
  const again = await arrive(here, {
    run: wrong.run,
    wallMs: Date.now() + aheadMs + 900,
    synchronised: false,
  });
  again.send('services', { services: [{ name: 'ssh', state: 'running', sinceMs: sinceMs + aheadMs + 900 }] });
  again.send('services', { services: [{ name: 'ssh', state: 'running', sinceMs: sinceMs + aheadMs + 950 }] });
  again.send('ping', { id: 1 });
  await again.until('all of it was heard', () => again.of('pong').length > 0);
  assert.equal(here.store.records.get(`ingest.services ${here.machine.machine}`), before);
  const right = await arrive(here, { run: wrong.run });
  right.send('services', { services: [{ name: 'ssh', state: 'failed', sinceMs }] });
  await eventually('the failure', async () => (await services())?.state === 'failed');
  assert.equal((await services())?.sinceMs, sinceMs);
});

test('a machine whose services come and go is written at a pace, its last word always', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  let writes = 0;
  const lanes = new Map<string, Promise<unknown>>();
  const writer = {
    put(lane: string, task: { run(): Promise<unknown> }) {
      writes += 1;
      lanes.set(
        lane,
        (lanes.get(lane) ?? Promise.resolve()).then(() => task.run()),
      );
    },
    forget: (lane: string) => void lanes.delete(lane),
  };
  const lists = new ServiceLists({ store: store.client(), writer, clock, wallMs: () => clock.wallMs() });
  for (let at = 0; at < 100; at++) lists.heard(4, list(at % 2 === 0 ? 'running' : 'failed'), 0);
  assert.equal(writes, 10);
  await clock.advance(60_000);
  assert.equal(writes, 11);
  await Promise.all(lanes.values());
  assert.equal((store.records.get('ingest.services 4') as ServiceList).services[0]?.state, 'failed');
  assert.equal(clock.timers, 0);
  lists.heard(4, list('running'), 0);
  lists.heard(4, list('running'), 0);
  lists.stop();
  assert.equal(clock.timers, 0);
});

test('a list that is too large to keep loses its labels first', async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const running: Promise<unknown>[] = [];
  const writer = {
    put: (_lane: string, task: { run(): Promise<unknown> }) => void running.push(task.run()),
    forget: () => undefined,
  };
  const lists = new ServiceLists({ store: store.client(), writer, clock, wallMs: () => clock.wallMs() });
  const services = Array.from({ length: 400 }, (_, at) => ({
    ...{ name: `${at}`.padStart(128, '語'), label: '語'.repeat(128) },
    state: 'running' as const,
  }));
  lists.heard(1, { services }, 0);
  await Promise.all(running);
  const kept = store.records.get('ingest.services 1') as ServiceList;
  assert.ok(JSON.stringify(kept).length < 70_000 && kept.services.length > 100);
  assert.equal(kept.services.length + kept.left, 400);
  assert.equal(kept.services[0]?.label, undefined);
});
