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

export type Taken = { taken: number; duplicates: number; newest: boolean };

/** How samples come in: into which segment of the log, and through what, if they are not from there. */
export type Taking = {
  segment: number;
  log: ChainWriter | null;
  /** Widened by the dates of what is taken. */
  times: Times;
  stampMs: number;
  presentMs: number;
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

  take(entry: Arrival, o: Taking): Taken {
    const result: Taken = { taken: 0, duplicates: 0, newest: false };
    const about = { presentMs: o.presentMs, run: entry.run };
    for (const tick of entry.ticks) {
      if (!this.seen.add(entry.run, tick.seq, o.stampMs)) {
        result.duplicates++;
      } else {
        const tMs = this.head.append(entry, tick, o);
        if (tMs < o.times.fromMs) o.times.fromMs = tMs;
        if (tMs >= o.times.toMs) o.times.toMs = tMs + 1;
        if (this.latest.take(tick, tMs, about)) result.newest = true;
        result.taken++;
      }
    }
    return result;
  }

  summary(series: readonly Series[]): DatedSummary {
    if (this.#plan.width !== series.length) this.#plan = planSummary(series);
    return { tMs: this.latest.lastMs, summary: summarize(this.#plan, this.latest) };
  }
}
