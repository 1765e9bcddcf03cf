/**
 * Walks over the bytes of a kernel file, line by line, and takes numbers and words from them. What the collectors read
 * twelve times a minute for ever is not worth a string, a match and a list each: all their parsers share this code and
 * leave nothing behind.
 */

const NEWLINE = 0x0a;
const SPACE = 0x20;
const POINT = 0x2e;
const ZERO = 0x30;

/** Only whole lines are seen: the last number of a line without its end may have been cut off. */
export class Scan {
  #bytes: Uint8Array;
  #length: number;
  #at = 0;
  #end = 0;
  #next = 0;

  constructor(bytes: Uint8Array = new Uint8Array(0), length: number = bytes.length) {
    this.#bytes = bytes;
    this.#length = length;
  }

  /** Begins anew with other bytes. */
  restart(bytes: Uint8Array, length: number): this {
    this.#bytes = bytes;
    this.#length = length;
    this.#at = 0;
    this.#end = 0;
    this.#next = 0;
    return this;
  }

  /** Goes to the beginning of the next line; false when there is none. */
  line(): boolean {
    const end = this.#bytes.indexOf(NEWLINE, this.#next);
    if (end < 0 || end >= this.#length) return false;
    this.#at = this.#next;
    this.#end = end;
    this.#next = end + 1;
    return true;
  }

  /** Has all of the line been taken? */
  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** Goes past this text, if it stands here. */
  take(text: string): boolean {
    const { length } = text;
    const at = this.#at;
    for (let index = 0; index < length; index++) {
      if (this.#bytes[at + index] !== text.charCodeAt(index)) return false;
    }
    // A newline is in no text that is looked for, so what was found does not reach beyond the line.
    this.#at = at + length;
    return true;
  }

  /** Takes what stands here up to the mark and goes past the mark; undefined when the line has none. */
  upTo(mark: number): string | undefined {
    const bytes = this.#bytes;
    let from = this.#at;
    while (bytes[from] === SPACE) from += 1;
    let to = from;
    while (to < this.#end && bytes[to] !== mark) to += 1;
    if (to >= this.#end) return undefined;
    this.#at = to + 1;
    return String.fromCharCode(...bytes.subarray(from, to));
  }

  /** The whole number that stands here, behind spaces. */
  integer(): number | undefined {
    const bytes = this.#bytes;
    let at = this.#at;
    while (bytes[at] === SPACE) at += 1;
    let digit = bytes[at]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) return undefined;
    let value = 0;
    // The newline behind the line is no digit, so this stays within the line.
    for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) value = value * 10 + digit;
    this.#at = at;
    return value;
  }

  /** The decimal fraction that stands here, as the kernel writes it: "0.21". */
  decimal(): number | undefined {
    const whole = this.integer();
    if (whole === undefined || this.#bytes[this.#at] !== POINT) return undefined;
    const from = ++this.#at;
    if (this.#bytes[from] === SPACE) return undefined;
    const fraction = this.integer();
    if (fraction === undefined) return undefined;
    // A quotient of two whole numbers is rounded once: exactly what Number("0.21") is.
    const power = 10 ** (this.#at - from);
    return (whole * power + fraction) / power;
  }

  /**
   * Fills the list with the numbers of a line of columns and tells how many there are; what stands behind the last one
   * that there is room for is not looked at. 0 when something else stands between them.
   */
  columns(into: number[], most: number): number {
    for (let count = 0; count < most; count++) {
      const value = this.integer();
      if (value === undefined) return this.#onlySpaces() ? count : 0;
      into[count] = value;
    }
    return most;
  }

  #onlySpaces(): boolean {
    while (this.#bytes[this.#at] === SPACE) this.#at += 1;
    return this.done;
  }
}
