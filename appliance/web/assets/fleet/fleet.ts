/** The machines as the page knows them: filled by REST, kept current by the live stream. */
import type { FleetRow, LiveChange, MachineChange } from '../api/types.ts';

/** `order`: rows came, went or were replaced as a whole; `row`: one row's values or state. */
export type FleetEvent = { kind: 'order' } | { kind: 'row'; machine: number };

export class Fleet {
  readonly rows = new Map<number, FleetRow>();
  loaded = false;
  #listeners = new Set<(event: FleetEvent) => void>();

  onChange(listener: (event: FleetEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  replace(rows: readonly FleetRow[]): void {
    this.rows.clear();
    for (const row of rows) this.rows.set(row.machine, row);
    this.loaded = true;
    this.#tell({ kind: 'order' });
  }

  /** A late sample never replaces a newer one. */
  applyLive(change: LiveChange): void {
    const row = this.rows.get(change.machine);
    if (row === undefined || (row.tMs ?? 0) > change.tMs) return;
    this.rows.set(change.machine, { ...row, tMs: change.tMs, summary: change.summary });
    this.#tell({ kind: 'row', machine: change.machine });
  }

  applyMachine(change: MachineChange): void {
    const { removed, ...machine } = change;
    if (removed === true) {
      this.remove(machine.machine);
      return;
    }
    const known = this.rows.get(machine.machine);
    this.rows.set(machine.machine, { tMs: null, summary: null, ...known, ...machine });
    this.#tell(known?.name === machine.name ? { kind: 'row', machine: machine.machine } : { kind: 'order' });
  }

  remove(machine: number): void {
    if (this.rows.delete(machine)) this.#tell({ kind: 'order' });
  }

  #tell(event: FleetEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
