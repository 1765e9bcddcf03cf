/** Goes once through what lies on the shelf, oldest first, while more may be put there and acks take it away. */
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import type { ClockPair } from './clocks.ts';
import type { SegmentContent } from './segment-content.ts';
import type { Segment, Shelf } from './shelf.ts';

/** Ticks of one run with one dictionary, in their order. */
export type Portion = { run: string; series: readonly Series[]; clocks: readonly ClockPair[]; ticks: Tick[] };

type Reading = { segment: Segment; content: SegmentContent; ticks: Generator<Tick>; seq: number };

export class Replay {
  readonly #shelf: Shelf;
  #reading: Reading | undefined;
  /** The last segment that was gone through. */
  #done = 0;
  #began = false;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** Given out and without an ack. */
  get outstanding(): number {
    let count = 0;
    for (const { number, held } of this.#shelf.segments) {
      if (number <= this.#done) count += held.count;
      else if (number === this.#reading?.segment.number) count += held.countUpTo(this.#reading.seq);
    }
    return count;
  }

  /** Undefined when all has been given out. `count` follows from how many series there are. */
  async next(count: (series: number) => number): Promise<Portion | undefined> {
    if (!this.#began) await this.#shelf.seal();
    this.#began = true;
    for (;;) {
      this.#reading ??= await this.#open();
      if (this.#reading === undefined) return undefined;
      const portion = take(this.#reading, count(this.#reading.content.series.length));
      if (portion !== undefined) return portion;
      this.#done = this.#reading.segment.number;
      this.#reading = undefined;
    }
  }

  async #open(): Promise<Reading | undefined> {
    for (;;) {
      const segment = this.#shelf.segments.find(({ number, held }) => number > this.#done && !held.empty);
      if (segment === undefined) return undefined;
      const content = await this.#shelf.load(segment);
      if (content !== undefined && !segment.held.empty)
        return { segment, content, ticks: content.ticks(), seq: -1 };
      this.#done = segment.number;
    }
  }
}

function take(reading: Reading, count: number): Portion | undefined {
  const { segment, content } = reading;
  const ticks: Tick[] = [];
  while (ticks.length < count) {
    const next = reading.ticks.next();
    if (next.done) break;
    reading.seq = next.value.seq;
    if (segment.held.has(next.value.seq)) ticks.push(next.value);
  }
  if (ticks.length === 0) return undefined;
  return { run: segment.run, series: content.series, clocks: segment.clocks, ticks };
}
