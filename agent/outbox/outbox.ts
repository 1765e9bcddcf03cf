/**
 * Ticks that the box does not have on its disk yet: in RAM while it answers, on disk when it has been away longer than a
 * minute. What must be dropped is the oldest, and is named by its exact range.
 */
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';
import { messageOf, systemCodeOf } from '../../appliance/runtime/errors.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import type { Part } from '../../appliance/runtime/parts.ts';
import type { ClockPair } from './clocks.ts';
import { type Loss, Losses, lossOf } from './losses.ts';
import { type Drop, RamOutbox } from './ram.ts';
import { Replay } from './replay.ts';
import { Shelf } from './shelf.ts';

/** Some six hours at the default interval, for a disk that takes nothing. */
const ramLimits = { ticks: 4_096, bytes: 4 * 1024 * 1024 };
/** A box that restarts is back sooner. */
const usualAwayMs = 60_000;
/** A box that answers and never says that it has anything on disk is as good as away. */
const unackedMs = 300_000;
const saveBytes = 1024 * 1024;

export type OutboxOptions = {
  folder: string;
  bytes: number;
  run: string;
  series: { from(index: number): readonly Series[] };
  clocks: { readonly pairs: readonly ClockPair[]; readonly version: number };
  clock: Clock;
  log: Log;
  /** Whether there is a box that wants it: without one nothing is written. */
  wanted(): Promise<boolean>;
  /** How long the box may be away until something is written; then twice in such a time: flash wears by syncs. */
  awayMs?: number;
  ram?: { ticks: number; bytes: number };
};

export type OutboxSize = {
  ticks: number;
  bytes: number;
  newest: number;
  dropped: readonly Loss[];
  disk: { ticks: number; bytes: number; segments: number };
};

export class Outbox implements Part {
  readonly name = 'outbox';
  readonly run: string;
  readonly #o: OutboxOptions;
  readonly #ram: RamOutbox;
  readonly #shelf: Shelf;
  readonly #awayMs: number;
  readonly #losses = new Losses();
  /** Up to here everything is on disk, or was acknowledged before. */
  #savedTo = -1;
  #answering = false;
  #awaySinceMs: number;
  #savedMs: number;
  #saving: Promise<void> | undefined;
  #failed = false;

  constructor(options: OutboxOptions) {
    this.#o = options;
    const { run, folder, bytes, log, clock } = options;
    this.run = run;
    this.#awayMs = options.awayMs ?? usualAwayMs;
    this.#ram = new RamOutbox(options.ram ?? ramLimits, (drop) => this.#dropped(drop));
    this.#shelf = new Shelf({
      folder,
      run,
      bytes,
      log,
      onLoss: (loss, kept) => this.#lost(loss, kept),
      onMerged: (losses) => this.#losses.reported(losses),
    });
    this.#awaySinceMs = clock.monotonicMs();
    this.#savedMs = this.#awaySinceMs;
  }

  get newest(): number {
    return this.#ram.newest;
  }

  get size(): OutboxSize {
    const { size, newest } = this.#ram;
    const disk = { ...this.#shelf.size, segments: this.#shelf.segments.length };
    return { ...size, newest, dropped: this.#losses.all, disk };
  }

  /** Not told to the box yet. */
  get losses(): readonly Loss[] {
    return this.#losses.all;
  }

  /** A disk that does not work is no reason not to measure. */
  async start(): Promise<void> {
    await this.#shelf.start().catch((error: unknown) => this.#complain(error));
  }

  /** Keeps what the box has not got. */
  async stop(): Promise<void> {
    await this.save();
    await this.#shelf.stop();
  }

  add(tick: Tick): void {
    this.#ram.add(tick);
    const nowMs = this.#o.clock.monotonicMs();
    const due = nowMs - this.#savedMs >= this.#awayMs / 2 || this.#ram.size.bytes >= saveBytes;
    if (due && this.#isAway(nowMs, tick.runMs)) {
      this.#savedMs = nowMs;
      void this.save();
    }
  }

  /** Whether there is a box now that takes what we send. */
  set answering(is: boolean) {
    if (this.#answering && !is) this.#awaySinceMs = this.#o.clock.monotonicMs();
    this.#answering = is;
  }

  acknowledge(run: string, ranges: readonly (readonly [first: number, last: number])[]): void {
    if (run === this.run) this.#ram.acknowledge(ranges);
    this.#shelf.acknowledge(run, ranges);
  }

  /** Of this run and in RAM: at most `count` ticks above `seq` and below `before`, oldest first. */
  after(seq: number, before: number, count: number): Tick[] {
    return this.#ram.after(seq, before, count);
  }

  countUpTo(seq: number): number {
    return this.#ram.countUpTo(seq);
  }

  /** Whether a tick of this run lies on disk. */
  holds(seq: number): boolean {
    return this.#shelf.holds(this.run, seq);
  }

  /** Ranges that lie on disk, of all runs, oldest first. */
  get onDisk(): { run: string; first: number; last: number }[] {
    return this.#shelf.segments.flatMap(({ run, held }) =>
      held.spans.map(([first, last]) => ({ run, first, last })),
    );
  }

  /** Of all runs and on disk. */
  replay(): Replay {
    return new Replay(this.#shelf);
  }

  /** These are being told to the box; what is lost from now on is another loss. */
  telling(losses: readonly Loss[]): void {
    this.#losses.settle(losses);
  }

  reported(losses: readonly Loss[]): void {
    this.#losses.reported(losses);
    this.#shelf.reported(losses);
  }

  /** Writes what only RAM has. Never rejects. */
  save(): Promise<void> {
    this.#saving ??= this.#save()
      .catch((error: unknown) => this.#complain(error))
      .finally(() => {
        this.#saving = undefined;
      });
    return this.#saving;
  }

  /** Resolves when nothing is being written. */
  get written(): Promise<void> {
    return this.#saving ?? Promise.resolve();
  }

  async #save(): Promise<void> {
    if (!(await this.#o.wanted())) return;
    const ticks = this.#ram.after(this.#savedTo, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    const losses = this.#losses.unsettled;
    if (ticks.length === 0 && losses.length === 0) return;
    this.#losses.settle(losses);
    const { series, clocks } = this.#o;
    const batch = {
      ticks,
      losses,
      series: series.from(0),
      clocks: clocks.pairs,
      clocksVersion: clocks.version,
    };
    try {
      await this.#shelf.append(batch);
    } catch (error) {
      this.#losses.unsettle(losses);
      if (!isFull(error) || !this.#isRamShort || !(await this.#shelf.dropOldest())) throw error;
      await this.#shelf.append({ ...batch, losses: this.#losses.unsettled });
    }
    if (this.#failed) this.#o.log.info('the outbox is on disk again');
    this.#failed = false;
    // The box may have taken some of it meanwhile, over a connection that was opened since.
    for (const { seq } of ticks) if (!this.#ram.has(seq)) this.#shelf.acknowledge(this.run, [[seq, seq]]);
    if (ticks.length > 0) this.#saved(ticks[ticks.length - 1]!.seq);
  }

  /** The newest stays in RAM as well: it goes first when the box is back. What a session may just be sending stays, too. */
  #saved(seq: number): void {
    this.#savedTo = seq;
    if (!this.#answering) this.#ram.acknowledge([[0, Math.min(seq, this.#ram.newest - 1)]]);
  }

  get #isRamShort(): boolean {
    const limit = this.#o.ram ?? ramLimits;
    const { ticks, bytes } = this.#ram.size;
    return ticks >= limit.ticks * 0.75 || bytes >= limit.bytes * 0.75;
  }

  #isAway(nowMs: number, runMs: number): boolean {
    if (!this.#answering) return nowMs - this.#awaySinceMs >= this.#awayMs;
    return runMs - (this.#ram.oldestMs ?? runMs) >= unackedMs;
  }

  #dropped(drop: Drop): void {
    if (drop.last <= this.#savedTo) return;
    const first = Math.max(drop.first, this.#savedTo + 1);
    const why = this.#failed ? 'disk' : 'full';
    this.#lost(lossOf(this.run, this.#o.clocks.pairs, { ...drop, first, why }));
  }

  #lost(loss: Loss, kept = false): void {
    this.#losses.add(loss, kept);
    this.#o.log.debug('lost ticks', { run: loss.run, first: loss.first, last: loss.last, why: loss.why });
  }

  /** Once, until it has worked again. */
  #complain(error: unknown): void {
    if (!this.#failed)
      this.#o.log.error('the outbox cannot be written: measurements wait in RAM', {
        error: messageOf(error),
      });
    this.#failed = true;
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(systemCodeOf(error) ?? '');
}
