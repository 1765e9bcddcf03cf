/**
 * The last value of each series of one machine, and the one before, by which a counter grows: a thousand machines, so that
 * whoever asks works it out, and a tick with all series costs one copy.
 */
import { type Series, unscaled } from '../../protocol/series.ts';
import type { Row, Tick } from '../../protocol/ticks.ts';
import type { Latest } from '../client/types.ts';
import { rateOf } from './rate.ts';

/** Clocks of a box and its machines differ by less. */
const aheadMs = 60_000;
const none = new Float64Array(0);

/** When each value was measured; only where not all are of the same ticks. */
type Times = { last: Float64Array; before: Float64Array };

export class LatestValues {
  /** Scaled integers; NaN where there has been none. */
  #values = none;
  #before = none;
  /** Null while all values are of the newest tick, and all before them of one other. */
  #times: Times | null = null;
  #beforeMs = Number.NaN;
  /** The newest tick had all series. */
  #isWhole = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #run: string | null = null;
  /** Where this run begins: of what was measured before it knows nothing. */
  #sinceMs = Number.NEGATIVE_INFINITY;

  get width(): number {
    return this.#values.length;
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** Scaled; NaN where there has been none. */
  value(index: number): number {
    return index < this.width ? this.#values[index]! : Number.NaN;
  }

  /** When it was measured; NaN where there has been none. */
  time(index: number): number {
    if (this.#times !== null) return index < this.width ? this.#times.last[index]! : Number.NaN;
    return Number.isNaN(this.value(index)) ? Number.NaN : this.#lastMs;
  }

  /** How fast a counter grew with its last value, NaN while that is not known; of its run only. */
  rate(index: number, { kind }: Series): number {
    if (kind !== 'counter' || index >= this.width) return Number.NaN;
    const tMs = this.time(index);
    const beforeMs = this.#times === null ? this.#beforeMs : this.#times.before[index]!;
    const before = this.#before[index]!;
    return Number.isNaN(before) ? Number.NaN : rateOf(before, beforeMs, this.#values[index]!, tMs);
  }

  /** Older ticks than the newest change nothing: what is late belongs to history. False for those. */
  take({ values }: Tick | Row, tMs: number, run: string, presentMs = Number.POSITIVE_INFINITY): boolean {
    // What seems to be of the future was dated by a clock that was wrong then: it must not hide the present.
    if (tMs <= this.#lastMs && this.#lastMs <= presentMs + aheadMs) return false;
    this.#widen(values.length);
    if ((this.#run !== null && run !== this.#run) || tMs < this.#sinceMs) this.#sinceMs = tMs;
    this.#run = run;
    const row =
      values instanceof Float64Array ? values : Float64Array.from(values, (one) => one ?? Number.NaN);
    const whole = row.length === this.width && isWhole(row);
    if (whole && (this.#times === null || this.#isWhole)) {
      this.#times = null;
      const oldest = this.#before;
      this.#before = this.#values;
      this.#beforeMs = this.#ofRun(this.#lastMs);
      oldest.set(row);
      this.#values = oldest;
    } else this.#takeSome(row, tMs);
    this.#isWhole = whole;
    this.#lastMs = tMs;
    return true;
  }

  /** Another run may count from elsewhere, and not every tick has every counter: no rate leads from one to the other. */
  #ofRun(tMs: number): number {
    return tMs >= this.#sinceMs ? tMs : Number.NaN;
  }

  #takeSome(row: Float64Array, tMs: number): void {
    const times = this.#timed();
    const values = this.#values;
    const before = this.#before;
    for (let index = 0; index < row.length; index++) {
      const value = row[index]!;
      if (Number.isNaN(value)) continue;
      before[index] = values[index]!;
      times.before[index] = this.#ofRun(times.last[index]!);
      values[index] = value;
      times.last[index] = tMs;
    }
  }

  /** Values of that time were measured at another. */
  redate(fromMs: number, toMs: number, byMs: number): void {
    const moved = (tMs: number) => (tMs >= fromMs && tMs <= toMs ? tMs + byMs : tMs);
    const times = this.#times;
    for (let index = 0; times !== null && index < this.width; index++) {
      times.last[index] = moved(times.last[index]!);
      times.before[index] = moved(times.before[index]!);
    }
    this.#lastMs = moved(this.#lastMs);
    this.#beforeMs = moved(this.#beforeMs);
    this.#sinceMs = moved(this.#sinceMs);
  }

  /** What a block knows of series that have had no value since the start. */
  restore(index: number, dates: Float64Array, column: Float64Array): void {
    this.#widen(index + 1);
    if (!Number.isNaN(this.time(index))) return;
    const at = column.findLastIndex((value) => !Number.isNaN(value));
    if (at < 0) return;
    const times = this.#timed();
    this.#values[index] = column[at]!;
    times.last[index] = dates[at]!;
    this.#lastMs = Math.max(this.#lastMs, dates[at]!);
    const before = column.subarray(0, at).findLastIndex((value) => !Number.isNaN(value));
    if (before < 0) return;
    this.#before[index] = column[before]!;
    times.before[index] = dates[before]!;
  }

  /** All, or those at these places of the dictionary, and measured since then. */
  list(
    dictionary: readonly Series[],
    {
      indices,
      sinceMs = Number.NEGATIVE_INFINITY,
    }: { indices?: readonly number[] | undefined; sinceMs?: number | undefined } = {},
  ): Latest[] {
    const newest = new Map<string, Latest>();
    const width = Math.min(this.width, dictionary.length);
    const count = indices?.length ?? width;
    for (let at = 0; at < count; at++) {
      const index = indices === undefined ? at : indices[at]!;
      const tMs = index < width ? this.time(index) : Number.NaN;
      if (Number.isNaN(tMs) || tMs < sinceMs) continue;
      const series = dictionary[index]!;
      const { name, unit, kind, scale } = series;
      const value = unscaled(this.#values[index]!, scale);
      const rate = unscaled(this.rate(index, series), scale);
      // A series that changed its unit or scale has an older namesake.
      if ((newest.get(name)?.tMs ?? Number.NEGATIVE_INFINITY) > tMs) continue;
      newest.set(name, { name, unit, kind, value, ...(Number.isNaN(rate) ? {} : { rate }), tMs });
    }
    return [...newest.values()];
  }

  #timed(): Times {
    this.#times ??= {
      last: this.#values.map((value) => (Number.isNaN(value) ? Number.NaN : this.#lastMs)),
      before: this.#before.map((value) => (Number.isNaN(value) ? Number.NaN : this.#beforeMs)),
    };
    return this.#times;
  }

  #widen(width: number): void {
    if (width <= this.width) return;
    if (this.width > 0) this.#timed();
    this.#isWhole = false;
    this.#values = wider(this.#values, width);
    this.#before = wider(this.#before, width);
    if (this.#times === null) return;
    this.#times = { last: wider(this.#times.last, width), before: wider(this.#times.before, width) };
  }
}

function wider(before: Float64Array, width: number): Float64Array<ArrayBuffer> {
  const array = new Float64Array(width);
  array.set(before);
  return array.fill(Number.NaN, before.length);
}

function isWhole(row: Float64Array): boolean {
  for (let index = 0; index < row.length; index++) if (Number.isNaN(row[index])) return false;
  return true;
}
