/** The last value of each series of one machine, and how fast counters grow; flat arrays, nothing a sample. */
import { type Series, unscaled } from '../../protocol/series.ts';
import type { Row, Tick } from '../../protocol/ticks.ts';
import type { Latest } from '../client/types.ts';
import { rateOf } from './rate.ts';

/** Clocks of a box and its machines differ by less. */
const aheadMs = 60_000;

export class LatestValues {
  /** Scaled integers; NaN where there has been none. */
  values = new Float64Array(0);
  times = new Float64Array(0);
  rates = new Float64Array(0);
  lastMs = Number.NEGATIVE_INFINITY;
  #counters = new Uint8Array(0);
  #run: string | null = null;
  /** Where this run begins: of what was measured before it knows nothing. */
  #sinceMs = Number.NEGATIVE_INFINITY;

  get width(): number {
    return this.values.length;
  }

  /** Older ticks than the newest change nothing: what is late belongs to history. False for those. */
  take(
    tick: Tick | Row,
    tMs: number,
    series: readonly Series[],
    { presentMs = Number.POSITIVE_INFINITY, run = null }: { presentMs?: number; run?: string | null } = {},
  ): boolean {
    // What seems to be of the future was dated by a clock that was wrong then: it must not hide the present.
    if (tMs <= this.lastMs && this.lastMs <= presentMs + aheadMs) return false;
    this.lastMs = tMs;
    this.widen(tick.values.length);
    const { values, times, rates } = this;
    // Another run may count from elsewhere, and not every tick has every counter.
    if ((this.#run !== null && run !== this.#run) || tMs < this.#sinceMs) this.#sinceMs = tMs;
    this.#run = run;
    const counters = this.#countersOf(series);
    for (let index = 0; index < tick.values.length; index++) {
      const value = tick.values[index];
      if (value === undefined || Number.isNaN(value)) continue;
      if (counters[index] === 1) {
        const beforeMs = times[index]!;
        rates[index] = beforeMs >= this.#sinceMs ? rateOf(values[index]!, beforeMs, value, tMs) : Number.NaN;
      }
      values[index] = value;
      times[index] = tMs;
    }
    return true;
  }

  /** Values of that time were measured at another. */
  redate(fromMs: number, toMs: number, byMs: number): void {
    const moved = (tMs: number) => (tMs >= fromMs && tMs <= toMs ? tMs + byMs : tMs);
    for (let index = 0; index < this.width; index++) this.times[index] = moved(this.times[index]!);
    this.lastMs = moved(this.lastMs);
    this.#sinceMs = moved(this.#sinceMs);
  }

  /** What a block knows of series that have had no value since the start. */
  restore(index: number, times: Float64Array, column: Float64Array, series: Series): void {
    this.widen(index + 1);
    if (!Number.isNaN(this.times[index])) return;
    const at = column.findLastIndex((value) => !Number.isNaN(value));
    if (at < 0) return;
    this.values[index] = column[at]!;
    this.times[index] = times[at]!;
    this.lastMs = Math.max(this.lastMs, times[at]!);
    const before = column.subarray(0, at).findLastIndex((value) => !Number.isNaN(value));
    if (series.kind === 'counter' && before >= 0) {
      this.rates[index] = rateOf(column[before]!, times[before]!, column[at]!, times[at]!);
    }
  }

  /** All, or those at these places of the dictionary. */
  list(dictionary: readonly Series[], indices?: readonly number[]): Latest[] {
    const newest = new Map<string, Latest>();
    const width = Math.min(this.width, dictionary.length);
    const count = indices?.length ?? width;
    for (let at = 0; at < count; at++) {
      const index = indices === undefined ? at : indices[at]!;
      const tMs = index < width ? this.times[index]! : Number.NaN;
      if (Number.isNaN(tMs)) continue;
      const { name, unit, kind, scale } = dictionary[index]!;
      const value = unscaled(this.values[index]!, scale);
      const rate = unscaled(this.rates[index]!, scale);
      // A series that changed its unit or scale has an older namesake.
      if ((newest.get(name)?.tMs ?? Number.NEGATIVE_INFINITY) > tMs) continue;
      newest.set(name, { name, unit, kind, value, ...(Number.isNaN(rate) ? {} : { rate }), tMs });
    }
    return [...newest.values()];
  }

  /** A dictionary only grows. */
  #countersOf(series: readonly Series[]): Uint8Array {
    if (this.#counters.length !== series.length) {
      this.#counters = Uint8Array.from(series, ({ kind }) => (kind === 'counter' ? 1 : 0));
    }
    return this.#counters;
  }

  /** All three in one piece of memory: a box has a thousand machines. */
  widen(width: number): void {
    if (width <= this.width) return;
    const all = new Float64Array(3 * width).fill(Number.NaN);
    const part = (at: number, before: Float64Array) => {
      const wider = all.subarray(at * width, (at + 1) * width);
      wider.set(before);
      return wider;
    };
    this.values = part(0, this.values);
    this.times = part(1, this.times);
    this.rates = part(2, this.rates);
  }
}
