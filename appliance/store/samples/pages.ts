/**
 * Room for the bytes that wait in RAM, in pages of one size out of few large pieces: thousands of small arrays would cost
 * as much again in objects, and leave holes when they go.
 */
import type { ByteWriter } from '../../protocol/bytes.ts';

export const pageBytes = 2048;
const pagesPerPiece = 128;

/** `free` lists the places in the piece that nobody has, the last one first to go. */
type Piece = { bytes: Uint8Array; free: Uint8Array; left: number };

export class Pages {
  readonly #pieces: (Piece | null)[] = [];
  /** No piece before this one has a page left. */
  #first = 0;

  /** How many are taken. */
  get used(): number {
    return this.#pieces.reduce((sum, piece) => sum + (piece === null ? 0 : pagesPerPiece - piece.left), 0);
  }

  get byteLength(): number {
    return this.#pieces.reduce((sum, piece) => sum + (piece?.bytes.length ?? 0), 0);
  }

  /** The number of a page that is the caller's until it gives it back. The oldest piece with room first, so that others empty. */
  take(): number {
    let at = this.#first;
    while (this.#pieces[at]?.left === 0) at++;
    this.#first = at;
    let piece = this.#pieces[at] ?? null;
    if (piece === null) {
      const free = Uint8Array.from({ length: pagesPerPiece }, (_, place) => pagesPerPiece - 1 - place);
      piece = { bytes: new Uint8Array(pagesPerPiece * pageBytes), free, left: pagesPerPiece };
      this.#pieces[at] = piece;
    }
    return at * pagesPerPiece + piece.free[--piece.left]!;
  }

  give(page: number): void {
    const at = Math.floor(page / pagesPerPiece);
    const piece = this.#pieces[at]!;
    piece.free[piece.left++] = page % pagesPerPiece;
    if (piece.left === pagesPerPiece) this.#pieces[at] = null;
    this.#first = Math.min(this.#first, at);
  }

  /** The bytes from one to before another. */
  write(page: number, at: number, bytes: ByteWriter, from: number, to: number): void {
    const { bytes: all } = this.#pieces[Math.floor(page / pagesPerPiece)]!;
    bytes.copyTo(all, (page % pagesPerPiece) * pageBytes + at, from, to);
  }

  read(page: number, length: number): Uint8Array {
    const { bytes } = this.#pieces[Math.floor(page / pagesPerPiece)]!;
    const start = (page % pagesPerPiece) * pageBytes;
    return bytes.subarray(start, start + length);
  }
}
