import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { font, readable } from '../../display/font.ts';

// The package has no types of its own.
const base = createRequire(import.meta.url)('oled-font-5x7') as typeof font;

const columnsOf = (letter: string) => {
  const at = font.lookup.indexOf(letter);
  return at < 0 ? null : font.fontData.slice(at * 5, at * 5 + 5);
};

test('keeps the glyphs of oled-font-5x7 for plain letters', () => {
  for (const letter of 'AZaz09?%') {
    const at = base.lookup.indexOf(letter) * 5;
    assert.deepEqual(columnsOf(letter), base.fontData.slice(at, at + 5));
  }
});

test('has its own lit glyph for every letter that French needs', () => {
  const letters = 'àâäçéèêëîïôöùûüœæÀÂÇÉÈÊËÎÏÔÙÛÜŒÆ’«»…•°→←↑↓▸✓';
  const seen = new Set<string>();
  for (const letter of letters) {
    const columns = columnsOf(letter);
    assert.ok(columns, `${letter} is missing`);
    assert.ok(
      columns.some((column) => column !== 0),
      `${letter} is empty`,
    );
    seen.add(columns.join());
  }
  assert.equal(seen.size, letters.length, 'two letters look the same');
});

test('draws é as e with a mark above it', () => {
  const mark = columnsOf('é')!.map((column, x) => column ^ columnsOf('e')![x]!);
  assert.deepEqual(mark, [0, 0, 0b10, 0b01, 0]);
});

test('lets an accent fall that it cannot draw, and keeps its letter', () => {
  assert.equal(readable('Ŝkoda ÿ ﬁ Ž'), 'Skoda y fi Z');
  assert.equal(readable('e\u0301'), 'é');
});

test('shows what it does not know as a question mark', () => {
  assert.equal(readable('a😀b漢שc'), 'a?b??c');
});

test('removes control characters and marks that turn the direction of text', () => {
  assert.equal(readable('a\u0000b\u001b[31m\u202ec\u200d\ufe0f'), 'ab[31mc');
  assert.equal(readable('a\nb\tc\u00a0d'), 'a b c d');
});
