/** The producer of samples: what it sent, what it was told is on disk, and whether the reading API gives back just that. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreClient, type StoreClient } from '../../../appliance/store/client/client.ts';
import type { AppendBatch } from '../../../appliance/store/client/types.ts';
import { SentBatches } from '../sent-batches.ts';
import { compareStreams, counterAt, gaugeAt, run, type Stream, series } from './streams.ts';
import type { Tally } from './tally.ts';

const ticksPerBatch = 5;
const betweenBatchesMs = 4;

export class SampleLedger {
  readonly client: StoreClient;
  readonly #reader: StoreClient;
  readonly #streams: readonly Stream[];
  readonly #machines: number[] = [];
  readonly sent = new SentBatches();
  /** Ticks up to here were sent once at least, whether they were answered or not. */
  #begun = 0;
  #commits: { stop(): void } | null = null;

  constructor(runDir: string, streams: readonly Stream[]) {
    this.#streams = streams;
    this.client = createStoreClient({ runDir, as: 'ingest' });
    this.#reader = createStoreClient({ runDir, as: 'console' });
  }

  get streams(): readonly (Stream & { machine: number })[] {
    return this.#streams.map((stream, index) => ({ ...stream, machine: this.#machines[index]! }));
  }

  /** The store has begun anew: follows it at once, without the pauses of a reconnection. */
  async attach(): Promise<void> {
    this.#commits?.stop();
    this.#commits = this.sent.follow(this.client);
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
      const { next: first, epoch } = this.sent;
      if (epoch === '') continue;
      const upTo = first + ticksPerBatch;
      this.#begun = Math.max(this.#begun, upTo);
      const { batch, refused } = await this.client.append(this.#batch(first, upTo));
      if (refused.length > 0) throw new Error(`the store refused samples: ${JSON.stringify(refused[0])}`);
      // What comes after the store has begun anew is sent again.
      this.sent.answered(epoch, batch, upTo);
    }
  }

  async compare(tally: Tally, from = 0): Promise<void> {
    const { acked } = this.sent;
    const { streams } = this;
    await compareStreams(tally, { streams, from, acked, sent: this.#begun, read: this.#reader.exportPage });
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
}
