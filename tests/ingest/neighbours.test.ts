import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createNeighbourClient } from '../../appliance/ingest/client/neighbours.ts';
import type { NeighbourNews } from '../../appliance/ingest/client/types.ts';
import { Neighbours } from '../../appliance/ingest/neighbours.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { arrive, type Setup, setup } from '../helpers/admitted-machine.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { WireAgent } from '../helpers/wire-agent.ts';

const until = (what: string, is: () => boolean) => eventually(what, is, { everyMs: 5 });
const nas = {
  ...{ mac: '02:fc:00:00:00:07', addresses: ['192.0.2.7'] },
  names: ['nas'],
  services: [],
  heardMs: 5,
};

function follow(t: TestContext, here: Setup) {
  const client = createNeighbourClient({ runDir: here.station.folder });
  const news: NeighbourNews[] = [];
  const following = client.neighbours({ onNews: (one) => news.push(one) });
  t.after(() => {
    following.stop();
    client.close();
  });
  return { client, news };
}

test('the box’s own machine is asked when somebody wants to know, and again on each connection', async (t) => {
  const here = await setup(t, {}, { local: true });
  const first = await arrive(here);
  const { client, news } = follow(t, here);
  await first.until('the wish', () => first.of('neighboursWanted').length === 1);
  first.send('neighbours', { neighbours: [nas] });
  await until('the device', () => news.length === 2);
  const [device] = news[1]?.neighbours ?? [];
  assert.ok(Math.abs((device?.atMs ?? 0) - Date.now()) < 60_000);
  assert.deepEqual(
    { ...device, atMs: 0 },
    { mac: nas.mac, addresses: nas.addresses, names: ['nas'], services: [], atMs: 0 },
  );
  const search = await client.search();
  await first.until('the search', () => first.of('neighboursWanted').at(-1)?.search === search);
  first.send('neighbours', { neighbours: [], searched: search });
  await until('its end', () => news.at(-1)?.searched === search);
  const again = await arrive(here);
  await again.until('the wish', () => again.of('neighboursWanted').length === 1);
  assert.deepEqual(again.of('neighboursWanted'), [{}], 'a search that is over is not begun anew');
  const late = follow(t, here);
  await until('what is known', () => late.news.length === 1);
  assert.deepEqual(
    late.news[0]?.neighbours.map(({ mac }) => mac),
    [nas.mac],
  );
});

test('a machine that is back before its old connection is gone is asked there, for what was cut off, too', async (t) => {
  const here = await setup(t, {}, { local: true });
  const half = await WireAgent.greet({ port: here.station.port, identity: here.identity, pongs: false });
  const { client, news } = follow(t, here);
  await half.until('the wish', () => half.of('neighboursWanted').length === 1);
  half.send('neighbours', { neighbours: [nas] });
  await until('the device', () => news.length === 2);
  const search = await client.search();
  await half.until('the search', () => half.of('neighboursWanted').length === 2);
  // The old one is silent and open: whether it is dead is not known yet.
  const again = await arrive(here);
  await again.until('the wish', () => again.of('neighboursWanted').length === 1);
  assert.deepEqual(again.of('neighboursWanted'), [{ search }]);
  assert.equal(half.closed, false);
  const next = await client.search();
  await again.until('the next search', () => again.of('neighboursWanted').at(-1)?.search === next);
  half.cut();
  again.send('neighbours', { neighbours: [{ ...nas, names: ['files'] }], searched: next });
  await until('its end', () => news.at(-1)?.searched === next);
  assert.deepEqual(news.at(-1)?.neighbours[0]?.names, ['files']);
  const last = await arrive(here);
  await last.until('the wish', () => last.of('neighboursWanted').length === 1);
  assert.deepEqual(last.of('neighboursWanted'), [{}], 'that search is over');
});

test('a search that was cut off is begun again once, and only while somebody waits for it', async () => {
  const clock = new FakeClock();
  const said: unknown[] = [];
  const session = { say: (_kind: string, body: unknown) => void said.push(body) };
  const neighbours = new Neighbours({ clock, sessionOf: () => session });
  neighbours.greet(1, session);
  const search = neighbours.search();
  neighbours.greet(1, session);
  neighbours.greet(1, session);
  assert.deepEqual(said, [{ search }, { search }]);
  neighbours.search();
  await clock.advance(60_000);
  neighbours.greet(1, session);
  assert.equal(said.length, 3);
});

test('other machines are not asked, and what they say of their networks is passed over', async (t) => {
  const here = await setup(t);
  const { client, news } = follow(t, here);
  const agent = await arrive(here);
  agent.send('neighbours', { neighbours: [nas] });
  agent.send('ping', { id: 1 });
  await agent.until('all of it was heard', () => agent.of('pong').length === 1);
  assert.deepEqual([agent.of('neighboursWanted'), news.flatMap(({ neighbours }) => neighbours)], [[], []]);
  await assert.rejects(client.search(), { code: 'UNAVAILABLE' });
});

test('made-up devices fill no more than their bound, and the newest stay', () => {
  const neighbours = new Neighbours({ clock: systemClock, sessionOf: () => undefined });
  const { mac: _, ...made } = nas;
  for (let at = 0; at < 1_280; at++)
    neighbours.heard(
      { neighbours: [{ ...made, addresses: [`10.0.${at >> 8}.${at & 255}`] }] },
      (runMs) => runMs,
    );
  const told: NeighbourNews[] = [];
  neighbours.follow((news) => told.push(news));
  const known = told[0]?.neighbours ?? [];
  assert.deepEqual([known.length, known.at(-1)?.addresses], [1_024, ['10.0.4.255']]);
});

test('when nobody follows any more the machine is not asked again, until somebody does', () => {
  const said: string[] = [];
  const session = { say: (kind: string) => void said.push(kind) };
  const neighbours = new Neighbours({ clock: systemClock, sessionOf: () => session });
  neighbours.greet(1, session);
  const one = neighbours.follow(() => undefined);
  const other = neighbours.follow(() => undefined);
  one.stop();
  neighbours.greet(1, session);
  assert.equal(said.length, 2, 'somebody still follows');
  other.stop();
  neighbours.greet(1, session);
  assert.equal(said.length, 2);
  neighbours.follow(() => undefined);
  assert.equal(said.length, 3);
});
