/** How far this machine's clock is from the box's, as long as the box knows what time it is. */
import { metricSeries } from '../appliance/protocol/metrics.table.ts';
import type { Clock } from '../appliance/runtime/clock.ts';
import type { Reading } from './collectors/collector.ts';

const OFFSET = metricSeries('system.clock.offset');
/** Acks come every half minute; what the box said longer ago than this says nothing any more. */
const freshMs = 300_000;

export class BoxTime {
  readonly #clock: Clock;
  readonly #runMs: () => number;
  #pair: { runMs: number; wallMs: number } | undefined;

  constructor(o: { clock: Clock; runMs(): number }) {
    this.#clock = o.clock;
    this.#runMs = o.runMs;
  }

  /** What time it was at the box when this run was so old; undefined when the box does not say. */
  heard(pair: { runMs: number; wallMs: number; trusted: boolean } | undefined): void {
    if (pair !== undefined) this.#pair = pair.trusted ? pair : undefined;
  }

  /** The machine has slept: the run stood still meanwhile, and the box's clock did not. */
  forget(): void {
    this.#pair = undefined;
  }

  readonly collect = (out: Reading): void => {
    if (this.#pair === undefined) return;
    const sinceMs = this.#runMs() - this.#pair.runMs;
    if (sinceMs > freshMs) return;
    out.put(OFFSET, (this.#clock.wallMs() - (this.#pair.wallMs + sinceMs)) / 1_000);
  };
}
