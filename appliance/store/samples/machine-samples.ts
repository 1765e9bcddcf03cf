/** Everything that RAM holds of one machine's samples. */
import type { ByteWriter } from '../../protocol/bytes.ts';
import type { Series } from '../../protocol/series.ts';
import { BlockModels } from '../blocks/body.ts';
import type { Arrival } from '../client/append.ts';
import type { DatedSummary } from '../client/types.ts';
import type { ChainWriter } from '../log/chains.ts';
import type { Times } from '../recovery/wal-marks.ts';
import { Head } from './head.ts';
import { LatestValues } from './latest.ts';
import type { Pages } from './pages.ts';
import { Seen, type SeenRun } from './seen.ts';
import { planSummary, type SummaryPlan, summarize } from './summary.ts';

/** How samples come in: into which segment of the log, and through what, if they are not from there. */
export type Taking = {
  readonly segment: number;
  readonly log: ChainWriter | null;
  readonly stampMs: number;
  readonly presentMs: number;
  /** Ticks so far, and the dates of those that are taken. */
  taken: number;
  duplicates: number;
  readonly times: Times;
};

export class MachineSamples {
  readonly machine: number;
  readonly head: Head;
  readonly latest = new LatestValues();
  readonly seen: Seen;
  readonly models: BlockModels;
  /** Monotonic. */
  nextSealMs: number;
  #plan: SummaryPlan = { width: 0, uses: [] };

  constructor(
    machine: number,
    o: { scratch: ByteWriter; pages: Pages; nextSealMs: number; seen: readonly SeenRun[] },
  ) {
    this.machine = machine;
    this.head = new Head(o.scratch, o.pages);
    this.nextSealMs = o.nextSealMs;
    this.seen = new Seen(o.seen);
    // Any number between 0 and 1 that is another for each neighbour.
    this.models = new BlockModels((machine * 0.618) % 1);
  }

  /** The earliest date of what is newer than what was known; infinite when nothing is. */
  take(entry: Arrival, o: Taking): number {
    let newSinceMs = Number.POSITIVE_INFINITY;
    for (const tick of entry.ticks) {
      if (!this.seen.add(entry.run, tick.seq, o.stampMs)) {
        o.duplicates++;
        continue;
      }
      o.taken++;
      const tMs = this.head.append(entry, tick, o);
      if (tMs < o.times.fromMs) o.times.fromMs = tMs;
      if (tMs >= o.times.toMs) o.times.toMs = tMs + 1;
      if (this.latest.take(tick, tMs, entry.run, o.presentMs)) newSinceMs = Math.min(newSinceMs, tMs);
    }
    return newSinceMs;
  }

  summary(series: readonly Series[]): DatedSummary {
    if (this.#plan.width !== series.length) this.#plan = planSummary(series);
    return { tMs: this.latest.lastMs, summary: summarize(this.#plan, this.latest) };
  }
}
