import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Failure } from '../../../appliance/runtime/errors.ts';
import { LineReader } from '../../../appliance/runtime/socket/lines.ts';

const failing = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

test('lines come out whole, wherever the chunks were cut, also within a character', () => {
  const values = fc.array(fc.oneof(fc.jsonValue(), fc.string({ unit: 'grapheme' })), {
    minLength: 1,
    maxLength: 5,
  });
  fc.assert(
    fc.property(values, fc.array(fc.nat(200)), (sent, cuts) => {
      const wire = Buffer.from(sent.map((value) => `${JSON.stringify(value)}\n`).join(''));
      const reader = new LineReader(10_000);
      const got: unknown[] = [];
      let from = 0;
      for (const cut of [...cuts, wire.length]) {
        const to = Math.min(wire.length, from + cut);
        got.push(...reader.push(wire.subarray(from, to)));
        from = to;
      }
      assert.equal(JSON.stringify(got), JSON.stringify(sent));
    }),
  );
});

test('a byte at a time is enough', () => {
  const reader = new LineReader(100);
  const got: unknown[] = [];
  for (const byte of Buffer.from('"é\u{1f600}"\n\n{"a":1}\n')) got.push(...reader.push(Buffer.from([byte])));
  assert.deepEqual(got, ['é\u{1f600}', { a: 1 }]);
});

test('an unfinished line is not given out', () => {
  const reader = new LineReader(100);
  assert.deepEqual(reader.push(Buffer.from('1\n2')), [1]);
  assert.deepEqual(reader.push(Buffer.from('3\n')), [23]);
});

test('a line beyond the limit is refused, also before its end is there', () => {
  assert.deepEqual(new LineReader(3).push(Buffer.from('123\n')), [123]);
  assert.throws(() => new LineReader(3).push(Buffer.from('1234\n')), failing('TOO_LARGE'));
  const reader = new LineReader(10);
  reader.push(Buffer.from('12345678'));
  assert.throws(() => reader.push(Buffer.from('901')), failing('TOO_LARGE'));
});

test('what is no JSON, or no UTF-8, is refused', () => {
  assert.throws(() => new LineReader(100).push(Buffer.from('{"a":\n')), failing('BAD_REQUEST'));
  assert.throws(
    () => new LineReader(100).push(Buffer.from([0x22, 0xc3, 0x22, 0x0a])),
    failing('BAD_REQUEST'),
  );
});
