/** A stream of chunks as a source of so many bytes. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #offset = 0;

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** How many bytes were taken. */
  get offset(): number {
    return this.#offset;
  }

  /** Throws what `cut` makes of the place at which the source ended too early. */
  async take(count: number, cut: (at: number) => Error): Promise<Buffer> {
    while (this.#heldBytes < count) if (!(await this.#more())) throw cut(this.#offset + this.#heldBytes);
    const all = this.#held.length === 1 ? this.#held[0]! : Buffer.concat(this.#held);
    this.#held = all.length > count ? [all.subarray(count)] : [];
    this.#heldBytes -= count;
    this.#offset += count;
    return all.subarray(0, count);
  }

  async isAtEnd(): Promise<boolean> {
    while (this.#heldBytes === 0) if (!(await this.#more())) return true;
    return false;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#chunks.next();
    if (done === true) return false;
    const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#held.push(chunk);
    this.#heldBytes += chunk.length;
    return true;
  }
}
