import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neighbourhood, RoomPlaces, roomLimits, type Seat } from '../../appliance/ingest/room-places.ts';

let count = 0;
const seat = (address: string, more: Partial<Seat> = {}): Seat => ({
  ...{ id: String(count).padStart(64, '0'), address, name: `pc-${count}`, firstMs: count++, connection: {} },
  ...more,
});
const nobody = { selected: undefined, nowMs: 0 };
const full = (address: (index: number) => string) =>
  Array.from({ length: roomLimits.machines }, (_, index) => seat(address(index)));

test('while there is room nobody goes, and an address has four places', () => {
  const places = new RoomPlaces();
  assert.equal(places.makeRoom([], seat('10.0.0.1'), nobody), null);
  const four = Array.from({ length: 4 }, () => seat('10.0.0.1'));
  assert.equal(places.makeRoom(four, seat('10.0.0.1'), nobody), 'full');
  const left = { ...four[2]!, connection: null };
  assert.equal(places.makeRoom([...four.slice(0, 2), left, four[3]!], seat('10.0.0.1'), nobody), left);
});

test('sixteen addresses that fill the room give way to a seventeenth, the newest of a crowd first', () => {
  const seats = full((index) => `10.0.0.${index % 16}`);
  const leaves = new RoomPlaces().makeRoom(seats, seat('10.0.0.99'), nobody);
  assert.ok(typeof leaves === 'object' && leaves !== null);
  assert.ok(seats.indexOf(leaves) >= 48, 'one of those that came last to a crowded address');
});

test('a crowded neighbourhood gives way to another one, and not the other way round', () => {
  const seats = [seat('192.168.7.1'), ...full((index) => `10.0.0.${index}`).slice(1)];
  const leaves = new RoomPlaces().makeRoom(seats, seat('192.168.7.2'), nobody);
  assert.equal(leaves, seats.at(-1));
  assert.equal(new RoomPlaces().makeRoom(seats, seat('10.0.0.200'), nobody), 'full');
});

test('among neighbours with an address each, everybody who was turned away gets a place in the end, and the first stay', () => {
  let random = 7;
  const places = new RoomPlaces(roomLimits, () => {
    random = (random * 16_807) % 2_147_483_647;
    return random / 2_147_483_647;
  });
  let seats = full((index) => `10.0.0.${index}`);
  const first = seats.slice(0, roomLimits.kept);
  const honest = seat('10.0.0.250');
  let inAfterMs = 0;
  for (let nowMs = 0; nowMs < 3_600_000 && inAfterMs === 0; nowMs += 500) {
    // The flood tries again all the time, each time from another of its addresses; the machine comes every 45 s.
    const newcomer = nowMs % 45_000 === 0 ? honest : seat(`10.0.0.${64 + ((nowMs / 500) % 100)}`);
    const leaves = places.makeRoom(seats, newcomer, { selected: undefined, nowMs });
    if (leaves === 'full' || leaves === null) continue;
    seats = [...seats.filter((one) => one !== leaves), newcomer];
    if (newcomer === honest) inAfterMs = nowMs;
  }
  assert.ok(inAfterMs > 0 && inAfterMs < 900_000, `after ${inAfterMs} ms`);
  for (const one of first) assert.ok(seats.includes(one));
});

test('the machine that a person looks for comes in at once, by name or key, and nobody who is selected or looked for goes', () => {
  const places = new RoomPlaces();
  const seats = full((index) => `10.0.0.${index}`);
  const wanted = seat('10.0.0.251', { name: 'Reception-PC' });
  assert.equal(places.makeRoom(seats, wanted, nobody), 'full');
  places.want(' reception ');
  const leaves = places.makeRoom(seats, wanted, nobody);
  assert.ok(typeof leaves === 'object' && leaves !== null);
  const inside = [...seats.filter((one) => one !== leaves), wanted];
  for (const one of inside) {
    const next = places.makeRoom(inside, seat('10.0.0.252', { name: 'reception 2' }), {
      selected: one.id,
      nowMs: 0,
    });
    assert.ok(typeof next === 'object' && next !== null && next !== one && next !== wanted);
  }
  places.want('');
  assert.equal(places.makeRoom(seats, wanted, nobody), 'full');
});

test('neighbourhoods are /24 and /64, and link-local addresses are one', () => {
  const same = (a: string, b: string) => neighbourhood(a) === neighbourhood(b);
  assert.ok(same('10.1.2.3', '10.1.2.200') && !same('10.1.2.3', '10.1.3.3'));
  assert.ok(same('2001:db8:1:2::1', '2001:DB8:1:2:ffff::9') && !same('2001:db8:1:2::1', '2001:db8:1:3::1'));
  assert.ok(same('2001:db8::1', '2001:db8:0:0:5::') && same('169.254.1.1', '169.254.77.1'));
  assert.ok(same('fe80::1%eth0', 'fe80::2:3:4%eth1'));
});
