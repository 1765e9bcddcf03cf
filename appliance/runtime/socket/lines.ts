/** Newline-delimited JSON: splits a byte stream into lines, whatever the chunks are, within a limit. */
import { Failure } from '../errors.ts';

const newline = 0x0a;

export class LineReader {
  readonly #limit: number;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The values of the lines that this chunk completes. Throws TOO_LARGE or BAD_REQUEST; then the stream is void. */
  push(chunk: Uint8Array): unknown[] {
    const values: unknown[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#hold(chunk.subarray(from, end));
      from = end + 1;
      this.#flush(values);
    }
    this.#hold(chunk.subarray(from));
    return values;
  }

  #hold(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#heldBytes += piece.length;
    if (this.#heldBytes > this.#limit)
      throw new Failure('TOO_LARGE', `a line is longer than ${this.#limit} bytes`);
    this.#held.push(piece);
  }

  /** A line is decoded as a whole, so a character cut by a chunk boundary is whole again. */
  #flush(values: unknown[]): void {
    const line = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    if (line && line.length > 0) values.push(parseJson(this.#decoder, line));
  }
}

function parseJson(decoder: { decode(input: Uint8Array): string }, line: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(line));
  } catch (error) {
    throw new Failure('BAD_REQUEST', 'a line is not JSON', { cause: error });
  }
}
