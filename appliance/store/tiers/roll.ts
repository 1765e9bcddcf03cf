/**
 * What has aged becomes its coarser form: in one synced batch the records are written and what they were made of is
 * deleted, so that every sample counts once, whatever happens. What comes late for a time that has been rolled up joins
 * its record in the same way.
 */
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { type Block, openBlock, readColumns, readTimes } from '../blocks/block.ts';
import type { Undated } from '../clock/undated.ts';
import type { Database } from '../database/database.ts';
import { joined, type Slice, sortedSlice } from '../history/slices.ts';
import { blockRunOf, blockStartOf, rollupKey, rollupPlace } from '../keys.ts';
import type { Dictionaries } from '../records/dictionary.ts';
import type { Operation, RecordWriter } from '../records/writer.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import { type Cells, createCells, takeCell } from './cells.ts';
import type { CoarseHistory } from './coarse.ts';
import { encodeRollup, gridOf, openRollup, type RollupOrigin } from './rollup.ts';
import { runNumber } from './runs.ts';
import { type Coarse, groupOf, tiers, windowStart } from './tiers.ts';

export type RollOptions = {
  database: Database;
  /** Where the blocks of a machine are. */
  expected: Pick<BlockIndex, 'blocksOf' | 'get'>;
  writer: RecordWriter;
  dictionaries: Dictionaries;
  history: CoarseHistory;
  undated: Pick<Undated, 'has'>;
  log: Log;
  /** Told before what is damaged or missing is written over: afterwards nothing would show it. */
  onLost(loss: { machine: number; fromMs: number; toMs: number }): Promise<void>;
  /** Awaited between pieces of work, so that nobody waits long. */
  pause(): Promise<void>;
};

/** Of one step; `samples` is what was read for it. */
export type Rolled = { samples: number; deleted: number; deletedBytes: number; written: number };

/** In RAM at once. */
const mostValues = 1_500_000;
const columnsAtOnce = 8;
/** A block that cannot be rolled up is looked at again after the next start. */
const mostLeft = 10_000;

/** The cells of a window by index in the dictionary. */
type Windows = Map<number, Map<number, Cells>>;

export class Roller {
  readonly #o: RollOptions;
  /** Keys of blocks that stay: damaged, or of a date or series that nobody knows. */
  readonly #left = new Set<string>();

  constructor(o: RollOptions) {
    this.#o = o;
  }

  /** Some of a machine's blocks that begin before a date, as minutes; null when there are no more of them. */
  async rollBlocks(machine: number, beforeMs: number): Promise<Rolled | null> {
    const taken = await this.#takeBlocks(machine, beforeMs);
    if (taken.length === 0) return null;
    const series = [...new Set(taken.flatMap(({ block }) => block.series))].sort((a, b) => a - b);
    const slices: Slice[] = [];
    for (const { block } of taken) slices.push(await this.#sliceOf(block, series));
    slices.sort((a, b) => a.startMs - b.startMs);
    const windows: Windows = new Map();
    const newest = new Map<number, Cells>();
    const dictionary = this.#o.dictionaries.of(machine);
    for await (const { times, columns, runs } of joined(slices)) {
      const whole = times.map(Math.floor);
      for (const { startMs, from, to } of windowsOf(whole)) {
        for (const [at, index] of series.entries()) {
          const { kind } = dictionary[index]!;
          const cells = cellsIn(windows, { tier: 'minute', startMs }, index, kind);
          follow(cells, newest.get(index));
          newest.set(index, cells);
          cells.feed(whole, columns[at]!, runs, from, to);
        }
      }
    }
    const operations = await this.#records('minute', machine, windows);
    const written = operations.length;
    operations.push(...taken.map(({ key }): Operation => ({ type: 'del', key })));
    await this.#o.writer.writeHistory(operations);
    return {
      samples: taken.reduce((sum, { block }) => sum + block.header.count * block.series.length, 0),
      ...{ deleted: taken.length, written },
      deletedBytes: taken.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }

  /** Which machines and groups have minutes in a window of tens. */
  async minutesIn(tenMs: number): Promise<{ machine: number; group: number }[]> {
    const found = new Set<number>();
    for await (const key of this.#o.history.keysBetween('minute', tenMs, tenMs + tiers.ten.windowMs)) {
      const { machine, group } = rollupPlace(key);
      found.add(machine * 2 ** 16 + group);
    }
    return [...found]
      .sort((a, b) => a - b)
      .map((one) => ({ machine: Math.floor(one / 2 ** 16), group: one % 2 ** 16 }));
  }

  /** The minutes of some neighbouring series over a window of tens, as tens. */
  async rollMinutes(tenMs: number, machine: number, group: number): Promise<Rolled> {
    const { database, writer } = this.#o;
    const { windowMs, number } = tiers.minute;
    const windows: Windows = new Map();
    const deletes: Operation[] = [];
    let deletedBytes = 0;
    for (let startMs = tenMs; startMs < tenMs + tiers.ten.windowMs; startMs += windowMs) {
      const key = rollupKey(number, startMs, machine, group);
      const bytes = await database.get(key);
      if (bytes === undefined) continue;
      deletes.push({ type: 'del', key });
      deletedBytes += bytes.length;
      for (const [index, cells] of await this.#open(bytes, { tier: 'minute', startMs, machine, group })) {
        const tens = cellsIn(windows, { tier: 'ten', startMs: tenMs }, index, cells.kind);
        for (let at = 0; at < cells.count.length; at++) if (cells.count[at]! > 0) takeCell(tens, cells, at);
      }
      await this.#o.pause();
    }
    const records = await this.#records('ten', machine, windows);
    await writer.writeHistory([...records, ...deletes]);
    return { samples: 0, deleted: deletes.length, deletedBytes, written: records.length };
  }

  async #takeBlocks(machine: number, beforeMs: number) {
    const taken: { key: Buffer; block: Block; bytes: number }[] = [];
    let values = 0;
    for (const { key } of this.#o.expected.blocksOf(machine, 0, beforeMs)) {
      const bytes = await this.#o.database.get(key);
      // The budget may have been faster.
      if (bytes === undefined) continue;
      const block = this.#blockOf(key, bytes, machine);
      if (block === null) continue;
      taken.push({ key, block, bytes: bytes.length });
      values += block.header.count * block.series.length;
      if (values >= mostValues) break;
    }
    return taken;
  }

  /** Null for one that stays as it is. */
  #blockOf(key: Buffer, bytes: Buffer, machine: number): Block | null {
    const name = key.toString('latin1');
    if (this.#left.has(name)) return null;
    // Its date waits for a clock that is believed.
    if (this.#o.undated.has(machine, blockRunOf(key), blockStartOf(key))) return null;
    try {
      const block = openBlock(bytes);
      if (block.header.machine !== machine) throw new RangeError('the block belongs to another machine');
      const { trusted, wallAtZeroMs, firstRunMs } = block.header;
      const dictionary = this.#o.dictionaries.of(machine);
      const isKnown = block.series.every((index) => index < dictionary.length);
      if (!trusted) return null;
      if (isKnown && wallAtZeroMs + firstRunMs >= 0) return block;
    } catch (error) {
      this.#o.log.error('a damaged block is not rolled up', { machine, error: messageOf(error) });
    }
    if (this.#left.size < mostLeft) this.#left.add(name);
    return null;
  }

  async #sliceOf(block: Block, series: readonly number[]): Promise<Slice> {
    const times = readTimes(block);
    const absent = new Float64Array(times.length).fill(Number.NaN);
    const columns: Float64Array[] = [];
    for (let at = 0; at < series.length; at += columnsAtOnce) {
      const some = readColumns(block, series.slice(at, at + columnsAtOnce));
      columns.push(...some.map((column) => column ?? absent));
      await this.#o.pause();
    }
    return sortedSlice(times, columns, runNumber(block.header.run));
  }

  /** The records of these windows, together with what is there already. */
  async #records(tier: Coarse, machine: number, windows: Windows): Promise<Operation[]> {
    const { database, expected, history, pause } = this.#o;
    const operations: Operation[] = [];
    for (const [startMs, series] of windows) {
      history.widen(tier, startMs);
      for (const group of new Set([...series.keys()].map(groupOf))) {
        const origin = { tier, startMs, machine, group };
        const key = rollupKey(tiers[tier].number, startMs, machine, group);
        const cells = new Map([...series].filter(([index]) => groupOf(index) === group));
        const known = await database.get(key);
        if (known !== undefined) await this.#join(cells, known, origin);
        else if (expected.get(key) !== null) await this.#lose(origin, new RangeError('a record is missing'));
        operations.push({ type: 'put', key, value: await encodeRollup(origin, cells, pause) });
      }
    }
    return operations;
  }

  async #join(cells: Map<number, Cells>, known: Buffer, origin: RollupOrigin): Promise<void> {
    for (const [index, before] of await this.#open(known, origin)) {
      const after = cells.get(index);
      cells.set(index, before);
      for (let at = 0; after !== undefined && at < after.count.length; at++) {
        if (after.count[at]! > 0) takeCell(before, after, at);
      }
    }
  }

  /** Of a damaged record nothing is known any more. */
  async #open(bytes: Buffer, origin: RollupOrigin): Promise<[number, Cells][]> {
    try {
      const record = openRollup(bytes, origin);
      return record.series.map((index) => [index, record.cells(index)!]);
    } catch (error) {
      await this.#lose(origin, error);
      return [];
    }
  }

  async #lose(origin: RollupOrigin, error: unknown): Promise<void> {
    this.#o.log.error('a damaged part of history is lost', { ...origin, error: messageOf(error) });
    const { machine, startMs, tier } = origin;
    await this.#o.onLost({ machine, fromMs: startMs, toMs: startMs + tiers[tier].windowMs });
  }
}

function cellsIn(
  windows: Windows,
  place: Pick<RollupOrigin, 'tier' | 'startMs'>,
  index: number,
  kind: 'gauge' | 'counter',
): Cells {
  const window = windows.get(place.startMs) ?? new Map<number, Cells>();
  windows.set(place.startMs, window);
  const cells = window.get(index) ?? createCells(kind, gridOf(place));
  window.set(index, cells);
  return cells;
}

/** From one window to the next. */
function follow(cells: Cells, before: Cells | undefined): void {
  if (before === undefined || before === cells || before.kind === 'gauge' || cells.kind === 'gauge') return;
  cells.follow(before);
}

/** The stretches of sorted dates that lie in one window of minutes each. */
function windowsOf(times: Float64Array): { startMs: number; from: number; to: number }[] {
  const found: { startMs: number; from: number; to: number }[] = [];
  for (let from = 0; from < times.length; ) {
    const startMs = windowStart(times[from]!, tiers.minute);
    let to = from;
    while (to < times.length && times[to]! < startMs + tiers.minute.windowMs) to++;
    found.push({ startMs, from, to });
    from = to;
  }
  return found;
}
