/** What time alone changes of a probe: what its machines found grows old, or was found by a clock that is no more. */
import type { ProbeDefinition } from '../client/probes.ts';
import type { Cells } from './cells.ts';

export class Silences {
  readonly #cells: Pick<Cells, 'has' | 'isOverdue'>;
  /** Of how many of its machines nothing was known, or only what had grown old. */
  readonly #counts = new Map<string, number>();

  constructor(cells: Pick<Cells, 'has' | 'isOverdue'>) {
    this.#cells = cells;
  }

  /** Since the last question. */
  hasChanged(probe: ProbeDefinition, machines: readonly number[]): boolean {
    let count = 0;
    for (const machine of machines)
      if (!this.#cells.has(probe.id, machine) || this.#cells.isOverdue(probe, machine)) count += 1;
    if (this.#counts.get(probe.id) === count) return false;
    this.#counts.set(probe.id, count);
    return true;
  }

  forget(id: string): void {
    this.#counts.delete(id);
  }
}
