// A set of sequence numbers as intervals: numbers come mostly in order, and an ack lists first and last of each.
export class Intervals {
  readonly #all: [first: number, last: number][] = [];
  #sorted = true;

  add(seq: number): void {
    this.addRange(seq, seq);
  }

  addRange(first: number, last: number): void {
    const before = this.#all.at(-1);
    if (before !== undefined && first === before[1] + 1) {
      before[1] = last;
      return;
    }
    if (before !== undefined && first <= before[1]) this.#sorted = false;
    this.#all.push([first, last]);
  }

  /** Sorted, without overlaps. */
  list(): [first: number, last: number][] {
    const sorted = this.#sorted ? this.#all : this.#all.toSorted((a, b) => a[0] - b[0]);
    const merged: [number, number][] = [];
    for (const [first, last] of sorted) {
      const before = merged.at(-1);
      if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
      else merged.push([first, last]);
    }
    return merged;
  }
}
