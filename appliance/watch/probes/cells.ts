/** What each machine found last, of each probe: heard from the agents' door in words, and from the store in numbers. */
import type { DatedResult } from '../../ingest/client/types.ts';
import type { ProbeDefinition, VantageResult } from '../client/probes.ts';

/** `atMs`: of the last word that counted. */
type Cell = VantageResult & { atMs: number };

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

const nothing: Omit<Cell, 'machine'> = {
  ...{ verdict: 'unknown', reason: null, sinceMs: null, lastMs: null, durationS: null },
  atMs: Number.NEGATIVE_INFINITY,
};

/** The box's clock was set back: what was found by the wrong time is no news of the future. */
const futureMs = 60_000;

export class Cells {
  /** Of most probes one. */
  readonly #cells = new Map<string, Cell[]>();
  /** What was found before that was found of something else. */
  readonly #fromMs = new Map<string, number>();
  readonly #nowMs: () => number;

  constructor(o: { nowMs(): number }) {
    this.#nowMs = o.nowMs;
  }

  heard(machine: number, { probe, verdict, reason, atMs }: DatedResult): void {
    if (this.#isOfBefore(probe, atMs)) return;
    const cell = this.#cellOf(probe, machine);
    const isSame = cell.verdict === verdict;
    // The value of the same look, or of one behind it, may have come first: then this says why.
    if (atMs < cell.atMs && !isSame) return;
    cell.sinceMs = isSame ? Math.min(atMs, cell.sinceMs ?? atMs) : atMs;
    cell.verdict = verdict;
    cell.reason = reason ?? null;
    cell.lastMs = Math.max(atMs, cell.lastMs ?? 0);
    cell.atMs = Math.max(atMs, cell.atMs);
  }

  /** Older than what is known, it changes nothing. Whether what is said of it is something else now. */
  measured(machine: number, id: string, metric: ProbeSeries, value: number, tMs: number): boolean {
    if (this.#isOfBefore(id, tMs)) return false;
    const cell = this.#cellOf(id, machine);
    if (metric === 'probe.duration') {
      cell.durationS = value;
      return false;
    }
    if (tMs < cell.atMs) return false;
    const verdict = value > 0 ? 'up' : 'down';
    const isSame = verdict === cell.verdict && cell.sinceMs !== null;
    if (verdict !== cell.verdict) cell.reason = null;
    if (!isSame) cell.sinceMs = tMs;
    cell.verdict = verdict;
    cell.lastMs = tMs;
    cell.atMs = tMs;
    return !isSame;
  }

  of(probe: Pick<ProbeDefinition, 'id' | 'intervalMs'>, machine: number): VantageResult {
    const { atMs: _, ...cell } = this.#find(probe.id, machine) ?? nothing;
    // What is unknown is told once, and not measured.
    if (!this.isOverdue(probe, machine)) return { ...cell, machine };
    const reason = { code: 'OVERDUE', detail: '' };
    return { ...cell, machine, verdict: 'unknown', reason, sinceMs: null };
  }

  /** What was found last says nothing any more. */
  isOverdue(probe: Pick<ProbeDefinition, 'id' | 'intervalMs'>, machine: number): boolean {
    const cell = this.#find(probe.id, machine);
    if (cell === undefined || cell.verdict === 'unknown' || cell.lastMs === null) return false;
    return this.#nowMs() - cell.lastMs > lastsMs(probe);
  }

  /** It counts: by the time that it is now. */
  has(id: string, machine: number): boolean {
    return this.#find(id, machine) !== undefined;
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
    for (const [id, cells] of this.#cells)
      this.#cells.set(
        id,
        cells.filter((cell) => cell.machine !== machine),
      );
  }

  #isOfBefore(id: string, atMs: number): boolean {
    const fromMs = this.#fromMs.get(id) ?? 0;
    return atMs < fromMs && fromMs <= this.#nowMs() + futureMs;
  }

  #find(id: string, machine: number): Cell | undefined {
    const found = this.#cells.get(id)?.find((cell) => cell.machine === machine);
    return found === undefined || found.atMs > this.#nowMs() + futureMs ? undefined : found;
  }

  /** To be written to. */
  #cellOf(id: string, machine: number): Cell {
    const found = this.#find(id, machine);
    if (found !== undefined) return found;
    const made: Cell = { machine, ...nothing };
    const others = this.#cells.get(id)?.filter((cell) => cell.machine !== machine) ?? [];
    this.#cells.set(id, [...others, made]);
    return made;
  }
}
