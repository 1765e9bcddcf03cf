import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRecordRoom } from '../../../appliance/store/records/room.ts';

const limits = { perNamespace: 2, bytesPerNamespace: 10, namespaces: 2 };
const bytes = (count: number) => Buffer.alloc(count);

test('a namespace holds so many records and bytes, all together or none', () => {
  const room = createRecordRoom(limits);
  room.add('a', bytes(4));
  const one = { namespace: 'a', before: null, after: bytes(3) };
  assert.throws(() => room.take([one, one]), { code: 'TOO_MANY', path: 'namespace' });
  room.take([one]);
  const grown = { namespace: 'a', before: bytes(3), after: bytes(7) };
  assert.throws(() => room.take([grown]), { code: 'TOO_LARGE', path: 'namespace' });
  room.take([{ namespace: 'a', before: bytes(4), after: null }, grown]);
});

test('what makes it smaller is taken also when it is too large', () => {
  const room = createRecordRoom(limits);
  room.add('a', bytes(40));
  room.take([{ namespace: 'a', before: bytes(40), after: bytes(30) }]);
  room.take([{ namespace: 'a', before: bytes(30), after: null }]);
  room.take([{ namespace: 'a', before: null, after: bytes(10) }]);
});

test('there are so many namespaces, and an empty one is none', () => {
  const room = createRecordRoom(limits);
  const into = (namespace: string) => [{ namespace, before: null, after: bytes(1) }];
  room.take(into('a'));
  room.take(into('b'));
  assert.throws(() => room.take(into('c')), { code: 'TOO_MANY' });
  room.take([{ namespace: 'a', before: bytes(1), after: null }]);
  room.take(into('c'));
});
