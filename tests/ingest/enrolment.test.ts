import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenHouse } from '../../appliance/ingest/open-house.ts';
import { Tokens, tokenNamespace } from '../../appliance/ingest/tokens.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { admin, startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { WireAgent } from '../helpers/wire-agent.ts';

const failsWith = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;
const kinds = (store: MemoryStore) => store.journal.map(({ kind }) => kind);
const pcs = { uses: 1, hours: 24, label: 'room 12' };

test('a token admits as many machines as it has uses, and only its hash is kept', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const { token, id } = await station.client.createToken({ ...pcs, uses: 2 }, admin);
  assert.match(token, /^[0-9a-f]{32}$/);
  assert.ok(!JSON.stringify([...store.records, ...store.journal, station.log]).includes(token));
  const greet = () => WireAgent.greet({ port: station.port }, { token });
  const [one, two] = [await greet(), await greet()];
  assert.deepEqual([one.welcome?.state, two.welcome?.state], ['admitted', 'admitted']);
  assert.equal((await greet()).welcome?.state, 'waiting');
  const admitted = store.journal.filter(({ kind }) => kind === 'machine.admitted');
  assert.deepEqual(
    admitted.map(({ who, role, details }) => [who, role, details.how, details.token]),
    [
      ['ada', 'token', 'token', id],
      ['ada', 'token', 'token', id],
    ],
  );
  assert.equal((await station.client.tokens())[0]?.left, 0);
  assert.ok(!JSON.stringify(station.log).includes(token));
});

test('machines that come at once with one token of one use are one machine', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  const { token } = await station.client.createToken(pcs, admin);
  const agents = await Promise.all(
    Array.from({ length: 4 }, () => WireAgent.greet({ port: station.port }, { token })),
  );
  assert.equal(agents.filter(({ welcome }) => welcome?.state === 'admitted').length, 1);
});

test('a revoked, an invented and an unsafe token let nobody in, and that is told', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const { token, id } = await station.client.createToken(pcs, admin);
  await station.client.revokeToken(id, admin);
  await assert.rejects(station.client.revokeToken(id, admin), failsWith('NOT_FOUND'));
  const states = [];
  for (const hello of [{ token }, { token: 'ab'.repeat(16) }, { token, pinned: false }])
    states.push((await WireAgent.greet({ port: station.port }, hello)).welcome?.state);
  assert.deepEqual(states, ['waiting', 'waiting', 'waiting']);
  assert.equal(store.machines.size, 0);
  await eventually(
    'two refusals in the journal',
    () => kinds(store).filter((kind) => kind === 'enrolment.token-refused').length === 2,
  );
  assert.ok(kinds(store).includes('enrolment.token-revoked'));
});

async function tokensOf(o: { trusted: boolean }) {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const make = () =>
    new Tokens({ store: store.client(), clock, wallMs: () => clock.wallMs(), trusted: () => o.trusted });
  return { store, clock, make, tokens: make() };
}

test('a token ends after its hours, and its use survives a restart', async () => {
  const { clock, make, tokens } = await tokensOf({ trusted: true });
  const two = await tokens.create({ ...pcs, uses: 2, by: admin });
  assert.equal((await tokens.use(two.token)).ok, true);
  const again = make();
  assert.equal((await again.use(two.token)).ok, true);
  assert.deepEqual(await again.use(two.token), { ok: false, why: 'used' });
  const day = await again.create({ ...pcs, by: admin });
  await clock.advance(24 * 3_600_000 - 1);
  assert.equal((await again.list()).find(({ id }) => id === day.id)?.expired, false);
  await clock.advance(1);
  assert.deepEqual(await again.use(day.token), { ok: false, why: 'expired' });
});

test('while nobody knows the time a token admits nobody, and none is made', async () => {
  const about = { trusted: true };
  const { tokens } = await tokensOf(about);
  const { token } = await tokens.create({ ...pcs, by: admin });
  about.trusted = false;
  assert.deepEqual(await tokens.use(token), { ok: false, why: 'clock' });
  await assert.rejects(tokens.create({ ...pcs, by: admin }), failsWith('CONFLICT'));
  about.trusted = true;
  assert.equal((await tokens.use(token)).ok, true, 'no use was lost meanwhile');
});

test('a use that could not be written admits nobody and is not lost', async () => {
  const { store, tokens } = await tokensOf({ trusted: true });
  const { token } = await tokens.create({ ...pcs, by: admin });
  store.away = true;
  await assert.rejects(tokens.use(token), failsWith('UNAVAILABLE'));
  store.away = false;
  assert.equal((await tokens.use(token)).ok, true);
  assert.equal([...store.records.keys()].filter((key) => key.startsWith(tokenNamespace)).length, 1);
});

test('guesses are paced, and a right token is taken meanwhile', async () => {
  const { clock, tokens } = await tokensOf({ trusted: true });
  const { token } = await tokens.create({ ...pcs, by: admin });
  const whys = [];
  for (let guess = 0; guess < 30; guess++) {
    const use = await tokens.use(guess.toString(16).padStart(32, '0'));
    whys.push(use.ok ? 'in' : use.why);
  }
  assert.deepEqual([whys.filter((why) => why === 'unknown').length, whys.at(-1)], [20, 'paced']);
  assert.equal(tokens.refused, 30);
  assert.equal((await tokens.use(token)).ok, true);
  await clock.advance(6_000);
  assert.deepEqual(await tokens.use('0'.repeat(32)), { ok: false, why: 'unknown' });
});

test('the open house admits who knows the box, and counts; others still need digits', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  const before = await WireAgent.greet({ port: station.port }, { name: 'was here' });
  await station.client.startOpenHouse(admin);
  await before.until('who waited is admitted', () => before.of('admitted').length === 1);
  const later = await WireAgent.greet({ port: station.port }, { name: 'comes later' });
  await later.until('who comes is admitted', () => later.of('admitted').length === 1);
  const blind = await WireAgent.greet({ port: station.port }, { name: 'does not know us', pinned: false });
  await eventually('two are counted', async () => (await station.client.openHouse())?.admitted === 2);
  assert.deepEqual([blind.welcome?.state, blind.of('admitted').length], ['waiting', 0]);
  await station.client.stopOpenHouse(admin);
  const late = await WireAgent.greet({ port: station.port }, { name: 'too late' });
  assert.equal(late.welcome?.state, 'waiting');
  assert.equal(store.machines.size, 2);
  const told = store.journal.filter(({ kind }) => kind === 'machine.admitted');
  assert.deepEqual(
    told.map(({ details }) => details.how),
    ['open-house', 'open-house'],
  );
  await eventually('its end is told', () => kinds(store).includes('enrolment.closed'));
  assert.ok(kinds(store).includes('enrolment.opened'));
});

test('neither the open house nor a token lets in who was removed or sent away', async (t) => {
  const store = new MemoryStore();
  const station = await startStation(t, store.client());
  await station.client.startOpenHouse(admin);
  const agent = await WireAgent.greet({ port: station.port }, {});
  await agent.until('admitted', () => agent.of('admitted').length === 1);
  const { machine } = agent.of('admitted')[0]!;
  await station.client.remove(machine, admin);
  await agent.until('cut off', () => agent.closed);
  const { token } = await station.client.createToken(pcs, admin);
  const again = await WireAgent.greet({ port: station.port, identity: agent.identity }, { token });
  assert.equal(again.welcome?.state, 'waiting');
  assert.equal((await station.client.tokens())[0]?.left, 1);
  const sent = await WireAgent.greet({ port: station.port }, { pinned: false, name: 'sent away' });
  await station.client.refuse(sent.identity.id, admin);
  const back = await WireAgent.greet({ port: station.port, identity: sent.identity }, {});
  await eventually('both wait', async () => (await station.client.waiting()).length === 2);
  assert.deepEqual([again.of('admitted').length, back.of('admitted').length], [0, 0]);
});

test('the open house ends by itself, and admits a hundred at the most', async () => {
  const clock = new FakeClock();
  const ended: number[] = [];
  const house = new OpenHouse({
    clock,
    onChange: () => undefined,
    onEnd: (_by, admitted) => ended.push(admitted),
  });
  house.begin(admin);
  assert.throws(() => house.begin(admin), failsWith('CONFLICT'));
  assert.equal(Array.from({ length: 150 }, () => house.take()).filter(Boolean).length, 100);
  assert.equal(house.host, null);
  await clock.advance(599_999);
  assert.equal(house.shown?.leftMs, 1);
  await clock.advance(1);
  assert.deepEqual([house.shown, ended, house.take()], [null, [100], false]);
});
