import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Asks } from '../../appliance/ingest/asks.ts';
import { createIngestClient } from '../../appliance/ingest/client/client.ts';
import { arrive, setup } from '../helpers/admitted-machine.ts';
import { FakeClock } from '../helpers/clock.ts';
import { admin } from '../helpers/ingest-station.ts';

const processes = [{ pid: 7, name: 'postgres', cpu: 0.5, memoryBytes: 1_000 }];

test('a machine is asked once for all who ask, and what answers no question is passed over', async (t) => {
  const here = await setup(t);
  const { machine } = here.machine;
  const { client } = here.station;
  await assert.rejects(client.processes(machine), { code: 'CONFLICT' });
  await assert.rejects(client.processes(99), { code: 'NOT_FOUND' });
  const agent = await arrive(here, { protocol: [1, 1] });
  agent.send('processes', { id: 4711, processes: [] });
  const asked = Promise.all([client.processes(machine), client.processes(machine)]);
  await agent.until('the question', () => agent.of('processesWanted').length > 0);
  const { id } = agent.of('processesWanted')[0]!;
  agent.send('processes', { id: id + 1, processes: [] });
  agent.send('processes', { id, overMs: 1_000, processes });
  for (const answer of await asked) assert.deepEqual(answer.processes, processes);
  assert.equal(agent.of('processesWanted').length, 1);
});

test('an agent of the first version is not asked, and none is waited for beyond eight seconds', async () => {
  const clock = new FakeClock();
  const said: string[] = [];
  let minorVersion = 0;
  const asks = new Asks({
    clock,
    sessionOf: () => ({ minorVersion, say: (kind) => void said.push(kind) }),
  });
  await assert.rejects(asks.processes(1), { code: 'CONFLICT', message: /too old/ });
  minorVersion = 1;
  const waiting = asks.processes(1);
  waiting.catch(() => undefined); // looked at below
  await clock.advance(8_000);
  await assert.rejects(waiting, { code: 'TIMEOUT' });
  const removed = asks.processes(1);
  asks.forget(1);
  await assert.rejects(removed, { code: 'NOT_FOUND' });
  const closing = asks.processes(1);
  asks.stop();
  await assert.rejects(closing, { code: 'CLOSED' });
  assert.deepEqual([said.length, clock.timers], [3, 0]);
});

test('a notice reaches the machine and the journal; nobody there, nothing kept', async (t) => {
  const here = await setup(t);
  const { machine } = here.machine;
  const { client } = here.station;
  const text = 'The server restarts at noon: save your work «Été» <b>now</b>';
  await assert.rejects(client.notify(machine, text, admin), { code: 'CONFLICT' });
  const agent = await arrive(here);
  for (const bad of ['', 'x'.repeat(201), 'two\nlines', '\u202eturned'])
    await assert.rejects(client.notify(machine, bad, admin), { code: 'BAD_REQUEST' });
  await client.notify(machine, text, admin);
  await agent.until('the notice', () => agent.of('notice').length > 0);
  assert.deepEqual(agent.of('notice'), [{ text }]);
  const [entry] = here.store.journal.filter(({ kind }) => kind === 'machine.noticed');
  assert.deepEqual([entry?.who, entry?.machine, entry?.details], ['ada', machine, { text }]);
  assert.equal(entry?.text.en, `a notice was sent to pc: ${text}`);
});

test('the watch shows a line on many desktops, and hears which agents have read it', async (t) => {
  const here = await setup(t);
  const { machine } = here.machine;
  const watch = createIngestClient({ runDir: here.station.folder, as: 'watch' });
  t.after(() => watch.close());
  const text = 'PC 7: disk full';
  assert.deepEqual(await watch.notifyAll([machine, 99], text), []);
  const agent = await arrive(here);
  const asking = watch.notifyAll([machine, 99], text);
  assert.deepEqual(await asking, [machine]);
  assert.deepEqual(agent.of('notice'), [{ text }]);
  assert.equal(here.store.journal.filter(({ kind }) => kind === 'machine.noticed').length, 0);
  await assert.rejects(watch.notifyAll([machine], 'two\nlines'), { code: 'BAD_REQUEST' });
  await assert.rejects(here.station.client.notifyAll([machine], text), { code: 'FORBIDDEN' });
});

test('an answer is forgotten two seconds after it came', async () => {
  const clock = new FakeClock();
  const said: string[] = [];
  const asks = new Asks({
    clock,
    sessionOf: () => ({ minorVersion: 1, say: (kind) => void said.push(kind) }),
  });
  const asked = asks.processes(1);
  asks.answered(1, { id: 1, processes });
  await asked;
  await clock.advance(1_999);
  assert.deepEqual((await asks.processes(1)).processes, processes);
  await clock.advance(1);
  const again = asks.processes(1);
  asks.answered(1, { id: 2, processes: [] });
  assert.deepEqual([(await again).processes, said.length], [[], 2]);
  asks.stop();
  assert.equal(clock.timers, 0);
});
