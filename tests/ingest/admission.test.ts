import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { commitmentHolds } from '../../appliance/protocol/pairing.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { admin, type Station, startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { WireAgent, wireIdentity } from '../helpers/wire-agent.ts';
import { WireBox } from '../helpers/wire-box.ts';

const failsWith = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

async function selected(station: Station, agent: WireAgent): Promise<string> {
  const shown = await station.client.select(agent.identity.id, admin);
  await agent.until('the agent has its digits', () => agent.digits !== null);
  assert.match(shown.digits ?? '', /^\d{6}$/);
  return shown.digits!;
}

test('a stranger waits, and nothing of it is written', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const agent = await WireAgent.greet({ port: station.port }, { name: 'laptop', pinned: false });
  assert.equal(agent.welcome?.state, 'waiting');
  assert.equal(agent.welcome?.machine, undefined);
  const [waiting] = await station.client.waiting();
  assert.deepEqual(
    {
      id: waiting?.id,
      name: waiting?.name,
      address: waiting?.address,
      connected: waiting?.connected,
      digits: waiting?.digits,
    },
    { id: agent.identity.id, name: 'laptop', address: '127.0.0.1', connected: true, digits: null },
  );
  assert.equal((await station.client.door()).waiting, 1);
  assert.equal(store.writes, 0);
});

test('a stranger that sends a dictionary or samples is turned away before they are read', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  for (const say of [
    (agent: WireAgent) => agent.dictionary(['a']),
    (agent: WireAgent) => agent.tick(0, [1]),
  ]) {
    const agent = await WireAgent.greet({ port: station.port });
    say(agent);
    await agent.until('the door closes', () => agent.closed);
    assert.equal(agent.errors[0]?.code, 'NOT_ADMITTED');
  }
  assert.equal(store.writes, 0);
  assert.equal(store.appends.length, 0);
});

test('both sides show the same digits, and they are drawn anew each time', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  const agent = await WireAgent.greet({ port: station.port });
  const first = await selected(station, agent);
  assert.equal(agent.digits, first);
  const second = await selected(station, agent);
  assert.equal(agent.digits, second);
  const third = await selected(station, agent);
  assert.ok(new Set([first, second, third]).size > 1);
});

test('an admitted machine goes on over the same connection and is in the journal', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const agent = await WireAgent.greet({ port: station.port }, { name: 'laptop' });
  const machine = await station.client.admit(agent.identity.id, await selected(station, agent), admin);
  assert.equal(machine.name, 'laptop');
  assert.equal(machine.key, agent.identity.id);
  await agent.until('the agent is told', () => agent.of('admitted').length > 0);
  assert.equal(agent.of('admitted')[0]?.machine, machine.machine);
  agent.dictionary(['a', 'b']);
  agent.tick(0, [1, 2]);
  await agent.until('the tick is acknowledged', () => agent.acked().has(0));
  assert.deepEqual(store.held(machine.machine)[0]?.tick.values, [1, 2]);
  assert.equal((await station.client.waiting()).length, 0);
  const entry = store.journal.find((one) => one.kind === 'machine.admitted');
  assert.equal(entry?.who, 'ada');
  assert.equal(entry?.machine, machine.machine);
});

test('a machine that comes back over another connection while it is admitted is not left waiting', async (t) => {
  const store = new MemoryStore();
  let again: () => Promise<WireAgent> = () => assert.fail('not yet');
  let back: WireAgent | undefined;
  const client = store.client();
  const slow = {
    ...client,
    admit: async (admission: Parameters<typeof client.admit>[0]) => {
      back = await again();
      return client.admit(admission);
    },
  };
  const station = await startStation(t, slow);
  const agent = await WireAgent.greet({ port: station.port }, { name: 'laptop' });
  again = () => WireAgent.greet({ port: station.port, identity: agent.identity }, { name: 'laptop' });
  const machine = await station.client.admit(agent.identity.id, await selected(station, agent), admin);
  const now = back ?? assert.fail('it did not come back');
  await now.until('the new connection is told', () => now.of('admitted').length > 0);
  assert.equal(now.of('admitted')[0]?.machine, machine.machine);
  assert.equal((await station.client.waiting()).length, 0);
});

test('wrong digits, digits of before, and digits without a selection admit nobody', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const agent = await WireAgent.greet({ port: station.port });
  const { id } = agent.identity;
  await assert.rejects(station.client.admit(id, '000000', admin), failsWith('CONFLICT'));
  const before = await selected(station, agent);
  const wrong = before === '123456' ? '123457' : '123456';
  await assert.rejects(station.client.admit(id, wrong, admin), failsWith('CONFLICT'));
  await station.client.deselect();
  await assert.rejects(station.client.admit(id, before, admin), failsWith('CONFLICT'));
  await agent.until('the agent forgets its digits', () => agent.digits === null);
  assert.equal(store.machines.size, 0);
});

test('a machine whose own person said no is not admitted', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const agent = await WireAgent.greet({ port: station.port });
  const digits = await selected(station, agent);
  const said = new Promise<void>((resolve) => {
    const watching = station.client.changes({
      onChange: ({ waiting }) => {
        if (waiting[0]?.machineAnswer === 'no') resolve();
      },
    });
    t.after(() => watching.stop());
  });
  agent.send('pairAnswer', { same: false });
  await said;
  agent.send('pairAnswer', { same: true });
  agent.send('ping', { id: 1 });
  await agent.until('the yes has been heard', () => agent.of('pong').length === 1);
  await assert.rejects(station.client.admit(agent.identity.id, digits, admin), failsWith('CONFLICT'));
  assert.equal(store.machines.size, 0);
});

test('a man in the middle makes the two sides show different digits', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  // He is a box to the machine and a machine to the box, and hands on as much as he can.
  const hisBox = await WireBox.start();
  t.after(() => hisBox.stop());
  const victim = await WireAgent.greet({ port: hisBox.port });
  const towardsVictim = await hisBox.session(0);
  const towardsBox = await WireAgent.greet({ port: station.port, pairs: false });

  const shown = station.client.select(towardsBox.identity.id, admin);
  const atTheMachine = await towardsVictim.select();
  await victim.until('the machine shows digits', () => victim.digits !== null);
  await towardsBox.until('the box commits', () => towardsBox.of('pairCommit').length > 0);
  towardsBox.send('pairNonce', { nonce: victim.nonce });
  const atTheBox = (await shown).digits;
  assert.equal(victim.digits, atTheMachine);
  assert.match(atTheBox ?? '', /^\d{6}$/);
  assert.notEqual(atTheBox, atTheMachine);

  // The box's own commitment is no use to him: it names the box's key, and the machine sees his.
  const [commit] = towardsBox.of('pairCommit');
  await towardsBox.until('the box reveals', () => towardsBox.of('pairReveal').length > 0);
  assert.equal(commitmentHolds(commit!.commit, towardsBox.of('pairReveal')[0]!.nonce, hisBox.hash), false);
});

test('only one machine is selected at a time, and a second nonce is a second guess', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  const one = await WireAgent.greet({ port: station.port });
  const other = await WireAgent.greet({ port: station.port });
  await selected(station, one);
  await selected(station, other);
  await one.until('the first is deselected', () => one.digits === null);
  const shown = (await station.client.waiting()).filter((guest) => guest.digits !== null);
  assert.deepEqual(
    shown.map((guest) => guest.id),
    [other.identity.id],
  );
  other.send('pairNonce', { nonce: 'ab'.repeat(32) });
  await other.until('the door closes', () => other.closed);
  assert.equal(other.errors[0]?.code, 'MALFORMED');
});

test('digits are drawn at most six times a minute', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  const agent = await WireAgent.greet({ port: station.port });
  for (let count = 0; count < 6; count++) await selected(station, agent);
  await assert.rejects(station.client.select(agent.identity.id, admin), failsWith('TOO_MANY'));
});

test('three refusals silence an address', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  for (let count = 0; count < 3; count++) {
    const agent = await WireAgent.greet({ port: station.port }, { name: `pc${count}` });
    assert.equal(agent.welcome?.state, 'waiting');
    await station.client.refuse(agent.identity.id, admin);
    await agent.until('the agent is told', () => agent.of('refused').length > 0 && agent.closed);
  }
  const late = await WireAgent.greet({ port: station.port });
  await late.until('it is turned away', () => late.closed);
  assert.equal(late.welcome, undefined);
  assert.ok((late.of('refused')[0]?.retryMs ?? 0) >= 600_000);
  assert.equal(store.machines.size, 0);
  assert.equal(store.journal.filter((entry) => entry.kind === 'machine.refused').length, 3);
});

test('at most four machines of one address wait', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  for (let count = 0; count < 4; count++) await WireAgent.greet({ port: station.port });
  const fifth = await WireAgent.greet({ port: station.port });
  assert.equal(fifth.errors[0]?.code, 'TOO_MANY_WAITING');
  const elsewhere = await WireAgent.greet({ port: station.port, localAddress: '127.0.0.9' });
  assert.equal(elsewhere.welcome?.state, 'waiting');
  assert.equal((await station.client.waiting()).length, 5);
});

test('an admitted machine that does not trust the box yet waits for digits again and keeps its number', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const identity = wireIdentity();
  const first = await WireAgent.greet({ port: station.port, identity });
  const machine = await station.client.admit(identity.id, await selected(station, first), admin);
  first.cut();
  const again = await WireAgent.greet({ port: station.port, identity }, { pinned: false });
  assert.equal(again.welcome?.state, 'waiting');
  const same = await station.client.admit(identity.id, await selected(station, again), admin);
  assert.equal(same.machine, machine.machine);
});

test('a removed machine is cut off at once and waits when it comes back', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const identity = wireIdentity();
  const agent = await WireAgent.greet({ port: station.port, identity });
  const machine = await station.client.admit(identity.id, await selected(station, agent), admin);
  await station.client.remove(machine.machine, admin);
  await agent.until('it is cut off', () => agent.closed);
  assert.equal(agent.errors.at(-1)?.code, 'REMOVED');
  assert.equal(store.journal.at(-1)?.kind, 'machine.removed');
  const again = await WireAgent.greet({ port: station.port, identity });
  assert.equal(again.welcome?.state, 'waiting');
});

test('two machines with one name stay two', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const numbers: number[] = [];
  for (let count = 0; count < 2; count++) {
    const agent = await WireAgent.greet({ port: station.port }, { name: 'pc' });
    numbers.push(
      (await station.client.admit(agent.identity.id, await selected(station, agent), admin)).machine,
    );
  }
  assert.notEqual(numbers[0], numbers[1]);
  assert.deepEqual(
    [...store.machines.values()].map((one) => one.name),
    ['pc', 'pc'],
  );
});

test('the agent on this box is admitted by the key that lies where only it can write', async (t) => {
  const store = new MemoryStore();
  const identity = wireIdentity();
  const folder = join(temporaryFolder(t), 'public');
  const path = join(folder, 'local-agent.pub');
  const station = await startStation(t, store.client(), { localAgentKey: path });
  const door = JSON.parse(await readFile(join(station.folder, 'public', 'door.json'), 'utf8'));
  assert.deepEqual(door, {
    addresses: ['127.0.0.1'],
    port: station.port,
    hash: station.identity.id,
    name: station.identity.name,
    reset: null,
  });
  assert.equal((await stat(join(station.folder, 'public', 'door.json'))).mode & 0o777, 0o644);

  const early = await WireAgent.greet({ port: station.port, identity });
  assert.equal(early.welcome?.state, 'waiting');
  await mkdir(folder, { mode: 0o755 });
  await writeFile(path, `${identity.spki}\n`, { mode: 0o644 });
  await chmod(path, 0o666);
  const doubted = await WireAgent.greet({ port: station.port, identity });
  assert.equal(doubted.welcome?.state, 'waiting');
  await chmod(path, 0o644);
  const stranger = await WireAgent.greet({ port: station.port });
  assert.equal(stranger.welcome?.state, 'waiting');
  const agent = await WireAgent.greet({ port: station.port, identity });
  assert.equal(agent.welcome?.state, 'admitted');
  const waiting = await station.client.waiting();
  assert.ok(waiting.every((guest) => guest.id !== identity.id));
  assert.equal(store.machines.get(agent.welcome!.machine!)?.local, true);
});
