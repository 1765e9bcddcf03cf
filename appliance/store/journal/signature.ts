/**
 * Which parts of words occur in the texts of some entries: a bit for each part of three letters and of five, so that most
 * entries need not be read for a search. What has all the bits of a word may still not have the word.
 */

/** While it grows; it is folded to what it needs when it is kept. */
const widestBits = 2 ** 15;
const leastBits = 2 ** 6;
/** At a quarter, a word of six letters is found by chance in one of 4,000 signatures. */
const fullestShare = 0.25;
const lengths = [3, 5] as const;

export class Signature {
  #bits = new Uint8Array(widestBits / 8);

  /** Folded text; parts do not reach over white space. */
  add(text: string): void {
    const mask = widestBits - 1;
    forEachPart(text, (hash) => {
      const bit = hash & mask;
      this.#bits[bit >> 3] = this.#bits[bit >> 3]! | (1 << (bit & 7));
    });
  }

  clear(): void {
    this.#bits.fill(0);
  }

  /** The narrowest form that is not too full: halves are laid over each other. */
  bytes(): Uint8Array {
    let bytes: Uint8Array = this.#bits.slice();
    while (bytes.length * 8 > leastBits) {
      const half = bytes.length / 2;
      const folded = bytes.subarray(0, half).map((byte, at) => byte | bytes[half + at]!);
      if (ones(folded) > folded.length * 8 * fullestShare) break;
      bytes = folded;
    }
    return bytes;
  }
}

/** The hashes that all have to be there; none for words of one or two letters. */
export function hashesOf(words: readonly string[]): number[] {
  const hashes = new Set<number>();
  for (const word of words) forEachPart(word, (hash) => hashes.add(hash));
  return [...hashes];
}

export function mayHold(signature: Uint8Array, hashes: readonly number[]): boolean {
  const mask = signature.length * 8 - 1;
  return hashes.every((hash) => {
    const bit = hash & mask;
    return (signature[bit >> 3]! & (1 << (bit & 7))) !== 0;
  });
}

function forEachPart(text: string, tell: (hash: number) => void): void {
  let begin = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 32;
    if (code > 32 && code !== 0xa0 && code !== 0x202f) continue;
    for (const length of lengths) {
      for (let from = begin; from + length <= at; from++) tell(hashOfPart(text, from, length));
    }
    begin = at + 1;
  }
}

/** FNV-1a over the UTF-16 units, its upper bits mixed into the lower ones, which are the ones that count. */
function hashOfPart(text: string, from: number, length: number): number {
  let hash = 0x811c9dc5 ^ length;
  for (let at = from; at < from + length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function ones(bytes: Uint8Array): number {
  let count = 0;
  for (let byte of bytes) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}
