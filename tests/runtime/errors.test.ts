import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  exitCodeOf,
  Failure,
  httpStatusOf,
  isFailureCode,
  messageIn,
  messageOf,
} from '../../appliance/runtime/errors.ts';

test('a failure carries its code, its path and its cause', () => {
  const cause = new Error('below');
  const failure = new Failure('CONFLICT', 'above', { cause, path: 'a.b' });
  assert.equal(failure.code, 'CONFLICT');
  assert.equal(failure.path, 'a.b');
  assert.equal(failure.cause, cause);
  assert.ok(failure instanceof Error);
  assert.equal('cause' in new Failure('CLOSED', 'no cause'), false);
});

test('exit code 78 is for what a restart cannot help, 1 for everything else', () => {
  for (const code of [
    'CONFIG_INVALID',
    'PORT_TAKEN',
    'STATE_UNWRITABLE',
    'STORE_LOCKED',
    'STORE_DAMAGED',
  ] as const) {
    assert.equal(exitCodeOf(new Failure(code, 'x')), 78, code);
  }
  for (const code of ['UNAVAILABLE', 'TIMEOUT', 'INTERNAL', 'CLOSED'] as const) {
    assert.equal(exitCodeOf(new Failure(code, 'x')), 1, code);
  }
  assert.equal(exitCodeOf(new Error('EADDRINUSE')), 1);
  assert.equal(exitCodeOf('text'), 1);
});

test('each code has the HTTP status that its name promises', () => {
  assert.deepEqual(
    (
      ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'TOO_LARGE', 'TOO_MANY'] as const
    ).map(httpStatusOf),
    [400, 401, 403, 404, 409, 413, 429],
  );
  assert.equal(httpStatusOf('UNAVAILABLE'), 503);
  assert.equal(httpStatusOf('INTERNAL'), 500);
});

test('only the listed codes are codes', () => {
  assert.ok(isFailureCode('TIMEOUT'));
  for (const other of ['timeout', 'toString', '__proto__', 4, undefined])
    assert.equal(isFailureCode(other), false);
});

test('anything thrown has a message', () => {
  assert.equal(messageOf(new Error('m')), 'm');
  assert.equal(messageOf(new TypeError('')), 'TypeError');
  assert.equal(messageOf('text'), 'text');
  assert.equal(messageOf(undefined), 'undefined');
});

test('a failure that is known in both languages is told in the one of its reader, and otherwise as it is', () => {
  const both = new Failure('NOT_FOUND', { en: 'there is no rule x', fr: 'il n’y a pas de règle x' });
  assert.equal(both.message, 'there is no rule x');
  assert.deepEqual(
    [messageIn('en', both), messageIn('fr', both)],
    ['there is no rule x', 'il n’y a pas de règle x'],
  );
  assert.equal(messageIn('fr', new Failure('NOT_FOUND', 'gone')), 'gone');
  assert.equal(messageIn('fr', new Error('m')), 'm');
});
