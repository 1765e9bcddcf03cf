import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../appliance/runtime/log.ts';
import type { Incident, Occasion } from '../../../appliance/watch/client/types.ts';
import { Desk } from '../../../appliance/watch/incidents/desk.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { anne, IncidentBench } from '../../helpers/incident-parts.ts';
import { WatchStoreInRam } from '../../helpers/watch-store.ts';

function deskOver(store: WatchStoreInRam) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const log = createLog({ name: 'watch', level: 'warn', write: (line) => logged.push(line) });
  return { desk: new Desk({ store: store.client(), clock, log }), clock, logged };
}

const newStore = () => new WatchStoreInRam({ anchorMs: 0, wallMs: () => 1 });
const state = (store: WatchStoreInRam) => ({
  open: store.namespace<Incident>('watch.incidents').filter((one) => one.state !== 'resolved').length,
  over: store.namespace<Incident>('watch.incidents').filter((one) => one.state === 'resolved').length,
  told: store.namespace<Occasion>('watch.occasions').map((one) => `${one.kind} ${one.incident}`),
  notes: store.notes.map(({ kind }) => kind.replace('incident.', '')),
});

/** Opened and told, acknowledged, over and told. */
function lifeEntries() {
  const bench = new IncidentBench();
  bench.judge('bad');
  bench.nowMs++;
  bench.incidents.acknowledge(1, { note: '', untilMs: null }, anne);
  bench.nowMs++;
  bench.judge('good');
  return bench.entries;
}

async function wholeLife(desk: Desk, between: () => Promise<void>) {
  for (const entry of lifeEntries()) {
    desk.put(entry);
    await between();
  }
}

const whole = {
  ...{ open: 0, over: 1, told: ['opened 1', 'recovered 1'] },
  notes: ['opened', 'acknowledged', 'resolved'],
};

test('an incident, its entry in the journal and what is to be told are one write', async () => {
  const store = newStore();
  const { desk } = deskOver(store);
  let writes = 0;
  store.onWrite = () => writes++;
  await wholeLife(desk, () => desk.settled());
  assert.equal(writes, 3);
  assert.deepEqual(state(store), whole);
});

test('what waits is written together, and its last word counts', async () => {
  const store = newStore();
  const { desk } = deskOver(store);
  let writes = 0;
  store.onWrite = () => writes++;
  for (const entry of lifeEntries()) desk.put(entry);
  await desk.settled();
  assert.equal(writes, 2);
  assert.deepEqual(state(store), whole);
});

test('a lost answer doubles nothing', async () => {
  for (let lost = 1; lost <= 3; lost++) {
    const store = newStore();
    const { desk, clock } = deskOver(store);
    await wholeLife(desk, async () => {
      store.loseAnswers = lost;
      await clock.advance(60_000);
    });
    store.loseAnswers = 0;
    await clock.advance(120_000);
    assert.equal(desk.unwritten, 0);
    assert.deepEqual(state(store), whole, `${lost} answers lost each time`);
  }
});

test('while the store is away everything waits, and is there afterwards, in its order', async () => {
  const store = newStore();
  const { desk, clock, logged } = deskOver(store);
  store.away = true;
  await wholeLife(desk, () => clock.advance(1_000));
  assert.equal(desk.unwritten, 3);
  assert.ok(logged.length > 0);
  store.away = false;
  await clock.advance(60_000);
  assert.deepEqual(state(store), whole);
});

test('a store that was put back to an earlier day gets what is open again', async () => {
  const store = newStore();
  const { desk, clock } = deskOver(store);
  const bench = new IncidentBench();
  bench.judge('bad');
  desk.put(bench.entries[0]!);
  await desk.settled();
  store.records.clear();
  bench.incidents.acknowledge(1, { note: '', untilMs: null }, anne);
  desk.put(bench.entries[1]!);
  await clock.advance(60_000);
  assert.equal(state(store).open, 1);
});

test('a stop does not wait for a store that is away', async () => {
  const store = newStore();
  const { desk } = deskOver(store);
  store.away = true;
  const bench = new IncidentBench();
  bench.judge('bad');
  desk.put(bench.entries[0]!);
  await desk.stop();
  assert.equal(desk.unwritten, 1);
});
