/** Which ticks of a run were received: closed intervals of seq, so that a repeated tick has no effect. */

/** Runs are remembered for this long, so nothing older is taken while the clock can be believed. */
export const recognisedMs = 8 * 24 * 3_600_000;
/** When a run was last heard of while nobody knew the date: not forgotten before it is heard of again. */
export const undatedMs = Number.MAX_SAFE_INTEGER;

/** More holes than this in one run are nobody's network: the oldest is closed, its late ticks count as known. */
const mostIntervals = 1000;

/** Sorted, disjoint, not adjacent; [first, last, first, last, …]. */
export class Intervals {
  readonly #bounds: number[];

  constructor(bounds: readonly number[] = []) {
    this.#bounds = [...bounds];
  }

  get count(): number {
    return this.#bounds.length / 2;
  }

  /** All holes count as received. */
  closeHoles(): void {
    this.#bounds.splice(1, Math.max(0, this.#bounds.length - 2));
  }

  get bounds(): readonly number[] {
    return this.#bounds;
  }

  has(seq: number): boolean {
    const at = this.#firstEndingFrom(seq);
    return at < this.#bounds.length && this.#bounds[at]! <= seq;
  }

  /** Most often it is the next one; false when it is not. */
  follow(seq: number): boolean {
    const bounds = this.#bounds;
    const last = bounds.length - 1;
    if (bounds[last] !== seq - 1) return false;
    bounds[last] = seq;
    return true;
  }

  /** False when it was there already. */
  add(seq: number): boolean {
    if (this.follow(seq)) return true;
    if (this.has(seq)) return false;
    this.addRange(seq, seq);
    return true;
  }

  addRange(first: number, last: number): void {
    const bounds = this.#bounds;
    const from = this.#firstEndingFrom(first - 1);
    let to = from;
    let low = first;
    let high = last;
    while (to < bounds.length && bounds[to]! <= last + 1) {
      low = Math.min(low, bounds[to]!);
      high = Math.max(high, bounds[to + 1]!);
      to += 2;
    }
    bounds.splice(from, to - from, low, high);
    if (bounds.length > mostIntervals * 2) bounds.splice(1, 2);
  }

  /** Where the first interval begins that ends at seq or later; most often the last one. */
  #firstEndingFrom(seq: number): number {
    const bounds = this.#bounds;
    let at = bounds.length;
    while (at > 0 && bounds[at - 1]! >= seq) at -= 2;
    return at;
  }
}

/** `zeroMs`: the date of the run's millisecond 0 as the box's clock told it when it was first trusted. */
export type SeenRun = {
  run: string;
  touchedMs: number;
  bounds: readonly number[];
  zeroMs?: number | undefined;
};

type Known = { touchedMs: number; intervals: Intervals; zeroMs: number | undefined };

/** An agent that restarts every ten minutes for 8 days stays below; beyond it the run untouched longest goes. */
const mostRuns = 1200;
/** Beyond one interval for each run. The list is written with every seal: a machine must not make it a large one. */
const mostHoles = 4000;

/** All runs of one machine. */
export class Seen {
  readonly #runs = new Map<string, Known>();
  #holes = 0;

  constructor(runs: readonly SeenRun[] = []) {
    for (const { run, touchedMs, bounds, zeroMs } of runs) {
      const intervals = new Intervals(bounds);
      this.#runs.set(run, { touchedMs, intervals, zeroMs });
      this.#holes += holesOf(intervals);
    }
  }

  /** False when this tick was received before. */
  add(run: string, seq: number, nowMs: number): boolean {
    const intervals = this.#touched(run, nowMs);
    return intervals.follow(seq) || this.#counted(intervals, () => intervals.add(seq));
  }

  addRange(run: string, first: number, last: number, nowMs: number): void {
    const intervals = this.#touched(run, nowMs);
    this.#counted(intervals, () => intervals.addRange(first, last));
  }

  /** A trusted dating of the run; the first one counts, because it is nearest to what was not trusted before it. True for it. */
  dated(run: string, zeroMs: number): boolean {
    const known = this.#runs.get(run);
    if (known === undefined || known.zeroMs !== undefined) return false;
    known.zeroMs = zeroMs;
    return true;
  }

  zeroOf(run: string): number | undefined {
    return this.#runs.get(run)?.zeroMs;
  }

  has(run: string, seq: number): boolean {
    return this.#runs.get(run)?.intervals.has(seq) ?? false;
  }

  /** Forgets runs that were last heard of before this date. */
  forget(beforeMs: number): void {
    for (const [run, { touchedMs }] of this.#runs) if (touchedMs < beforeMs) this.#drop(run);
  }

  list(): SeenRun[] {
    return [...this.#runs].map(([run, { touchedMs, intervals, zeroMs }]) => ({
      ...{ run, touchedMs, bounds: intervals.bounds },
      ...(zeroMs === undefined ? {} : { zeroMs }),
    }));
  }

  #drop(run: string): void {
    const found = this.#runs.get(run);
    if (found !== undefined) this.#holes -= holesOf(found.intervals);
    this.#runs.delete(run);
  }

  /** Beyond the limit the run with the most holes pays. */
  #counted<T>(intervals: Intervals, change: () => T): T {
    const before = holesOf(intervals);
    const result = change();
    this.#holes += holesOf(intervals) - before;
    if (this.#holes > mostHoles) {
      let worst = intervals;
      for (const one of this.#runs.values()) if (one.intervals.count > worst.count) worst = one.intervals;
      this.#holes -= holesOf(worst);
      worst.closeHoles();
    }
    return result;
  }

  #touched(run: string, nowMs: number): Intervals {
    const known = this.#runs.get(run);
    if (known !== undefined) {
      known.touchedMs = nowMs;
      return known.intervals;
    }
    if (this.#runs.size >= mostRuns) this.#drop(oldest(this.#runs));
    const intervals = new Intervals();
    this.#runs.set(run, { touchedMs: nowMs, intervals, zeroMs: undefined });
    return intervals;
  }
}

function holesOf(intervals: Intervals): number {
  return Math.max(0, intervals.count - 1);
}

function oldest(runs: ReadonlyMap<string, { touchedMs: number }>): string {
  let name = '';
  let leastMs = Number.POSITIVE_INFINITY;
  for (const [run, { touchedMs }] of runs) {
    if (touchedMs < leastMs) {
      name = run;
      leastMs = touchedMs;
    }
  }
  return name;
}
