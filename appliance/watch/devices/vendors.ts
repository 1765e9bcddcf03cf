/**
 * Who made a piece of hardware, by the first digits of its address. The table stays on disk: a lookup reads a few bytes of it.
 *
 * The file: `NMVENDOR`, a version byte, then for each length of prefix (6, 7 and 9 hexadecimal digits) how many there are
 * (4 bytes). Then for each length its prefixes in order, 3, 4 or 5 bytes each, and after them the numbers of their names, 2
 * bytes each. Then where each name ends (4 bytes each), and the names as UTF-8. All numbers begin with their highest byte.
 */
import { closeSync, openSync, readSync } from 'node:fs';

const vendorMagic = 'NMVENDOR';
const vendorVersion = 1;
/** Digits of a prefix, and the bytes that it takes. The longest that fits is the one that counts. */
const prefixLengths = [
  { digits: 6, bytes: 3 },
  { digits: 7, bytes: 4 },
  { digits: 9, bytes: 5 },
] as const;

const headBytes = vendorMagic.length + 1 + 4 * prefixLengths.length;
/** A network has hundreds of devices, and they are listed again and again. */
const mostKept = 1_024;
const longestName = 200;

type Section = { digits: number; bytes: number; count: number; prefixesAt: number; numbersAt: number };

export class Vendors {
  readonly #fd: number;
  readonly #sections: readonly Section[];
  readonly #endsAt: number;
  readonly #namesAt: number;
  readonly #kept = new Map<string, string | null>();

  /** Throws when there is no such table, or one that cannot be read. */
  constructor(path: string) {
    this.#fd = openSync(path, 'r');
    try {
      const head = this.#read(0, headBytes);
      if (
        head.toString('latin1', 0, vendorMagic.length) !== vendorMagic ||
        head[vendorMagic.length] !== vendorVersion
      )
        throw new Error(`${path} is no table of makers of this version`);
      let at = headBytes;
      this.#sections = prefixLengths.map(({ digits, bytes }, nth) => {
        const count = head.readUInt32BE(vendorMagic.length + 1 + 4 * nth);
        const section = { digits, bytes, count, prefixesAt: at, numbersAt: at + count * bytes };
        at = section.numbersAt + 2 * count;
        return section;
      });
      this.#endsAt = at + 4;
      this.#namesAt = this.#endsAt + 4 * this.#read(at, 4).readUInt32BE();
      // Read to its last byte once: one that was cut off would fail in the middle of a list.
      const names = this.#read(this.#namesAt - 4, 4).readUInt32BE();
      if (names > 0) this.#read(this.#namesAt + names - 1, 1);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** Of an address as `02:00:5e:10:00:01`; null for one that was made up, or whose maker nobody knows. */
  nameOf(mac: string): string | null {
    if (isMadeUp(mac)) return null;
    const digits = mac.replaceAll(':', '');
    const prefix = digits.slice(0, 9);
    const kept = this.#kept.get(prefix);
    if (kept !== undefined) return kept;
    const name = this.#find(digits);
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(prefix, name);
    return name;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #find(digits: string): string | null {
    for (const section of this.#sections.toReversed()) {
      const wanted = Number.parseInt(digits.slice(0, section.digits), 16);
      let [low, high] = [0, section.count - 1];
      while (low <= high) {
        const middle = (low + high) >> 1;
        const found = this.#read(section.prefixesAt + middle * section.bytes, section.bytes).readUIntBE(
          0,
          section.bytes,
        );
        if (found === wanted) return this.#name(this.#read(section.numbersAt + 2 * middle, 2).readUInt16BE());
        if (found < wanted) low = middle + 1;
        else high = middle - 1;
      }
    }
    return null;
  }

  #name(number: number): string {
    const from = number === 0 ? 0 : this.#read(this.#endsAt + 4 * (number - 1), 4).readUInt32BE();
    const to = this.#read(this.#endsAt + 4 * number, 4).readUInt32BE();
    return this.#read(this.#namesAt + from, Math.min(to - from, longestName)).toString('utf8');
  }

  #read(at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.#fd, bytes, 0, length, at) < length)
      throw new Error('the table of makers ends too soon');
    return bytes;
  }
}

/** Phones and guests draw an address of their own, which says so in its second digit. */
export function isMadeUp(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0;
}
