// One machine with a new key, and two machines with one key: a person decides both.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Session } from '../../appliance/ingest/session.ts';
import { Sessions } from '../../appliance/ingest/sessions.ts';
import { arrive, setup } from '../helpers/admitted-machine.ts';
import { eventually } from '../helpers/eventually.ts';
import { admin, startStation } from '../helpers/ingest-station.ts';
import { WireAgent } from '../helpers/wire-agent.ts';

test('a machine with a new key keeps its number when a person says that it is the same, and the old key is cut off', async (t) => {
  const here = await setup(t);
  const old = await arrive(here);
  const fresh = await WireAgent.greet({ port: here.station.port }, { name: 'PC' });
  const { machine } = here.machine;
  const [waiting] = await here.station.client.waiting();
  assert.deepEqual(waiting?.earlier, [{ machine, name: 'pc', removed: false }]);
  const { digits } = await here.station.client.select(fresh.identity.id, admin);
  const same = await here.station.client.admit(fresh.identity.id, digits!, admin, machine);
  assert.deepEqual([same.machine, same.key], [machine, fresh.identity.id]);
  await old.until('the old key is cut off', () => old.closed);
  assert.equal(here.store.machines.size, 1);
  const told = here.store.journal.find(({ kind }) => kind === 'machine.same');
  assert.deepEqual([told?.who, told?.details.formerKey], ['ada', here.identity.id]);
  const back = await WireAgent.greet({ port: here.station.port, identity: here.identity });
  assert.equal(back.welcome?.state, 'waiting');
});

test('without a person’s word a machine of the same name is a new one', async (t) => {
  const here = await setup(t);
  const fresh = await WireAgent.greet({ port: here.station.port }, { name: 'pc' });
  const { digits } = await here.station.client.select(fresh.identity.id, admin);
  const made = await here.station.client.admit(fresh.identity.id, digits!, admin);
  assert.notEqual(made.machine, here.machine.machine);
});

test('two runs of one key that are both alive are held and named, until a person has decided', async (t) => {
  const here = await setup(t);
  const { machine } = here.machine;
  const first = await arrive(here);
  first.dictionary(['a']);
  const second = await arrive(here);
  second.dictionary(['a']);
  second.tick(0, [1]);
  await first.until('both are closed', () => first.closed && second.closed);
  assert.deepEqual([first.errors[0]?.code, second.errors[0]?.code], ['BUSY', 'BUSY']);
  await eventually('it is told', () => here.store.journal.some(({ kind }) => kind === 'machine.clone'));
  assert.deepEqual(
    (await here.station.client.clones()).map((one) => [one.machine, one.name, one.addresses]),
    [[machine, 'pc', ['127.0.0.1']]],
  );
  const again = await WireAgent.greet({ port: here.station.port, identity: here.identity });
  assert.deepEqual([again.welcome, again.errors[0]?.code], [undefined, 'BUSY']);
  // A new door remembers it.
  await here.station.stop();
  const station = await startStation(t, here.store.client());
  await eventually('it is still held', async () => (await station.client.clones()).length === 1);
  const later = await WireAgent.greet({ port: station.port, identity: here.identity });
  assert.equal(later.errors[0]?.code, 'BUSY');
  await station.client.releaseClone(machine, admin);
  assert.equal(
    (await WireAgent.greet({ port: station.port, identity: here.identity })).welcome?.state,
    'admitted',
  );
  await eventually('the word of the person', () =>
    here.store.journal.some(({ kind, who }) => kind === 'machine.released' && who === 'ada'),
  );
});

test('an agent that was started again while its old connection hangs is not a copy', async (t) => {
  const here = await setup(t, { answerMs: 200 });
  const hangs = await WireAgent.greet({ port: here.station.port, identity: here.identity, pongs: false });
  assert.equal(hangs.welcome?.state, 'admitted');
  const next = await arrive(here);
  next.dictionary(['a']);
  next.tick(0, [7]);
  await hangs.until('the old one is replaced', () => hangs.closed);
  assert.equal(hangs.errors[0]?.code, 'REPLACED');
  await eventually('the new one is heard', () => here.store.held(here.machine.machine).length === 1);
  assert.equal(next.closed, false);
  assert.deepEqual(await here.station.client.clones(), []);
});

test('the same run over a new connection replaces the old one at once', () => {
  const said: string[] = [];
  const session = (run: string) =>
    ({ machine: 1, run, close: (end: string) => said.push(end) }) as unknown as Session;
  const sessions = new Sessions({ onClone: () => assert.fail('no copy') });
  sessions.add(session('a'));
  sessions.add(session('a'));
  assert.deepEqual(said, ['replaced']);
});
