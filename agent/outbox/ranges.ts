/** Sets of numbers as sorted ranges without overlaps: what waits, what was acknowledged. */
export type Span = [first: number, last: number];

export class Ranges {
  #all: Span[];

  constructor(all: readonly (readonly [first: number, last: number])[] = []) {
    this.#all = all.map(([first, last]) => [first, last]);
  }

  get spans(): readonly (readonly [number, number])[] {
    return this.#all;
  }

  get empty(): boolean {
    return this.#all.length === 0;
  }

  get count(): number {
    return this.countUpTo(Number.POSITIVE_INFINITY);
  }

  has(number: number): boolean {
    return this.#all.some(([first, last]) => number >= first && number <= last);
  }

  countUpTo(number: number): number {
    let count = 0;
    for (const [first, last] of this.#all) if (first <= number) count += Math.min(last, number) - first + 1;
    return count;
  }

  /** Numbers come in order, and never twice. */
  append(first: number, last: number): void {
    const end = this.#all[this.#all.length - 1];
    if (end !== undefined && first <= end[1]) throw new RangeError(`${first} comes after ${end[1]}`);
    if (end !== undefined && first === end[1] + 1) end[1] = last;
    else this.#all.push([first, last]);
  }

  /** Whether anything of it was there. */
  remove(first: number, last: number): boolean {
    const left: Span[] = [];
    let removed = false;
    for (const [from, to] of this.#all) {
      if (to < first || from > last) {
        left.push([from, to]);
        continue;
      }
      removed = true;
      if (from < first) left.push([from, first - 1]);
      if (to > last) left.push([last + 1, to]);
    }
    if (removed) this.#all = left;
    return removed;
  }
}
