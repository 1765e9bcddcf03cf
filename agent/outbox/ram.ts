/** Ticks of this run that the box does not have on its disk yet, in RAM, bounded. */
import type { Tick } from '../../appliance/protocol/ticks.ts';

export type Range = { first: number; last: number };
/** What had to go for want of room, and when it was measured. */
export type Drop = Range & { fromMs: number; toMs: number };

/** What a tick costs in RAM, roughly: an object, and an array of numbers that partly do not fit a small integer. */
export function bytesOf(tick: Tick): number {
  return 96 + 12 * tick.values.length;
}

/** In the order of their numbers; a tick stays until an ack covers it. */
export class RamOutbox {
  readonly #limit: { ticks: number; bytes: number };
  readonly #onDrop: (drop: Drop) => void;
  #ticks: Tick[] = [];
  #bytes = 0;
  #newest = -1;

  constructor(limit: { ticks: number; bytes: number }, onDrop: (drop: Drop) => void = () => undefined) {
    this.#limit = limit;
    this.#onDrop = onDrop;
  }

  get newest(): number {
    return this.#newest;
  }

  get size(): { ticks: number; bytes: number } {
    return { ticks: this.#ticks.length, bytes: this.#bytes };
  }

  /** When the oldest was measured. */
  get oldestMs(): number | undefined {
    return this.#ticks[0]?.runMs;
  }

  add(tick: Tick): void {
    if (tick.seq <= this.#newest) throw new RangeError(`tick ${tick.seq} comes after tick ${this.#newest}`);
    this.#ticks.push(tick);
    this.#bytes += bytesOf(tick);
    this.#newest = tick.seq;
    this.#makeRoom();
  }

  /** Forgets what is on the box's disk. Acks may come in any order, repeat, and name what was never here. */
  acknowledge(ranges: readonly (readonly [first: number, last: number])[]): void {
    const covered = (seq: number) => ranges.some(([first, last]) => seq >= first && seq <= last);
    this.#ticks = this.#ticks.filter((tick) => {
      if (!covered(tick.seq)) return true;
      this.#bytes -= bytesOf(tick);
      return false;
    });
  }

  /** At most `count` ticks numbered above `seq` and below `before`, oldest first. */
  after(seq: number, before: number, count: number): Tick[] {
    const from = this.#position(seq + 1);
    const ticks = this.#ticks.slice(from, from + count);
    while (ticks.length > 0 && ticks[ticks.length - 1]!.seq >= before) ticks.pop();
    return ticks;
  }

  has(seq: number): boolean {
    return this.#ticks[this.#position(seq)]?.seq === seq;
  }

  /** How many ticks numbered up to `seq` are waiting. */
  countUpTo(seq: number): number {
    return this.#position(seq + 1);
  }

  /** The newest tick always stays: a machine with too many series still has a present. */
  #makeRoom(): void {
    let from: Tick | undefined;
    let to: Tick | undefined;
    while (
      this.#ticks.length > 1 &&
      (this.#ticks.length > this.#limit.ticks || this.#bytes > this.#limit.bytes)
    ) {
      to = this.#ticks.shift()!;
      from ??= to;
      this.#bytes -= bytesOf(to);
    }
    if (from !== undefined && to !== undefined)
      this.#onDrop({ first: from.seq, last: to.seq, fromMs: from.runMs, toMs: to.runMs });
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
