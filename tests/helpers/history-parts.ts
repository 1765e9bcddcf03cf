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
import type { Database } from '../../appliance/store/database/database.ts';
import type { Dictionaries } from '../../appliance/store/records/dictionary.ts';
import { Head } from '../../appliance/store/samples/head.ts';
import { openDatabase } from '../../appliance/store/database/level.ts';
import { createReader } from '../../appliance/store/history/reader.ts';
import type { Samples } from '../../appliance/store/samples/samples.ts';
import { blocksOf } from '../../appliance/store/blocks/seal.ts';
import { CoarseHistory } from '../../appliance/store/tiers/coarse.ts';
import { type Ages, byAge, noCounts } from '../../appliance/store/tiers/retention.ts';
import { Roller } from '../../appliance/store/tiers/roll.ts';
import { Undated } from '../../appliance/store/clock/undated.ts';
import { createRecordWriter } from '../../appliance/store/records/writer.ts';

export class HistoryParts {
  readonly database: Database;
  readonly history: CoarseHistory;
  readonly series: readonly Series[];
  readonly undated = new Undated();
  readonly counts = noCounts();
  readonly logged: string[] = [];
  readonly heads = new Map<number, Head>();
  readonly #roller: Roller;

  private constructor(database: Database, series: readonly Series[]) {
    this.database = database;
    this.series = series;
    this.history = new CoarseHistory(database);
    this.#roller = new Roller({ ...this.#parts(), undated: this.undated, pause: async () => undefined });
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
    return createRecordWriter(this.database, (error) => {
      throw error;
    });
  }

  #parts() {
    const log = createLog({ name: 'store', level: 'debug', write: (line) => this.logged.push(line) });
    const dictionaries = { of: () => this.series } as Partial<Dictionaries> as Dictionaries;
    return { database: this.database, writer: this.writer(), dictionaries, history: this.history, log };
  }

  get reader() {
    const samples = { chains: (machine: number) => this.heads.get(machine)?.chains ?? [] };
    return createReader({ ...this.#parts(), samples: samples as Partial<Samples> as Samples });
  }

  /** Ticks of one run and dating, as blocks on the disk. */
  async seal(
    o: { machine: number; run: string; wallAtZeroMs: number; trusted?: boolean },
    ticks: readonly Tick[],
  ) {
    const head = new Head(new ByteWriter());
    const { run, wallAtZeroMs, trusted = true } = o;
    for (const tick of ticks) head.append({ run, wallAtZeroMs, trusted }, structuredClone(tick), 1);
    const blocks = blocksOf(o.machine, head.chains);
    const noted = this.undated.noted(o.machine, blocks);
    await this.database.batch([
      ...blocks.map(({ key, bytes }) => ({ type: 'put' as const, key, value: bytes })),
      ...noted,
    ]);
  }

  /** All that age does at this date, or its first steps. */
  async age(ages: Ages, nowMs: number, steps = Number.POSITIVE_INFINITY): Promise<void> {
    const parts = { ...this.#parts(), roller: this.#roller, ages, counts: this.counts };
    let left = steps;
    for await (const _ of byAge(parts, nowMs)) if (--left <= 0) return;
  }

  async keys(prefix: string): Promise<Buffer[]> {
    return this.database
      .keys({ gte: Buffer.from(prefix), lt: Buffer.from([prefix.charCodeAt(0) + 1]) })
      .all();
  }
}
