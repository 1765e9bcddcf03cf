import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Canvas, type Size } from '../../display/canvas.ts';

const litPixels = (canvas: Canvas) => {
  const lit: [number, number][] = [];
  for (let y = 0; y < 64; y++) for (let x = 0; x < 128; x++) if (canvas.lit(x, y)) lit.push([x, y]);
  return lit;
};

test('keeps pixels in the page layout of the chip', () => {
  const canvas = new Canvas();
  canvas.set(5, 10);
  assert.equal(canvas.pages[128 + 5], 0b100);
});

test('draws text with the glyphs of the font, at any size', () => {
  const canvas = new Canvas();
  canvas.text(10, 20, 'I', 2);
  // Column 2 of I is lit from top to bottom: at twice the size that is x 14 and 15, y 20 to 33.
  for (const x of [14, 15]) for (let y = 20; y < 34; y++) assert.ok(canvas.lit(x, y), `${x},${y}`);
  assert.ok(!canvas.lit(14, 34) && !canvas.lit(14, 19));
});

test('draws whole letters only: none is cut at an edge', () => {
  const wide = new Canvas();
  assert.equal(wide.text(100, 0, 'HHHHHHHH'), 124);
  assert.deepEqual(wide.lines(), ['HHHH']);
  for (const y of [-1, 58, 64]) {
    const high = new Canvas();
    high.text(0, y, 'H');
    assert.deepEqual(litPixels(high), []);
  }
});

test('never throws and never draws outside, whatever the text and wherever it stands', () => {
  const size = fc.constantFrom<Size>(1, 2, 3);
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: -200, max: 300 }),
      fc.integer({ min: -100, max: 200 }),
      size,
      (text, x, y, at) => {
        const canvas = new Canvas();
        canvas.text(x, y, text, at);
        assert.equal(canvas.pages.length, 1024);
        for (const [litX, litY] of litPixels(canvas)) {
          assert.ok(litX >= x && litX < 128);
          assert.ok(litY >= y && litY < y + 8 * at);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('fills a bar in proportion, and leaves an unknown one hollow', () => {
  const lit = (fraction: number | null) => {
    const canvas = new Canvas();
    canvas.bar(0, 0, 104, 8, fraction);
    return litPixels(canvas).filter(([x, y]) => x >= 2 && x < 102 && y >= 2 && y < 6).length;
  };
  assert.equal(lit(0), 0);
  assert.equal(lit(0.5), 50 * 4);
  assert.equal(lit(7), 100 * 4);
  assert.equal(lit(Number.NaN), 0);
  assert.ok(lit(null) > 0 && lit(null) < 40);
});

test('reads its lines from top to bottom and from left to right', () => {
  const canvas = new Canvas();
  canvas.text(0, 20, 'below');
  canvas.text(60, 0, 'right');
  canvas.text(0, 0, 'left');
  assert.deepEqual(canvas.lines(), ['left right', 'below']);
});
