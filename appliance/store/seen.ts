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

  get bounds(): readonly number[] {
    return this.#bounds;
  }

  has(seq: number): boolean {
    const at = this.#firstEndingFrom(seq);
    return at < this.#bounds.length && this.#bounds[at]! <= seq;
  }

  /** False when it was there already. */
  add(seq: number): boolean {
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

export type SeenRun = { run: string; touchedMs: number; bounds: readonly number[] };

/** An agent that restarts every ten minutes for 8 days stays below; beyond it the run untouched longest goes. */
const mostRuns = 1200;

/** All runs of one machine. */
export class Seen {
  readonly #runs = new Map<string, { touchedMs: number; intervals: Intervals }>();

  constructor(runs: readonly SeenRun[] = []) {
    for (const { run, touchedMs, bounds } of runs) {
      this.#runs.set(run, { touchedMs, intervals: new Intervals(bounds) });
    }
  }

  /** False when this tick was received before. */
  add(run: string, seq: number, nowMs: number): boolean {
    return this.#touched(run, nowMs).add(seq);
  }

  addRange(run: string, first: number, last: number, nowMs: number): void {
    this.#touched(run, nowMs).addRange(first, last);
  }

  has(run: string, seq: number): boolean {
    return this.#runs.get(run)?.intervals.has(seq) ?? false;
  }

  /** Forgets runs that were last heard of before this date. */
  forget(beforeMs: number): void {
    for (const [run, { touchedMs }] of this.#runs) if (touchedMs < beforeMs) this.#runs.delete(run);
  }

  list(): SeenRun[] {
    return [...this.#runs].map(([run, { touchedMs, intervals }]) => ({
      run,
      touchedMs,
      bounds: intervals.bounds,
    }));
  }

  #touched(run: string, nowMs: number): Intervals {
    const found = this.#runs.get(run) ?? { touchedMs: nowMs, intervals: new Intervals() };
    found.touchedMs = nowMs;
    if (!this.#runs.has(run)) {
      this.#runs.set(run, found);
      if (this.#runs.size > mostRuns) this.#runs.delete(oldest(this.#runs));
    }
    return found.intervals;
  }
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
