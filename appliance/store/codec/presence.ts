/** Whether a tick has a value, bit by bit: gaps come in stretches. */
import { Contexts, type RangeDecoder, type RangeEncoder } from './range-coder.ts';

/** The two ticks before: there or not. */
const contexts = 4;
const beginning = 3;

export class Presence {
  readonly #contexts = new Contexts(contexts);
  #before = beginning;

  reset(): void {
    this.#contexts.reset();
    this.#before = beginning;
  }

  encode(out: RangeEncoder, present: boolean): void {
    const bit = present ? 1 : 0;
    out.bit(this.#contexts, this.#before, bit);
    this.#before = ((this.#before << 1) | bit) & 3;
  }

  decode(input: RangeDecoder): boolean {
    const bit = input.bit(this.#contexts, this.#before);
    this.#before = ((this.#before << 1) | bit) & 3;
    return bit !== 0;
  }
}
