/**
 * Dates redone: what was measured while nobody knew the time is dated once somebody does. Chains in RAM at once, blocks in
 * small synced batches, each of which puts a block under its new key and deletes the old one: a cut leaves it once.
 */

import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { openBlock, redatedBlock } from '../blocks/block.ts';
import type { BlockOrigin } from '../blocks/header.ts';
import type { Database } from '../database/database.ts';
import type { Journal } from '../journal/journal.ts';
import { blockKey, blockRunOf } from '../keys.ts';
import type { Operation, RecordWriter } from '../records/writer.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { MachineSamples } from '../samples/machine-samples.ts';
import { blocksTextOf } from './texts.ts';
import type { BoxClock } from './trust.ts';
import type { Stretch, Undated } from './undated.ts';

const blocksPerBatch = 16;
/** A turn of the loop does no more than this: it is followed by others. */
const blocksPerTurn = 512;

export type Moved = { machine: number; fromMs: number; toMs: number };

export type RedateOptions = {
  database: Database;
  /** Where the blocks of a machine are. */
  expected: BlockIndex;
  writer: RecordWriter;
  clock: Pick<BoxClock, 'correctionOf' | 'state'>;
  undated: Undated;
  machine(machine: number): MachineSamples;
  journal: Journal;
  log: Log;
  /** Blocks now stand at these dates. */
  onMoved?(moved: Moved): void;
};

/** When the run's millisecond 0 was, or undefined while nobody knows. */
export function datingOf(
  { run, wallAtZeroMs, anchorMs }: Pick<BlockOrigin, 'run' | 'wallAtZeroMs' | 'anchorMs'>,
  o: { clock: Pick<BoxClock, 'correctionOf'>; seen: { zeroOf(run: string): number | undefined } },
): number | undefined {
  const byMs = anchorMs === undefined ? undefined : o.clock.correctionOf(anchorMs);
  return byMs === undefined ? o.seen.zeroOf(run) : wallAtZeroMs + byMs;
}

/** The chains of one machine that can be dated now; says whether there were any. */
export function redateHead(
  { head, seen, latest }: MachineSamples,
  clock: Pick<BoxClock, 'correctionOf'>,
): boolean {
  let any = false;
  for (const chain of head.open) {
    if (chain.trusted) continue;
    const zeroMs = datingOf(chain, { clock, seen });
    if (zeroMs === undefined) continue;
    const { wallAtZeroMs, firstRunMs, lastRunMs } = chain;
    latest.redate(wallAtZeroMs + firstRunMs, wallAtZeroMs + lastRunMs, zeroMs - wallAtZeroMs);
    chain.redate(zeroMs);
    any = true;
  }
  return any;
}

type Tally = { blocks: number; ticks: number; fromMs: number; toMs: number; machines: Set<number> };
const nothing = (): Tally => ({
  ...{ blocks: 0, ticks: 0, machines: new Set() },
  ...{ fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY },
});

export class Redating {
  readonly #o: RedateOptions;
  #moved = nothing();
  #toldUndated = 0;

  constructor(o: RedateOptions) {
    this.#o = o;
  }

  /** Some of what can be dated; never beside a seal, which writes what it took with the date that it had. */
  async turn(signal?: AbortSignal): Promise<void> {
    let left = blocksPerTurn;
    let undatable = 0;
    for (const stretch of this.#o.undated.list()) {
      if (left <= 0 || signal?.aborted) return;
      const known = this.#knownOf(stretch);
      if (stretch.triedWith === known) continue;
      const { moved, kept, isThrough } = await this.#redate(stretch, left);
      left -= moved;
      if (!isThrough) return;
      stretch.triedWith = known;
      undatable += kept;
    }
    await this.#tell(undatable);
  }

  /** Changes whenever more can be dated than before. */
  #knownOf({ machine, run }: Stretch): string {
    const { trusted, provisionalMs } = this.#o.clock.state();
    return `${trusted} ${provisionalMs} ${this.#o.machine(machine).seen.zeroOf(run)}`;
  }

  async #redate(
    stretch: Stretch,
    most: number,
  ): Promise<{ moved: number; kept: number; isThrough: boolean }> {
    const { database, expected, undated } = this.#o;
    const { machine, run, fromMs, toMs } = stretch;
    const runStart = run.slice(0, 8);
    let moved = 0;
    let kept = 0;
    let batch: { operations: Operation[]; tallies: (() => void)[] } = { operations: [], tallies: [] };
    for (const { key } of expected.blocksOf(machine, fromMs, toMs + 1)) {
      if (blockRunOf(key) !== runStart) continue;
      const bytes = await database.get(key);
      // A seal or the budget may have been faster.
      if (bytes === undefined) continue;
      const found = this.#redated(machine, key, bytes);
      if (found === 'undatable') kept++;
      if (typeof found === 'string') continue;
      batch.operations.push(...found.operations);
      batch.tallies.push(found.tally);
      moved++;
      if (moved % blocksPerBatch === 0) {
        await this.#write(batch);
        batch = { operations: [], tallies: [] };
        if (moved >= most) return { moved, kept, isThrough: false };
      }
    }
    if (kept === 0) batch.operations.push(undated.done(stretch));
    await this.#write(batch);
    return { moved, kept, isThrough: true };
  }

  async #write({ operations, tallies }: { operations: Operation[]; tallies: (() => void)[] }): Promise<void> {
    if (operations.length > 0) await this.#o.writer.write(operations);
    for (const tally of tallies) tally();
  }

  #redated(
    machine: number,
    key: Buffer,
    bytes: Buffer,
  ): 'certain' | 'undatable' | { operations: Operation[]; tally(): void } {
    try {
      const { header, ticks } = openBlock(bytes);
      if (header.trusted || header.machine !== machine) return 'certain';
      const { seen, latest } = this.#o.machine(machine);
      const zeroMs = datingOf(header, { clock: this.#o.clock, seen });
      if (zeroMs === undefined) return 'undatable';
      const byMs = zeroMs - header.wallAtZeroMs;
      const { times } = ticks();
      const [oldFromMs, oldToMs] = bounds(times);
      const put = blockKey(machine, oldFromMs + byMs, header.run, header.firstSeq);
      const operations: Operation[] = [{ type: 'put', key: put, value: redatedBlock(bytes, zeroMs) }];
      if (!put.equals(key)) operations.push({ type: 'del', key });
      const tally = () => {
        latest.redate(oldFromMs, oldToMs, byMs);
        this.#count(machine, times.length, oldFromMs + byMs, oldToMs + byMs);
      };
      return { operations, tally };
    } catch (error) {
      this.#o.log.error('a block is damaged: it keeps its date', { machine, error: messageOf(error) });
      return 'certain';
    }
  }

  #count(machine: number, ticks: number, fromMs: number, toMs: number): void {
    const sum = this.#moved;
    sum.blocks++;
    sum.ticks += ticks;
    sum.fromMs = Math.min(sum.fromMs, fromMs);
    sum.toMs = Math.max(sum.toMs, toMs);
    sum.machines.add(machine);
    this.#o.onMoved?.({ machine, fromMs, toMs });
  }

  /** Once everything was looked through. */
  async #tell(undatable: number): Promise<void> {
    const { journal, log, clock } = this.#o;
    const actor = { who: 'store', role: 'system', from: 'box' };
    const { blocks, ticks, fromMs, toMs, machines } = this.#moved;
    if (blocks > 0) {
      const details = { blocks, ticks, machines: [...machines].slice(0, 100), fromMs, toMs };
      this.#moved = nothing();
      log.info('blocks were dated anew', { blocks, ticks, machines: machines.size });
      await journal.note({ ...actor, kind: 'clock.redated', text: blocksTextOf('redated', blocks), details });
    }
    if (undatable > this.#toldUndated && clock.state().trusted) {
      this.#toldUndated = undatable;
      log.warn('blocks keep a date that is not certain', { blocks: undatable });
      const text = blocksTextOf('undated', undatable);
      await journal.note({ ...actor, kind: 'clock.undated', text, details: { blocks: undatable } });
    }
  }
}

function bounds(times: Float64Array): [fromMs: number, toMs: number] {
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const tMs of times) {
    fromMs = Math.min(fromMs, tMs);
    toMs = Math.max(toMs, tMs);
  }
  return [fromMs, toMs];
}
