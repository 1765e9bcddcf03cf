/**
 * How much of the time a probe was reached, out of what the store kept of its vantage points. In each cell of time (a minute
 * for the last day, ten minutes for what is longer) it counts as reached for the share of looks that the best vantage point
 * had there: the way from one room is no matter of the target. A cell in which nobody looked is unknown and left out.
 */
import type { Clock } from '../../runtime/clock.ts';
import { Failure } from '../../runtime/errors.ts';
import type { ExportColumn, StoreClient } from '../../store/client/client.ts';
import type { AvailabilitySpan } from '../client/probes.ts';
import { keptOfProbes } from '../verdict/probe-series.ts';
import type { Former } from './former.ts';

type Tier = {
  tier: 'minute' | 'ten';
  cellMs: number;
  /** What is known stays known so long. */
  freshMs: number;
  spans: readonly { span: AvailabilitySpan['span']; cells: number }[];
};

const minuteMs = 60_000;
const tenMs = 10 * minuteMs;
const cellsADay = 144;

const tiers: readonly Tier[] = [
  { tier: 'minute', cellMs: minuteMs, freshMs: minuteMs, spans: [{ span: '24h', cells: 1_440 }] },
  {
    ...{ tier: 'ten', cellMs: tenMs, freshMs: tenMs },
    spans: [
      { span: '7d', cells: 7 * cellsADay },
      { span: '30d', cells: 30 * cellsADay },
      { span: '365d', cells: 365 * cellsADay },
    ],
  },
];

/** Each entry is a few numbers. */
const mostRemembered = 512;
/** A look may be late by half its interval, and stands for the time until the next. */
const lateness = 1.5;

export type Looked = {
  id: string;
  intervalMs: number;
  vantages: readonly number[];
  /** Who checked it before, until when. */
  former?: readonly Former[];
};
type AvailabilityStore = Pick<StoreClient, 'exportPage'>;
type Remembered = { key: string; untilMs: number; spans: AvailabilitySpan[] };

export class Availability {
  readonly #o: { store: AvailabilityStore; clock: Clock; nowMs(): number };
  readonly #remembered = new Map<string, Remembered>();
  #turn: Promise<unknown> = Promise.resolve();

  /** `nowMs`: the box's time. */
  constructor(o: { store: AvailabilityStore; clock: Clock; nowMs(): number }) {
    this.#o = o;
  }

  /** One at a time: a year of several machines is some work for the store. The signal ends it, also while it waits. */
  of(looked: Looked, signal: AbortSignal): Promise<AvailabilitySpan[]> {
    const mine = this.#turn.then(async () => {
      const spans: AvailabilitySpan[] = [];
      for (const tier of tiers) spans.push(...(await this.#spansOf(tier, looked, signal)));
      return spans;
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #spansOf(tier: Tier, looked: Looked, signal: AbortSignal): Promise<AvailabilitySpan[]> {
    signal.throwIfAborted();
    const { id, intervalMs, vantages, former } = looked;
    const at = `${tier.tier} ${id}`;
    const key = JSON.stringify([intervalMs, vantages, former]);
    const known = this.#remembered.get(at);
    const monotonicMs = this.#o.clock.monotonicMs();
    if (known !== undefined && known.key === key && monotonicMs < known.untilMs) return known.spans;
    const spans = await spansOf(this.#o.store, tier, looked, this.#o.nowMs(), signal);
    this.#remembered.delete(at);
    this.#remembered.set(at, { key, untilMs: monotonicMs + tier.freshMs, spans });
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= mostRemembered) break;
      this.#remembered.delete(oldest);
    }
    return spans;
  }
}

/** One value a cell; NaN where nothing is known. */
class Cells {
  /** Of the best vantage point. */
  readonly share: Float64Array;
  readonly sumS: Float64Array;
  readonly answers: Float64Array;
  readonly highestS: Float64Array;

  constructor(count: number) {
    this.share = new Float64Array(count).fill(Number.NaN);
    this.sumS = new Float64Array(count);
    this.answers = new Float64Array(count);
    this.highestS = new Float64Array(count).fill(Number.NaN);
  }
}

async function spansOf(
  store: AvailabilityStore,
  { tier, cellMs, spans }: Tier,
  { id, intervalMs, vantages, former = [] }: Looked,
  nowMs: number,
  signal: AbortSignal,
): Promise<AvailabilitySpan[]> {
  // Where looks are rarer than cells, one stands for those that follow, too.
  const holds = intervalMs * 2 <= cellMs ? 0 : Math.ceil((lateness * intervalMs) / cellMs);
  const longest = Math.max(...spans.map(({ cells }) => cells));
  // The cell that is now is one more, and those that the first may still stand for.
  const count = longest + 1 + holds;
  const endMs = (Math.floor(nowMs / cellMs) + 1) * cellMs;
  const fromMs = endMs - count * cellMs;
  const cells = new Cells(count);
  const [up, duration] = [keptOfProbes.up + id, keptOfProbes.duration + id];
  const now = vantages.map((machine) => ({ machine, untilMs: Number.POSITIVE_INFINITY }));
  for (const { machine, untilMs } of [...now, ...former]) {
    if (untilMs <= fromMs) continue;
    const own = new Float64Array(count).fill(Number.NaN);
    const last = new Float64Array(count).fill(Number.NaN);
    const query = { machine, names: [up, duration], fromMs, toMs: endMs, tier };
    for await (const { times, columns } of pagesOf(store, query, signal))
      for (const column of columns)
        for (const [row, tMs] of times.entries()) {
          const at = Math.floor((tMs - fromMs) / cellMs);
          if (at < 0 || at >= count) continue;
          if (column.name === up) look(column, row, own, last, at);
          else answer(column, row, cells, at);
        }
    takeBest(cells.share, own, last, holds);
  }
  // As long as nobody has looked in it, what is now is not unknown.
  const end = Number.isNaN(cells.share[count - 1]) ? count - 1 : count;
  return spans.map(({ span, cells: wanted }) => spanOf(span, cells, end - wanted, end, cellMs));
}

type PageQuery = Parameters<AvailabilityStore['exportPage']>[0];

async function* pagesOf(store: AvailabilityStore, query: PageQuery, signal: AbortSignal) {
  let cursor: string | undefined;
  do {
    signal.throwIfAborted();
    try {
      const page = await store.exportPage(
        { ...query, ...(cursor === undefined ? {} : { cursor }) },
        { signal },
      );
      yield page;
      cursor = page.next ?? undefined;
    } catch (error) {
      // A machine that was removed has seen nothing.
      if (!(error instanceof Failure && error.code === 'NOT_FOUND')) throw error;
      return;
    }
  } while (cursor !== undefined);
}

function look(
  { sum, count, last: lasts, scale }: ExportColumn,
  row: number,
  own: Float64Array,
  last: Float64Array,
  at: number,
): void {
  const looks = count?.[row] ?? 0;
  if (looks === 0) return;
  const unit = 10 ** scale;
  own[at] = (sum?.[row] ?? 0) / looks / unit;
  last[at] = (lasts?.[row] ?? 0) / unit;
}

function answer({ sum, count, max, scale }: ExportColumn, row: number, cells: Cells, at: number): void {
  const answers = count?.[row] ?? 0;
  if (answers === 0) return;
  const unit = 10 ** scale;
  cells.answers[at]! += answers;
  cells.sumS[at]! += (sum?.[row] ?? 0) / unit;
  const highest = (max?.[row] ?? 0) / unit;
  if (!(cells.highestS[at]! >= highest)) cells.highestS[at] = highest;
}

function takeBest(best: Float64Array, own: Float64Array, last: Float64Array, holds: number): void {
  let standsUntil = -1;
  let stands = Number.NaN;
  for (let at = 0; at < own.length; at++) {
    let share = own[at]!;
    if (Number.isNaN(share)) share = at <= standsUntil ? stands : Number.NaN;
    else {
      stands = last[at]!;
      standsUntil = at + holds;
    }
    if (!Number.isNaN(share) && !(best[at]! >= share)) best[at] = share;
  }
}

function spanOf(
  span: AvailabilitySpan['span'],
  { share, sumS, answers, highestS }: Cells,
  from: number,
  end: number,
  cellMs: number,
): AvailabilitySpan {
  let [known, up, seconds, answered, highest] = [0, 0, 0, 0, Number.NaN];
  for (let at = Math.max(0, from); at < end; at++) {
    if (!Number.isNaN(share[at])) {
      known++;
      up += share[at]!;
    }
    seconds += sumS[at]!;
    answered += answers[at]!;
    if (!(highest >= highestS[at]!) && !Number.isNaN(highestS[at])) highest = highestS[at]!;
  }
  const cellS = cellMs / 1000;
  return {
    span,
    share: known === 0 ? null : up / known,
    knownS: known * cellS,
    unknownS: (end - from - known) * cellS,
    meanS: answered === 0 ? null : seconds / answered,
    highestS: Number.isNaN(highest) ? null : highest,
  };
}
