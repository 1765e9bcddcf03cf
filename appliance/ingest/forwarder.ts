/**
 * Ticks on their way to the store. They go in small batches, stay here until the store says that they are on disk, and go
 * again when a store that did not say so comes back under a new epoch: the store knows duplicates. Bounded; when full,
 * nobody reads from the agents.
 */
import type { Tick } from '../protocol/ticks.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/daemon.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { AppendEntry, Appended, Commit } from '../store/client/types.ts';
import { Intervals } from './intervals.ts';
import { entriesOf, forgetIn, type Sent, sentOf } from './sent.ts';

export type Source = {
  machine: number;
  run: string;
  wallAtZeroMs: number;
  trusted: boolean;
  anchorMs?: number | undefined;
};
export type Durable = { machine: number; run: string; seqs: [first: number, last: number][] };

export type ForwarderListener = {
  onDurable(durable: Durable): void;
  /** The store will not take this machine's ticks; they are not acknowledged. */
  onRefused(machine: number, code: string): void;
  onFull(): void;
  onRoom(): void;
};

/** `alone`: it was in a batch that the store called malformed. */
type Entry = AppendEntry & { bytes: number; alone?: boolean };

export type ForwarderLimits = { bytes: number; batchBytes: number; delayMs: number; retryMs: number };
const forwarderLimits: ForwarderLimits = {
  bytes: 32 * 1024 * 1024,
  batchBytes: 256 * 1024,
  // A request costs the store as much as forty samples; nobody sees a tenth of a second.
  delayMs: 100,
  retryMs: 1_000,
};

/** What a tick takes in RAM, roughly: an array of doubles and three objects. */
function costOf(tick: Tick): number {
  return 160 + 12 * tick.values.length;
}

export class Forwarder implements Part {
  readonly name = 'forwarder';
  readonly #store: Pick<StoreClient, 'append' | 'commits'>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #on: ForwarderListener;
  readonly #limits: ForwarderLimits;
  /** Not yet given to the store, in order; and the entry of each machine that may still grow. */
  #pending: Entry[] = [];
  readonly #growing = new Map<number, Entry>();
  /** Given to the store of `#epoch`, not yet on disk. */
  #sent: Sent[] = [];
  #epoch: string | null = null;
  /** Whether we hear the store's commits; while not, nothing is sent. */
  #listening = false;
  #bytes = 0;
  #full = false;
  #sending = false;
  #stopped = false;
  #commits: Timer | null = null;
  #timer: Timer | null = null;

  constructor(o: {
    store: Pick<StoreClient, 'append' | 'commits'>;
    clock: Clock;
    log: Log;
    on: ForwarderListener;
    limits?: ForwarderLimits;
  }) {
    this.#store = o.store;
    this.#clock = o.clock;
    this.#log = o.log;
    this.#on = o.on;
    this.#limits = o.limits ?? forwarderLimits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get full(): boolean {
    return this.#full;
  }

  async start(): Promise<void> {
    this.#commits = this.#store.commits({
      onCommit: (commit) => this.#onCommit(commit),
      onDown: () => {
        this.#listening = false;
      },
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#commits?.stop();
    this.#timer?.stop();
  }

  /** Values stand in the order of the machine's store dictionary. */
  push(source: Source, ticks: Tick[]): void {
    let bytes = 0;
    for (const tick of ticks) bytes += costOf(tick);
    const growing = this.#growing.get(source.machine);
    if (
      growing !== undefined &&
      growing.bytes < this.#limits.batchBytes / 2 &&
      fits(growing, source, ticks)
    ) {
      for (const tick of ticks) growing.ticks.push(tick);
      growing.bytes += bytes;
    } else {
      const { machine, run, wallAtZeroMs, trusted, anchorMs } = source;
      const entry = { machine, run, wallAtZeroMs, trusted, anchorMs, ticks: ticks.slice(), bytes };
      this.#pending.push(entry);
      this.#growing.set(machine, entry);
    }
    this.#account(bytes);
    this.#plan(this.#limits.delayMs);
  }

  /** A removed machine: nothing of it is sent any more. */
  forget(machine: number): void {
    this.#growing.delete(machine);
    this.#pending = this.#pending.filter((entry) => {
      if (entry.machine !== machine) return true;
      this.#account(-entry.bytes);
      return false;
    });
    for (const sent of this.#sent) this.#account(-forgetIn(sent, machine));
  }

  #plan(delayMs: number): void {
    if (this.#timer !== null || this.#sending || this.#stopped || !this.#listening) return;
    if (this.#pending.length === 0) return;
    this.#timer = this.#clock.after(delayMs, () => {
      this.#timer = null;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const epoch = this.#epoch;
    if (epoch === null || !this.#listening || this.#stopped || this.#sending) return;
    const entries = this.#takeBatch();
    if (entries.length === 0) return;
    this.#sending = true;
    let delayMs = this.#pending.length > 0 ? 0 : this.#limits.delayMs;
    try {
      const answer = await this.#store.append(entries);
      this.#onAppended(epoch, answer, entries);
    } catch (error) {
      delayMs = this.#onFailed(error, entries);
    } finally {
      this.#sending = false;
    }
    this.#plan(delayMs);
  }

  #takeBatch(): Entry[] {
    let bytes = 0;
    let count = 0;
    for (const entry of this.#pending) {
      if (count > 0 && (entry.alone || bytes + entry.bytes > this.#limits.batchBytes)) break;
      bytes += entry.bytes;
      count += 1;
      if (entry.alone) break;
    }
    const entries = this.#pending.splice(0, count);
    for (const entry of entries) {
      if (this.#growing.get(entry.machine) === entry) this.#growing.delete(entry.machine);
    }
    return entries;
  }

  #onAppended(epoch: string, { batch, refused }: Appended, entries: Entry[]): void {
    // A path says that only this was left out, and will never be taken: it counts as handled, or it would come again
    // for ever. The store has told whom it concerns.
    const codes = new Map(
      refused.filter((one) => one.path === undefined).map((one) => [one.machine, one.code]),
    );
    const taken = codes.size === 0 ? entries : entries.filter((entry) => !codes.has(entry.machine));
    for (const entry of entries) if (codes.has(entry.machine)) this.#account(-entry.bytes);
    // If the store changed in between, this batch belongs to one or the other: it goes again. And a batch that a new store
    // took before its epoch reached us counts for the old one, which says nothing more, and goes again with the epoch.
    if (epoch === this.#epoch) this.#sent.push(sentOf(batch, taken));
    else this.#pending = [...taken, ...this.#pending];
    for (const [machine, code] of codes) this.#on.onRefused(machine, code);
  }

  /** How long to wait before the next try. */
  #onFailed(error: unknown, entries: Entry[]): number {
    const transient = !(error instanceof Failure) || !['BAD_REQUEST', 'TOO_LARGE'].includes(error.code);
    if (transient) {
      this.#log.debug('the store did not take a batch', { reason: messageOf(error) });
      this.#pending = [...entries, ...this.#pending];
      return this.#limits.retryMs;
    }
    if (entries.length > 1) {
      // One bad entry must not hold up the others: each goes alone.
      for (const entry of entries) entry.alone = true;
      this.#pending = [...entries, ...this.#pending];
      return 0;
    }
    const entry = entries[0]!;
    this.#log.error('the store refuses ticks', { machine: entry.machine, reason: messageOf(error) });
    this.#account(-entry.bytes);
    this.#on.onRefused(entry.machine, error.code);
    return 0;
  }

  #onCommit(commit: Commit): void {
    this.#onEpoch(commit.epoch);
    const done = this.#sent.filter((sent) => sent.batch <= commit.durable);
    if (done.length === 0) return;
    this.#sent = this.#sent.filter((sent) => sent.batch > commit.durable);
    const seqs = new Map<number, Map<string, Intervals>>();
    let bytes = 0;
    for (const { entries } of done) {
      for (const entry of entries) {
        if (entry === null) continue;
        bytes += entry.bytes;
        const runs = seqs.get(entry.machine) ?? new Map<string, Intervals>();
        seqs.set(entry.machine, runs);
        const intervals = runs.get(entry.run) ?? new Intervals();
        runs.set(entry.run, intervals);
        for (const [first, last] of entry.seqs) intervals.addRange(first, last);
      }
    }
    for (const [machine, runs] of seqs) {
      for (const [run, intervals] of runs) this.#on.onDurable({ machine, run, seqs: intervals.list() });
    }
    this.#account(-bytes);
  }

  #onEpoch(epoch: string): void {
    if (epoch === this.#epoch && this.#listening) return;
    this.#listening = true;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      const again = this.#sent.flatMap(entriesOf);
      this.#sent = [];
      this.#pending = [...again, ...this.#pending];
    }
    this.#plan(0);
  }

  #account(bytes: number): void {
    this.#bytes += bytes;
    if (!this.#full && this.#bytes >= this.#limits.bytes) {
      this.#full = true;
      this.#on.onFull();
    } else if (this.#full && this.#bytes < this.#limits.bytes * 0.75) {
      this.#full = false;
      this.#on.onRoom();
    }
  }
}

/** The store codes an entry's ticks as one chain, which never gets narrower. */
function fits(entry: Entry, source: Source, ticks: readonly Tick[]): boolean {
  return (
    entry.run === source.run &&
    entry.wallAtZeroMs === source.wallAtZeroMs &&
    entry.trusted === source.trusted &&
    entry.anchorMs === source.anchorMs &&
    (entry.ticks.at(-1)?.values.length ?? 0) <= (ticks[0]?.values.length ?? 0)
  );
}
