/** History without the rest of the store: a real database, blocks put into it as a seal would, and time that a test sets. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ByteWriter } from '../../appliance/protocol/bytes.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { BlockMaker } from '../../appliance/store/blocks/seal.ts';
import { Undated } from '../../appliance/store/clock/undated.ts';
import type { Database } from '../../appliance/store/database/database.ts';
import { openDatabase } from '../../appliance/store/database/level.ts';
import { createReader, type Reader } from '../../appliance/store/history/reader.ts';
import { type Prefix, rangeOf } from '../../appliance/store/keys.ts';
import type { Dictionaries } from '../../appliance/store/records/dictionary.ts';
import { createRecordWriter, type Operation } from '../../appliance/store/records/writer.ts';
import { BlockIndex } from '../../appliance/store/recovery/block-index.ts';
import { changesOf } from '../../appliance/store/recovery/kept-classes.ts';
import { Head } from '../../appliance/store/samples/head.ts';
import type { Samples } from '../../appliance/store/samples/samples.ts';
import { CoarseHistory } from '../../appliance/store/tiers/coarse.ts';
import { type Ages, byAge, noCounts } from '../../appliance/store/tiers/retention.ts';
import { Roller } from '../../appliance/store/tiers/roll.ts';

export class HistoryParts {
  readonly database: Database;
  readonly history: CoarseHistory;
  /** Which blocks there are, as the copy of a store would say. */
  readonly expected = new BlockIndex();
  readonly series: readonly Series[];
  readonly undated = new Undated();
  readonly counts = noCounts();
  readonly logged: string[] = [];
  readonly heads = new Map<number, Head>();
  /** What was said to be lost. */
  readonly lost: { machine: number; fromMs: number; toMs: number }[] = [];
  readonly #roller: Roller;
  #reader: Reader | null = null;

  private constructor(database: Database, series: readonly Series[]) {
    this.database = database;
    this.series = series;
    this.history = new CoarseHistory(database);
    this.#roller = new Roller({
      ...{ ...this.#parts(), undated: this.undated, pause: async () => undefined },
      onLost: async (loss) => void this.lost.push(loss),
    });
  }

  static async open(t: TestContext, series: readonly Series[]): Promise<HistoryParts> {
    const stateDir = await mkdtemp(join(tmpdir(), 'nm-'));
    const database = await openDatabase({ stateDir, lockWaitMs: 0, clock: systemClock });
    const parts = new HistoryParts(database, series);
    await parts.history.load();
    t.after(async () => {
      await database.close();
      rmSync(stateDir, { recursive: true, force: true });
    });
    return parts;
  }

  writer() {
    const writer = createRecordWriter(this.database, (error) => {
      throw error;
    });
    return {
      ...writer,
      writeHistory: async (operations: readonly Operation[]) => {
        await writer.writeHistory(operations);
        this.#follow(operations);
      },
    };
  }

  #follow(operations: readonly Operation[]): void {
    for (const change of changesOf(operations)) {
      if (change.kind === 'sum') this.expected.put(change);
      else if (change.kind === 'del') this.expected.delete(change.key);
    }
  }

  #parts() {
    const log = createLog({ name: 'store', level: 'debug', write: (line) => this.logged.push(line) });
    const dictionaries = { of: () => this.series } as Partial<Dictionaries> as Dictionaries;
    const { database, expected, history } = this;
    return { database, expected, writer: this.writer(), dictionaries, history, log };
  }

  /** The same one each time: what it remembers must not show. */
  get reader(): Reader {
    const samples = { chains: (machine: number) => this.heads.get(machine)?.chains ?? [] };
    this.#reader ??= createReader({ ...this.#parts(), samples: samples as Partial<Samples> as Samples });
    return this.#reader;
  }

  /** Ticks of one run and dating, as blocks on the disk. */
  async seal(
    o: { machine: number; run: string; wallAtZeroMs: number; trusted?: boolean },
    ticks: readonly Tick[],
  ) {
    const head = new Head(new ByteWriter());
    const origin = { ...o, trusted: o.trusted ?? true };
    for (const tick of ticks) head.append(origin, structuredClone(tick), { segment: 1 });
    const blocks = new BlockMaker().blocksOf(o.machine, head.chains);
    const noted = this.undated.noted(o.machine, blocks);
    const puts = blocks.map(({ key, bytes }) => ({ type: 'put' as const, key, value: bytes }));
    await this.database.batch([...puts, ...noted]);
    this.#follow(puts);
  }

  /** All that age does at this date, or its first steps. */
  async age(ages: Ages, nowMs: number, steps = Number.POSITIVE_INFINITY): Promise<void> {
    const parts = { ...this.#parts(), roller: this.#roller, ages, counts: this.counts };
    let left = steps;
    for await (const _ of byAge(parts, nowMs)) if (--left <= 0) return;
  }

  async keys(prefix: Prefix): Promise<Buffer[]> {
    return this.database.keys(rangeOf(prefix)).all();
  }
}
