/** The series of this run, numbered in the order in which they first had a value. Nothing is ever renumbered. */
import { limits } from '../appliance/protocol/limits.ts';
import type { Series } from '../appliance/protocol/series.ts';
import { isOfProbe, SeriesRoom } from '../appliance/protocol/series-room.ts';
import type { Clock } from '../appliance/runtime/clock.ts';

const HOUR_MS = 3_600_000;
/** Until then the machine is being looked at for the first time and everything on it is new. */
const FIRST_LOOK_MS = 60_000;

/** Holds itself to the bounds that the box sets, so that a machine whose devices come and go is never refused. */
export class Catalog {
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #indexes = new Map<string, number>();
  readonly #series: Series[] = [];
  readonly #room = new SeriesRoom();
  #hourMs: number;
  #newThisHour = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.#hourMs = this.#startedMs;
  }

  get length(): number {
    return this.#series.length;
  }

  from(index: number): Series[] {
    return this.#series.slice(index);
  }

  /** The number of a series, or undefined when there is no room for one more. */
  indexOf(series: Series): number | undefined {
    const known = this.#indexes.get(series.name);
    if (known !== undefined) return known;
    if (!this.#mayGrow(series)) return undefined;
    this.#room.take(series);
    const index = this.#series.length;
    this.#series.push(series);
    this.#indexes.set(series.name, index);
    return index;
  }

  #mayGrow(series: Series): boolean {
    if (!this.#room.has(series)) return false;
    // How many of these there are is decided at the box.
    if (isOfProbe(series)) return true;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#startedMs < FIRST_LOOK_MS) return true;
    if (nowMs - this.#hourMs >= HOUR_MS) {
      this.#hourMs = nowMs;
      this.#newThisHour = 0;
    }
    this.#newThisHour += 1;
    return this.#newThisHour <= limits.newSeriesPerHour;
  }
}
