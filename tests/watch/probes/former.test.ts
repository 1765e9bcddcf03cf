// Who checked a probe in former times: what they found is kept as its past.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Availability } from '../../../appliance/watch/probes/availability.ts';
import { type Former, formerOf } from '../../../appliance/watch/probes/former.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { anne } from '../../helpers/incident-parts.ts';
import { gateway, ProbeStation } from '../../helpers/probe-station.ts';

const dayMs = 86_400_000;

test('who leaves is kept with the time, who comes back is not, and only so many of so long ago', () => {
  let former: readonly Former[] = [];
  former = formerOf(former, { was: [1, 2], now: [2, 3], nowMs: 5 });
  assert.deepEqual(former, [{ machine: 1, untilMs: 5 }]);
  former = formerOf(former, { was: [2, 3], now: [1], nowMs: 7 });
  assert.deepEqual(
    former.map(({ machine }) => machine),
    [2, 3],
  );
  for (let machine = 10; machine < 40; machine++)
    former = formerOf(former, { was: [machine], now: [machine + 1], nowMs: machine });
  assert.equal(former.length, 16);
  assert.equal(former[0]?.machine, 39);
  assert.deepEqual(formerOf(former, { was: [1], now: [1], nowMs: 400 * dayMs }), []);
});

test('a probe that moved keeps what was found before, over a restart, too', async (t) => {
  const station = await ProbeStation.start(t);
  const id = await station.make({ vantages: [2] });
  const spans = async () => {
    const availability = new Availability({
      store: station.store.client(),
      clock: new FakeClock(),
      nowMs: () => station.clock.wallMs(),
    });
    const probe = station.probes.get(id)!;
    const [day] = await availability.of(
      { ...probe, ...station.probes.pastOf(id) },
      new AbortController().signal,
    );
    return [day?.share, day?.knownS];
  };
  for (let look = 0; look < 10; look++) {
    station.measure(2, id, look < 5);
    await station.clock.advance(60_000);
  }
  await station.probes.change(id, { vantages: [3] }, anne);
  for (let look = 0; look < 10; look++) {
    station.measure(3, id, true);
    await station.clock.advance(60_000);
  }
  assert.deepEqual(await spans(), [0.75, 1_200]);
  await station.restart();
  assert.deepEqual(await spans(), [0.75, 1_200]);
  const [day] = await station.probes.availability(id, new AbortController().signal);
  assert.equal(day?.share, 0.75);
});

test('what nobody is named for leaves the box, and a built-in one remembers since when it is as it is', async (t) => {
  const station = await ProbeStation.start(t);
  const id = await station.make();
  const atMs = station.clock.wallMs();
  await station.probes.change(id, { vantages: [2] }, anne);
  await station.clock.advance(5_000);
  await station.probes.change(id, { name: 'Other' }, anne);
  await station.probes.change(gateway.id, { intervalMs: 60_000 }, anne);
  await station.restart();
  assert.deepEqual(station.probes.pastOf(id), { sinceMs: atMs, former: [{ machine: 1, untilMs: atMs }] });
  assert.deepEqual(station.probes.pastOf(gateway.id), { sinceMs: atMs + 5_000, former: [] });
});

test('what was measured of another aim is no news after a restart', async (t) => {
  const station = await ProbeStation.start(t);
  const id = await station.make();
  station.measure(1, id, false);
  await station.clock.advance(1_000);
  await station.probes.change(id, { options: { port: 139 } }, anne);
  await station.restart();
  assert.match(station.words(id), /^unknown/);
});
