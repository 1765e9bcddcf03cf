/**
 * Memory that columns are decoded in. A question about a day needs a hundred arrays for a moment each; made anew they
 * would set off a collection of garbage every few questions, which costs more than the decoding.
 */
import { placeCount, type States } from './contexts.ts';

/** More are not kept: a block needs a handful at a time. */
const mostKept = 24;
const mostNumbers = 2048;

export class Room {
  #states: States | null = null;
  readonly #free: Float64Array[] = [];

  /** Of one stream at a time. */
  get states(): States {
    this.#states ??= new Int32Array(placeCount);
    return this.#states;
  }

  /** With any content. */
  take(count: number): Float64Array {
    const free = this.#free;
    for (let at = free.length - 1; at >= 0; at--) {
      const one = free[at]!;
      if (one.length !== count) continue;
      free[at] = free[free.length - 1]!;
      free.pop();
      return one;
    }
    return new Float64Array(count);
  }

  /** Nobody else looks at it any more. */
  give(array: Float64Array): void {
    if (array.length > mostNumbers || this.#free.includes(array)) return;
    if (this.#free.length === mostKept) this.#free.shift();
    this.#free.push(array);
  }
}
