/** A producer with a ledger of its own: what it sent to the store, what it was told is on disk, what it finds again. */
import { createStoreClient, type StoreClient } from '../../appliance/store/client/client.ts';
import type { AppendBatch } from '../../appliance/store/client/types.ts';
import { gauge } from '../helpers/store-parts.ts';
import { SentBatches } from './sent-batches.ts';

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
  readonly sent = new SentBatches();
  #machines: number[] = [];
  readonly #commits;

  constructor(runDir: string) {
    this.client = createStoreClient({ runDir, as: 'ingest' });
    this.#reader = createStoreClient({ runDir, as: 'console' });
    this.#commits = this.sent.follow(this.client);
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
      const { next: first, epoch } = this.sent;
      const upTo = first + ticksPerBatch;
      const { batch } = await this.client.append(this.#batch(first, upTo));
      // An answer that comes after the store has begun anew belongs to an epoch that is over.
      if (!this.sent.answered(epoch, batch, upTo)) return;
    }
  }

  /** Compares what is on disk by the ledger with what the store answers. */
  async compare(from = 0): Promise<Findings> {
    const findings: Findings = { lost: 0, wrong: 0 };
    const { acked } = this.sent;
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
}
