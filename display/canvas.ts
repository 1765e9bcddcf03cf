/** What a screen draws on: 1024 page bytes, text by oled-i2c-bus into them, nothing ever outside. */
import Oled from 'oled-i2c-bus';
import { litAt } from './client/frame.ts';
import { type Frame, frameBytes, frameHeight, frameWidth } from './client/types.ts';
import { font, readable } from './font.ts';

export type Size = 1 | 2 | 3;

/** The library is asked to draw into a buffer only; no byte leaves through this wire. */
const silentWire = {
  i2cWriteSync: (_address: number, length: number) => length,
  i2cReadSync: (_address: number, length: number) => length,
};
/** The library's list of changed bytes costs quadratic time and would only be sent by its own update(). */
const forgetful = { indexOf: () => 0, push: () => 0, length: 0 };

export class Canvas {
  readonly pages: Uint8Array = new Uint8Array(frameBytes);
  readonly #written: { x: number; y: number; text: string }[] = [];
  readonly #pens = new Map<Size, Oled>();

  /** Width in pixels of `text` at `size`, without the gap after its last letter. */
  static widthOf(text: string, size: Size = 1): number {
    return Math.max(0, readable(text).length * 6 * size - size);
  }

  /** Draws the letters that fit entirely between x and the right edge; answers where the next one would begin. */
  text(x: number, y: number, text: string, size: Size = 1): number {
    const advance = 6 * size;
    const fits = Math.max(0, Math.floor((frameWidth - x + size) / advance));
    const plain = readable(text).slice(0, fits);
    if (plain === '' || x < 0 || y < 0 || y + 7 * size > frameHeight) return x;
    const pen = this.#pen(size);
    pen.setCursor(x, y);
    pen.writeString(font, size, plain, 1, false, false);
    this.#written.push({ x, y, text: plain });
    return x + plain.length * advance;
  }

  right(y: number, text: string, size: Size = 1): void {
    this.text(Math.max(0, frameWidth - 2 - Canvas.widthOf(text, size)), y, text, size);
  }

  center(y: number, text: string, size: Size = 1): void {
    this.text(Math.max(0, Math.floor((frameWidth - Canvas.widthOf(text, size)) / 2)), y, text, size);
  }

  set(x: number, y: number, lit = true): void {
    if (x < 0 || y < 0 || x >= frameWidth || y >= frameHeight) return;
    const at = (y >> 3) * frameWidth + x;
    const bit = 1 << (y & 7);
    this.pages[at] = lit ? this.pages[at]! | bit : this.pages[at]! & ~bit;
  }

  fill(x: number, y: number, width: number, height: number, lit = true): void {
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) this.set(column, row, lit);
  }

  line(y: number): void {
    this.fill(0, y, frameWidth, 1);
  }

  dotted(y: number): void {
    for (let x = 0; x < frameWidth; x += 3) this.set(x, y);
  }

  /** A frame filled up to `fraction`; null is not known and stays hollow with a sparse pattern. */
  bar(x: number, y: number, width: number, height: number, fraction: number | null): void {
    this.fill(x, y, width, 1);
    this.fill(x, y + height - 1, width, 1);
    this.fill(x, y, 1, height);
    this.fill(x + width - 1, y, 1, height);
    const inside = width - 4;
    if (fraction === null) {
      for (let column = 2; column < width - 2; column += 4) this.set(x + column, y + (height >> 1));
      return;
    }
    const full = Math.round(inside * Math.min(1, Math.max(0, fraction || 0)));
    this.fill(x + 2, y + 2, full, height - 4);
  }

  invert(x: number, y: number, width: number, height: number): void {
    for (let row = y; row < y + height; row++)
      for (let column = x; column < x + width; column++) this.set(column, row, !this.lit(column, row));
  }

  lit(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < frameWidth && y < frameHeight && litAt(this.frame(), x, y);
  }

  frame(): Frame {
    return { width: frameWidth, height: frameHeight, pages: this.pages };
  }

  /** What is written, line by line from the top, for those who read instead of look. */
  lines(): string[] {
    const rows = new Map<number, { x: number; text: string }[]>();
    for (const { x, y, text } of this.#written) rows.set(y, [...(rows.get(y) ?? []), { x, text }]);
    return [...rows.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, parts]) =>
        parts
          .sort((a, b) => a.x - b.x)
          .map((part) => part.text)
          .join(' ')
          .replace(/ +/g, ' ')
          .trim(),
      )
      .filter((line) => line !== '');
  }

  #pen(size: Size): Oled {
    const known = this.#pens.get(size);
    if (known) return known;
    const pen = new Oled(silentWire, { width: frameWidth, height: frameHeight, letterspacing: size });
    pen.buffer = this.pages;
    pen.dirtyBytes = forgetful;
    this.#pens.set(size, pen);
    return pen;
  }
}
