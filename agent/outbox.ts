/** Ticks that the box does not have on its disk yet. */
import type { Tick } from '../appliance/protocol/ticks.ts';

export type Range = { first: number; last: number };

/**
 * What the link needs of an outbox. Ticks of one run, in the order of their numbers; a tick stays until an ack covers
 * it. An outbox on disk, with ticks of earlier runs, fits behind the same interface.
 */
export interface Outbox {
  add(tick: Tick): void;
  /** Forgets what is on the box's disk. Acks may come in any order, repeat, and name what was never here. */
  acknowledge(ranges: readonly (readonly [first: number, last: number])[]): void;
  /** At most `count` ticks numbered above `seq` and below `before`, oldest first. */
  after(seq: number, before: number, count: number): Tick[];
  /** How many ticks numbered up to `seq` are waiting. */
  countUpTo(seq: number): number;
  readonly newest: number;
  readonly size: { ticks: number; bytes: number };
  /** Ranges that had to be dropped for want of room and were not reported yet. */
  readonly dropped: readonly Range[];
  /** These ranges have been told to the box. */
  reported(ranges: readonly Range[]): void;
}

/** What a tick costs in RAM, roughly: an object, and an array of numbers that partly do not fit a small integer. */
export function bytesOf(tick: Tick): number {
  return 96 + 12 * tick.values.length;
}

export class RamOutbox implements Outbox {
  readonly #limit: { ticks: number; bytes: number };
  readonly #onDrop: (range: Range) => void;
  #ticks: Tick[] = [];
  #bytes = 0;
  #newest = -1;
  #dropped: Range[] = [];

  constructor(limit: { ticks: number; bytes: number }, onDrop: (range: Range) => void = () => undefined) {
    this.#limit = limit;
    this.#onDrop = onDrop;
  }

  get newest(): number {
    return this.#newest;
  }

  get size(): { ticks: number; bytes: number } {
    return { ticks: this.#ticks.length, bytes: this.#bytes };
  }

  get dropped(): readonly Range[] {
    return this.#dropped;
  }

  add(tick: Tick): void {
    if (tick.seq <= this.#newest) throw new RangeError(`tick ${tick.seq} comes after tick ${this.#newest}`);
    this.#ticks.push(tick);
    this.#bytes += bytesOf(tick);
    this.#newest = tick.seq;
    this.#makeRoom();
  }

  acknowledge(ranges: readonly (readonly [first: number, last: number])[]): void {
    const covered = (seq: number) => ranges.some(([first, last]) => seq >= first && seq <= last);
    this.#ticks = this.#ticks.filter((tick) => {
      if (!covered(tick.seq)) return true;
      this.#bytes -= bytesOf(tick);
      return false;
    });
  }

  after(seq: number, before: number, count: number): Tick[] {
    const from = this.#position(seq + 1);
    const ticks = this.#ticks.slice(from, from + count);
    while (ticks.length > 0 && ticks[ticks.length - 1]!.seq >= before) ticks.pop();
    return ticks;
  }

  countUpTo(seq: number): number {
    return this.#position(seq + 1);
  }

  reported(ranges: readonly Range[]): void {
    this.#dropped = this.#dropped.filter((range) => !ranges.includes(range));
  }

  /** The newest tick always stays: a machine with too many series still has a present. */
  #makeRoom(): void {
    let first: number | undefined;
    let last = -1;
    while (
      this.#ticks.length > 1 &&
      (this.#ticks.length > this.#limit.ticks || this.#bytes > this.#limit.bytes)
    ) {
      const oldest = this.#ticks.shift()!;
      this.#bytes -= bytesOf(oldest);
      first ??= oldest.seq;
      last = oldest.seq;
    }
    if (first !== undefined) this.#noteDropped({ first, last });
  }

  /** Drops that follow each other are one range, unless it is just being told to the box. */
  #noteDropped(range: Range): void {
    const before = this.#dropped.at(-1);
    if (before !== undefined && before.last + 1 === range.first) {
      this.#dropped[this.#dropped.length - 1] = { first: before.first, last: range.last };
    } else this.#dropped.push(range);
    this.#onDrop(range);
  }

  /** Where the first tick numbered `seq` or higher stands. */
  #position(seq: number): number {
    let low = 0;
    let high = this.#ticks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ticks[middle]!.seq < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
