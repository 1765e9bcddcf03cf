import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Room } from '../../../appliance/store/codec/room.ts';

test('what was given back is taken again, by one at a time', () => {
  const room = new Room();
  const [a, b] = [room.take(720), room.take(720)];
  assert.notEqual(a, b);
  room.give(a);
  room.give(a);
  assert.notEqual(room.take(719), a, 'another length');
  assert.equal(room.take(720), a);
  assert.notEqual(room.take(720), a);
});

test('it keeps little: not many, and nothing large', () => {
  const room = new Room();
  const arrays = Array.from({ length: 60 }, () => room.take(720));
  for (const one of arrays) room.give(one);
  const again = Array.from({ length: 60 }, () => room.take(720));
  assert.equal(again.filter((one) => arrays.includes(one)).length, 24);
  const large = room.take(100_000);
  room.give(large);
  assert.notEqual(room.take(100_000), large);
});
