import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gate, gateLimits, type Place } from '../../appliance/ingest/gate.ts';

const open = {
  ...gateLimits,
  handshakesPerSecond: 10_000,
  handshakesPerSecondByAddress: 10_000,
  handshakesPerSecondOfKnown: 10_000,
};

function enter(gate: Gate, address: string, nowMs = 0): Place {
  const place = gate.enter(address, nowMs);
  assert.equal(typeof place, 'object', String(place));
  return place as Place;
}

test('eight strangers of one address get in, the ninth when one has left or is admitted', () => {
  const gate = new Gate(0, open);
  const places = Array.from({ length: 8 }, () => enter(gate, 'a'));
  assert.equal(gate.enter('a', 0), 'address');
  enter(gate, 'b');
  places[0]!.leave();
  enter(gate, 'a');
  assert.equal(gate.enter('a', 0), 'address');
  places[1]!.admit();
  enter(gate, 'a');
  assert.equal(gate.enter('a', 0), 'address');
});

test('strangers leave room for the admitted, and all together have a limit', () => {
  const gate = new Gate(0, open);
  for (let count = 0; count < 200; count++) enter(gate, `a${count}`);
  assert.equal(gate.enter('b', 0), 'strangers');
  const full = new Gate(0, open);
  for (let count = 0; count < 1_200; count++) enter(full, `c${count}`).admit();
  assert.equal(full.inside, 1_200);
  assert.equal(full.enter('d', 0), 'connections');
});

test('leaving twice, or being admitted after leaving, counts once', () => {
  const gate = new Gate(0, open);
  const place = enter(gate, 'a');
  place.leave();
  place.leave();
  place.admit();
  assert.equal(gate.inside, 0);
  for (let count = 0; count < 8; count++) enter(gate, 'a');
  assert.equal(gate.enter('a', 0), 'address');
});

test('fifty handshakes a second are begun, and one address has at most half of them', () => {
  const gate = new Gate(0);
  const greedy = Array.from({ length: 40 }, () => {
    const place = gate.enter('a', 0);
    if (typeof place === 'object') place.leave();
    return place;
  });
  assert.equal(greedy.filter((place) => typeof place === 'object').length, 25);
  const others = Array.from({ length: 40 }, (_, index) => gate.enter(`b${index}`, 0));
  assert.equal(others.filter((place) => typeof place === 'object').length, 25);
  assert.equal(gate.enter('c', 0), 'handshakes');
  assert.equal(typeof gate.enter('c', 1_000), 'object');
});

test('a machine that was admitted comes back while strangers hold all their places and handshakes', () => {
  const gate = new Gate(0);
  enter(gate, 'office').admit();
  for (let count = 0; count < 60; count++) gate.enter(`a${count}`, 0);
  assert.equal(gate.enter('b', 0), 'handshakes');
  enter(gate, 'office');
  const full = new Gate(0, open);
  enter(full, 'office').admit();
  for (let count = 0; count < 200; count++) enter(full, `a${count}`);
  assert.equal(full.enter('b', 0), 'strangers');
  const places = Array.from({ length: 8 }, () => enter(full, 'office'));
  assert.equal(full.enter('office', 0), 'address');
  for (const place of places) place.leave();
  assert.equal(full.enter('b', 0), 'strangers', 'it took no place of theirs, and leaves none');
});

test('only so many addresses are known, the last ones', () => {
  const gate = new Gate(0, { ...open, strangers: 1, knownAddresses: 2 });
  for (const address of ['a', 'b', 'c']) enter(gate, address).admit();
  enter(gate, 'stranger');
  assert.equal(gate.enter('a', 0), 'strangers');
  enter(gate, 'c');
});

test('whoever takes ever new addresses of a /64 leaves a quarter of places and handshakes to others', () => {
  const flood = (gate: Gate, network: string) =>
    Array.from({ length: 300 }, (_, at) => gate.enter(`${network}::${at.toString(16)}`, 0)).filter(
      (place): place is Place => typeof place === 'object',
    );
  const gate = new Gate(0, { ...open, handshakesPerSecondByNetwork: 10_000 });
  const inside = flood(gate, '2001:db8:0:1');
  assert.equal(inside.length, 150);
  assert.equal(gate.enter('2001:db8:0:1:ffff::1', 0), 'address');
  enter(gate, '2001:db8:0:2::1');
  enter(gate, '10.0.0.1');
  inside[0]!.leave();
  inside[1]!.admit();
  assert.equal(flood(gate, '2001:db8:0:1').length, 3, 'two places are free again, and one address is known');
  // Where a machine was admitted, nobody else of its network stands in its way.
  enter(gate, '2001:db8:0:1::1');
  const paced = new Gate(0);
  assert.equal(flood(paced, 'fe80').length, 38);
  assert.equal(paced.enter('fe80::1:1', 0), 'handshakes');
  enter(paced, '10.0.0.1');
});
