/** A producer with a ledger of its own: what it sent to the store, what it was told is on disk, what it finds again. */
import { createStoreClient, type StoreClient } from '../../appliance/store/client/client.ts';
import type { AppendBatch, Commit } from '../../appliance/store/client/types.ts';
import { gauge } from '../helpers/store-parts.ts';

export type Findings = { lost: number; wrong: number };

export const stepMs = 1000;
const machineCount = 3;
const ticksPerBatch = 5;
export const startMs = Date.UTC(2026, 0, 1);
export const run = 'd'.repeat(32);
/** Buckets of one question. */
const window = 3000;

/** Neighbours always differ, so that a missing value cannot be hidden by the one beside it. */
export function expected(machine: number, seq: number): number {
  return (Math.imul(seq + 1, 2654435761) ^ Math.imul(machine, 40503)) >>> 8;
}

export class Ledger {
  readonly client: StoreClient;
  /** Whoever appends may not read. */
  readonly #reader: StoreClient;
  /** Every batch that was sent: with it, all ticks below `upTo` were. */
  readonly sent: { epoch: string; batch: number; upTo: number }[] = [];
  /** Ticks 0 to next − 1 were sent, 0 to acked − 1 are on disk: they are sent in order, also after a loss. */
  acked = 0;
  #next = 0;
  #machines: number[] = [];
  #epoch = '';
  #durable = 0;
  /** Batches of this epoch that are on the way to the disk: number, and the tick behind their last. */
  #pending: { batch: number; upTo: number }[] = [];
  readonly #commits;

  constructor(runDir: string) {
    this.client = createStoreClient({ runDir, as: 'ingest' });
    this.#reader = createStoreClient({ runDir, as: 'console' });
    this.#commits = this.client.commits({
      onCommit: (commit) => this.#committed(commit),
      onDown: () => this.#lostSight(),
    });
  }

  async admitMachines(): Promise<void> {
    for (let index = 1; index <= machineCount; index++) {
      const key = index.toString(16).padStart(64, '0');
      const { machine } = await this.client.admit({ key, name: `pc ${index}`, by: 'ledger', local: false });
      await this.client.series(machine, [gauge('value')]);
      this.#machines.push(machine);
    }
  }

  get machines(): readonly number[] {
    return this.#machines;
  }

  /** Sends until the signal ends it; the store going away ends it too. */
  async send(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const first = this.#next;
      const epoch = this.#epoch;
      const upTo = first + ticksPerBatch;
      const { batch } = await this.client.append(this.#batch(first, upTo));
      // An answer that comes after the store has begun anew belongs to an epoch that is over.
      if (epoch !== this.#epoch || epoch === '') return;
      this.#pending.push({ batch, upTo });
      this.sent.push({ epoch, batch, upTo });
      this.#next = upTo;
      this.#settle();
    }
  }

  /** Until all that was sent is on disk. */
  get settled(): boolean {
    return this.#epoch !== '' && this.#pending.length === 0 && this.acked === this.#next;
  }

  /** The store process that tells its position; empty while there is none. */
  get epoch(): string {
    return this.#epoch;
  }

  /** Compares what is on disk by the ledger with what the store answers. */
  async compare(from = 0): Promise<Findings> {
    const findings: Findings = { lost: 0, wrong: 0 };
    const acked = this.acked;
    for (const machine of this.#machines) {
      for (let first = Math.max(0, from); first < acked; first += window) {
        const last = Math.min(acked, first + window);
        const fromMs = startMs + first * stepMs;
        const toMs = startMs + last * stepMs;
        const range = { machine, names: ['value'], fromMs, toMs, points: window };
        const { columns } = await this.#reader.range(range);
        for (let seq = first; seq < last; seq++)
          this.#judge(findings, machine, seq, columns[0]?.mean[seq - first]);
      }
    }
    return findings;
  }

  close(): void {
    this.#commits.stop();
    this.client.close();
    this.#reader.close();
  }

  #judge(findings: Findings, machine: number, seq: number, found: number | null | undefined): void {
    if (found === expected(machine, seq)) return;
    const isNeighbour = [1, 2].some((distance) => found === expected(machine, seq + distance));
    if (found === null || found === undefined || isNeighbour) findings.lost++;
    else findings.wrong++;
  }

  #batch(first: number, upTo: number): AppendBatch {
    return this.#machines.map((machine) => {
      const ticks = [];
      for (let seq = first; seq < upTo; seq++) {
        ticks.push({ seq, runMs: seq * stepMs, values: [expected(machine, seq)] });
      }
      return { machine, run, wallAtZeroMs: startMs, trusted: false, ticks };
    });
  }

  #committed({ epoch, durable }: Commit): void {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#pending = [];
      // What was not on disk may be lost: from there on everything is sent again.
      this.#next = this.acked;
    }
    this.#durable = durable;
    this.#settle();
  }

  #settle(): void {
    while (this.#pending.length > 0 && this.#pending[0]!.batch <= this.#durable) {
      this.acked = Math.max(this.acked, this.#pending.shift()!.upTo);
    }
  }

  #lostSight(): void {
    this.#epoch = '';
    this.#pending = [];
  }
}
