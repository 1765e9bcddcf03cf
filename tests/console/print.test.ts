import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { plain, table, toJson } from '../../appliance/console/print.ts';

const dangerous = /[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

test('no control character and no direction mark reaches the terminal', () => {
  assert.equal(plain('a\u001b[31mb\u202ec\n'), 'a\ufffd[31mb\ufffdc\ufffd');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(plain(text), dangerous);
      assert.doesNotMatch(table([text], [[text]], (_, shown) => shown).join(''), dangerous);
    }),
  );
});

test('JSON is safe to look at and still says the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = toJson({ text });
      assert.doesNotMatch(json, dangerous);
      assert.deepEqual(JSON.parse(json), { text });
    }),
  );
});

test('aligns columns, numbers to the right, and leaves no space at the end', () => {
  const right = (text: string) => ({ text, right: true });
  const lines = table(
    ['Name', right('CPU')],
    [
      ['ÉCOLE', right('7 %')],
      ['B', right('100 %')],
    ],
    (_, text) => text,
  );
  assert.deepEqual(lines, ['Name     CPU', 'ÉCOLE    7 %', 'B      100 %']);
  assert.deepEqual(
    table(['A', 'B'], [['x', '']], (_, text) => text),
    ['A  B', 'x'],
  );
});

test('paints the text and not the space around it', () => {
  const lines = table(
    ['State', 'Name'],
    [[{ text: 'up', tone: 'well' }, 'A']],
    (tone, text) => `<${tone}>${text}</>`,
  );
  assert.equal(lines[1], '<well>up</>     A');
});
