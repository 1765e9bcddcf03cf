/** What a producer sent in order and was told is on disk, also over stores that end and begin anew. */
import type { StoreClient } from '../../appliance/store/client/client.ts';
import type { Commit } from '../../appliance/store/client/types.ts';

export class SentBatches {
  /** Every batch that was answered: with it, all ticks below `upTo` were sent. */
  readonly all: { epoch: string; batch: number; upTo: number }[] = [];
  #acked = 0;
  #next = 0;
  #epoch = '';
  #durable = 0;
  /** Batches of this epoch that are on the way to the disk. */
  #pending: { batch: number; upTo: number }[] = [];

  /** Ticks 0 to next − 1 were sent; after a loss everything from what is on disk on is sent again. */
  get next(): number {
    return this.#next;
  }

  /** Ticks 0 to acked − 1 are on disk. */
  get acked(): number {
    return this.#acked;
  }

  /** The store process that tells its position; empty while there is none. */
  get epoch(): string {
    return this.#epoch;
  }

  /** All that was sent is on disk. */
  get settled(): boolean {
    return this.#epoch !== '' && this.#pending.length === 0 && this.#acked === this.#next;
  }

  /** Until stopped. What was known of an earlier process is over. */
  follow(client: StoreClient): { stop(): void } {
    this.#lostSight();
    return client.commits({
      onCommit: (commit) => this.#committed(commit),
      onDown: () => this.#lostSight(),
    });
  }

  /** The answer to a batch that was sent in this epoch; false when that is over, and nobody knows what became of it. */
  answered(epoch: string, batch: number, upTo: number): boolean {
    if (epoch !== this.#epoch || epoch === '') return false;
    this.#pending.push({ batch, upTo });
    this.all.push({ epoch, batch, upTo });
    this.#next = upTo;
    this.#settle();
    return true;
  }

  #committed({ epoch, durable }: Commit): void {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#pending = [];
      this.#next = this.#acked;
    }
    this.#durable = durable;
    this.#settle();
  }

  #settle(): void {
    while (this.#pending.length > 0 && this.#pending[0]!.batch <= this.#durable)
      this.#acked = Math.max(this.#acked, this.#pending.shift()!.upTo);
  }

  #lostSight(): void {
    this.#epoch = '';
    this.#pending = [];
  }
}
