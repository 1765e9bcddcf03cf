/** What each machine found last, of each probe: heard from the agents' door in words, and from the store in numbers. */
import type { DatedResult } from '../../ingest/client/types.ts';
import type { ProbeDefinition, VantageResult } from '../client/probes.ts';

/** `atMs`: of the last word that counted. */
type Cell = Omit<VantageResult, 'machine'> & { atMs: number };

export type ProbeSeries = 'probe.up' | 'probe.duration';

/** Of `probe.up:abcdefg2` and its like; null: none that is looked at here. */
export function probeSeriesOf(series: string): { metric: ProbeSeries; id: string } | null {
  const at = series.indexOf(':');
  const metric = series.slice(0, at);
  return metric === 'probe.up' || metric === 'probe.duration' ? { metric, id: series.slice(at + 1) } : null;
}

/** Later than this, what was found last says nothing any more. */
function lastsMs({ intervalMs }: Pick<ProbeDefinition, 'intervalMs'>): number {
  return 3 * intervalMs + 60_000;
}

const nothing: Cell = {
  ...{ verdict: 'unknown', reason: null, sinceMs: null, lastMs: null, durationS: null },
  atMs: Number.NEGATIVE_INFINITY,
};

/** The box's clock was set back: what was found by the wrong time is no news of the future. */
const futureMs = 60_000;

export class Cells {
  readonly #cells = new Map<string, Map<number, Cell>>();
  /** What was found before that was found of something else. */
  readonly #fromMs = new Map<string, number>();
  readonly #nowMs: () => number;

  constructor(o: { nowMs(): number }) {
    this.#nowMs = o.nowMs;
  }

  heard(machine: number, { probe, verdict, reason, atMs }: DatedResult): void {
    const before = this.#of(probe, machine);
    const isSame = before.verdict === verdict;
    // The value of the same look, or of one behind it, may have come first: then this says why.
    if (this.#isOfBefore(probe, atMs) || (atMs < before.atMs && !isSame)) return;
    this.#put(probe, machine, {
      ...before,
      ...{ verdict, reason: reason ?? null },
      sinceMs: isSame ? Math.min(atMs, before.sinceMs ?? atMs) : atMs,
      lastMs: Math.max(atMs, before.lastMs ?? 0),
      atMs: Math.max(atMs, before.atMs),
    });
  }

  /** Older than what is known, it changes nothing. */
  measured(machine: number, id: string, metric: ProbeSeries, value: number, tMs: number): void {
    if (this.#isOfBefore(id, tMs)) return;
    const before = this.#of(id, machine);
    if (metric === 'probe.duration') {
      this.#put(id, machine, { ...before, durationS: value });
      return;
    }
    if (tMs < before.atMs) return;
    const verdict = value > 0 ? 'up' : 'down';
    const isSame = verdict === before.verdict;
    this.#put(id, machine, {
      ...before,
      ...{ verdict, lastMs: tMs, atMs: tMs },
      reason: isSame ? before.reason : null,
      sinceMs: isSame ? (before.sinceMs ?? tMs) : tMs,
    });
  }

  of(probe: Pick<ProbeDefinition, 'id' | 'intervalMs'>, machine: number): VantageResult {
    const { atMs: _, ...cell } = this.#of(probe.id, machine);
    const isOverdue = cell.lastMs !== null && this.#nowMs() - cell.lastMs > lastsMs(probe);
    // What is unknown is told once, and not measured.
    if (!isOverdue || cell.verdict === 'unknown') return { machine, ...cell };
    return { machine, ...cell, verdict: 'unknown', reason: { code: 'OVERDUE', detail: '' }, sinceMs: null };
  }

  /** It looks at something else now. */
  renew(id: string): void {
    this.#cells.delete(id);
    this.#fromMs.set(id, this.#nowMs());
  }

  forget(id: string): void {
    this.#cells.delete(id);
    this.#fromMs.delete(id);
  }

  forgetMachine(machine: number): void {
    for (const cells of this.#cells.values()) cells.delete(machine);
  }

  #isOfBefore(id: string, atMs: number): boolean {
    const fromMs = this.#fromMs.get(id) ?? 0;
    return atMs < fromMs && fromMs <= this.#nowMs() + futureMs;
  }

  #of(id: string, machine: number): Cell {
    const found = this.#cells.get(id)?.get(machine);
    return found === undefined || found.atMs > this.#nowMs() + futureMs ? nothing : found;
  }

  #put(id: string, machine: number, cell: Cell): void {
    const cells = this.#cells.get(id) ?? new Map<number, Cell>();
    this.#cells.set(id, cells);
    cells.set(machine, cell);
  }
}
