import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { columns, ends, shorten, wrap } from '../../display/fit.ts';

test('shortens with an ellipsis, and leaves alone what fits', () => {
  assert.equal(shorten('a'.repeat(21)), 'a'.repeat(21));
  assert.equal(shorten('a'.repeat(22)), `${'a'.repeat(20)}…`);
  assert.equal(shorten('abc def', 5), 'abc…');
});

test('wraps at words and cuts a word that is longer than a line', () => {
  assert.deepEqual(wrap('The store has not answered yet.', 3), ['The store has not', 'answered yet.']);
  assert.deepEqual(wrap('x'.repeat(30), 2), ['x'.repeat(21), 'x'.repeat(9)]);
  assert.deepEqual(wrap('one two three four five six seven', 1), ['one two three four f…']);
});

test('puts two texts at the two ends of a line, the left one giving way', () => {
  assert.equal(ends('name', '10:48'), 'name            10:48');
  assert.equal(ends('a very long machine name', '10:48'), 'a very long ma… 10:48');
});

test('never exceeds its width, whatever the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'binary' }),
      (left, right) => {
        assert.ok(shorten(left).length <= columns);
        assert.equal(ends(left, right).length, columns);
        const lines = wrap(left, 3);
        assert.ok(lines.length <= 3 && lines.every((line) => line.length <= columns && line.length > 0));
      },
    ),
  );
});
