/** The panel's font: oled-font-5x7 with French accents and signs, and any text turned into what it can draw. */
import base from 'oled-font-5x7';
import { accents, lowCapitals, pictures } from './glyphs.table.ts';

/** The shape that oled-i2c-bus draws with: five column bytes for each character of `lookup`. */
export type Font = {
  readonly width: number;
  readonly height: number;
  readonly fontData: readonly number[];
  readonly lookup: readonly string[];
};

function columnsOf(rows: readonly string[]): number[] {
  return Array.from({ length: 5 }, (_, x) =>
    rows.reduce((byte, row, y) => byte | (row[x] === '#' ? 1 << y : 0), 0),
  );
}

const baseColumns = (letter: string) => {
  const at = base.lookup.indexOf(letter) * base.width;
  return base.fontData.slice(at, at + base.width);
};

/** Composed letters replace those of the base font, so that all accents look alike. */
function ownGlyphs(): Map<string, number[]> {
  const glyphs = new Map<string, number[]>();
  for (const [mark, rows] of Object.entries(accents)) {
    const accent = columnsOf(rows);
    for (const letter of 'aeioun') {
      const body = baseColumns(letter).map((column) => column & ~0b11);
      glyphs.set(
        `${letter}${mark}`.normalize('NFC'),
        body.map((column, x) => column | accent[x]!),
      );
    }
    for (const [letter, body] of Object.entries(lowCapitals))
      glyphs.set(`${letter}${mark}`.normalize('NFC'), columnsOf([...rows, ...body]));
  }
  for (const [sign, rows] of Object.entries(pictures)) glyphs.set(sign, columnsOf(rows));
  // Combinations without a character of their own stay two code points and cannot be looked up.
  for (const key of glyphs.keys()) if (key.length > 1) glyphs.delete(key);
  return glyphs;
}

function buildFont(): Font {
  const own = ownGlyphs();
  const kept = base.lookup.filter((letter) => !own.has(letter));
  return {
    width: 5,
    height: 7,
    lookup: [...kept, ...own.keys()],
    fontData: [...kept.flatMap(baseColumns), ...[...own.values()].flat()],
  };
}

export const font: Font = buildFont();

const drawable: ReadonlySet<string> = new Set(font.lookup);

/** Looks like a space, is not one in the font. */
const spaces = /[\p{Zs}\t\n\r\v\f\u2028\u2029]/gu;
/** Control, format (direction marks, joiners), unassigned, private and surrogate code points, and variation selectors. */
const invisible = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}]|\p{Variation_Selector}/gu;

/**
 * One character of the font for each letter a person sees: accents we lack fall off their letter,
 * what remains unknown is a '?'. Nothing invisible gets through, so that a name cannot hide or turn text.
 */
export function readable(text: string): string {
  let out = '';
  const clean = text.replace(spaces, ' ').replace(invisible, '').normalize('NFC');
  for (const letter of clean) {
    if (drawable.has(letter)) out += letter;
    else {
      const bare = letter.normalize('NFKD').replace(/\p{M}/gu, '');
      if (bare === '' && /\p{M}/u.test(letter)) continue;
      out += bare !== '' && [...bare].every((part) => drawable.has(part)) ? bare : '?';
    }
  }
  return out;
}
