/** The producer of samples: what it sent, what it was told is on disk, and whether the reading API gives back just that. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreClient, type StoreClient } from '../../../appliance/store/client/client.ts';
import type { AppendBatch, Commit } from '../../../appliance/store/client/types.ts';
import { compareStreams, counterAt, gaugeAt, run, type Stream, series } from './streams.ts';
import type { Tally } from './tally.ts';

const ticksPerBatch = 5;
const betweenBatchesMs = 4;

export class SampleLedger {
  readonly client: StoreClient;
  readonly #reader: StoreClient;
  readonly #streams: readonly Stream[];
  readonly #machines: number[] = [];
  /** Ticks 0 to acked − 1 of every stream are on disk; up to #sent they were sent once at least. */
  acked = 0;
  #sent = 0;
  /** Every batch that was sent: with it, all ticks below `upTo` were. */
  readonly batches: { epoch: string; batch: number; upTo: number }[] = [];
  #next = 0;
  #epoch = '';
  #durable = 0;
  #pending: { batch: number; upTo: number }[] = [];
  #commits: { stop(): void } | null = null;

  constructor(runDir: string, streams: readonly Stream[]) {
    this.#streams = streams;
    this.client = createStoreClient({ runDir, as: 'ingest' });
    this.#reader = createStoreClient({ runDir, as: 'console' });
  }

  get streams(): readonly (Stream & { machine: number })[] {
    return this.#streams.map((stream, index) => ({ ...stream, machine: this.#machines[index]! }));
  }

  /** The store process that tells its position; empty while there is none. */
  get epoch(): string {
    return this.#epoch;
  }

  /** The store has begun anew: follows it at once, without the pauses of a reconnection. */
  async attach(): Promise<void> {
    this.#commits?.stop();
    this.#lostSight();
    this.#commits = this.client.commits({
      onCommit: (commit) => this.#committed(commit),
      onDown: () => this.#lostSight(),
    });
    for (const index of this.#streams.keys()) {
      if (this.#machines[index] !== undefined) continue;
      const key = (index + 1).toString(16).padStart(64, 'f');
      const name = `stream ${index}`;
      const { machine } = await this.client.admit({ key, name, by: 'ledger', local: false });
      await this.client.series(machine, series);
      this.#machines[index] = machine;
    }
  }

  async send(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(betweenBatchesMs);
      const epoch = this.#epoch;
      if (epoch === '') continue;
      const first = this.#next;
      const upTo = first + ticksPerBatch;
      this.#sent = Math.max(this.#sent, upTo);
      const { batch, refused } = await this.client.append(this.#batch(first, upTo));
      if (refused.length > 0) throw new Error(`the store refused samples: ${JSON.stringify(refused[0])}`);
      // An answer that comes after the store has begun anew belongs to an epoch that is over.
      if (epoch !== this.#epoch) continue;
      this.#pending.push({ batch, upTo });
      this.batches.push({ epoch, batch, upTo });
      this.#next = upTo;
      this.#settle();
    }
  }

  get settled(): boolean {
    return this.#epoch !== '' && this.#pending.length === 0 && this.acked === this.#next;
  }

  async compare(tally: Tally, from = 0): Promise<void> {
    const { acked } = this;
    const { streams } = this;
    await compareStreams(tally, { streams, from, acked, sent: this.#sent, read: this.#reader.exportPage });
  }

  close(): void {
    this.#commits?.stop();
    this.client.close();
    this.#reader.close();
  }

  #batch(first: number, upTo: number): AppendBatch {
    return this.#machines.map((machine, index) => {
      const { zeroMs, stepMs } = this.#streams[index]!;
      const ticks = [];
      for (let seq = first; seq < upTo; seq++)
        ticks.push({ seq, runMs: seq * stepMs, values: [gaugeAt(machine, seq), counterAt(machine, seq)] });
      return { machine, run, wallAtZeroMs: zeroMs, trusted: true, ticks };
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
    while (this.#pending.length > 0 && this.#pending[0]!.batch <= this.#durable)
      this.acked = Math.max(this.acked, this.#pending.shift()!.upTo);
  }

  #lostSight(): void {
    this.#epoch = '';
    this.#pending = [];
  }
}
