/** The real store in the process of the test: real database, real log, the test's clock. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { ClockSource } from '../../appliance/runtime/clock-trust.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { encodeBatch } from '../../appliance/store/client/append.ts';
import type { AppendBatch, Appended } from '../../appliance/store/client/types.ts';
import { storeConfig } from '../../appliance/store/config.ts';
import type { Jobs } from '../../appliance/store/recovery/jobs.ts';
import { createStore, type OpenStore, type StoreOptions } from '../../appliance/store/store.ts';
import { FakeClock } from './clock.ts';

type StoreSettings = StoreOptions['config'];

/** What takes room would take time. */
const small = { ballast: 0, segment_bytes: 64 * 1024 };

export class TestStore {
  readonly folder: string;
  readonly clock: Clock;
  readonly logged: string[] = [];
  readonly failures: unknown[] = [];
  /** How often the store has shown that it works. */
  alive = 0;
  readonly config: StoreSettings;
  /** Who opens databases that may abort; the product's children when it is absent. */
  jobs?: Jobs;
  #part: ReturnType<typeof createStore> | null = null;

  readonly clockSource: ClockSource | undefined;

  private constructor(
    folder: string,
    clock: Clock,
    changes: Partial<StoreSettings>,
    clockSource: ClockSource | undefined,
  ) {
    this.folder = folder;
    this.clock = clock;
    this.clockSource = clockSource;
    const defaults = Object.fromEntries(
      Object.entries(storeConfig).map(([name, key]) => [name, key.default]),
    );
    this.config = { ...(defaults as StoreSettings), lock_wait: 0, clock: 'trusted', ...small, ...changes };
  }

  static async open(
    t: TestContext,
    o: {
      folder?: string;
      clock?: Clock;
      clockSource?: ClockSource;
      config?: Partial<StoreSettings>;
    } = {},
  ): Promise<TestStore> {
    const folder = o.folder ?? (await mkdtemp(join(tmpdir(), 'nm-')));
    const test = new TestStore(folder, o.clock ?? new FakeClock(), o.config ?? {}, o.clockSource);
    t.after(async () => {
      await test.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    await test.start();
    return test;
  }

  get store(): OpenStore {
    return this.#part!.opened();
  }

  get opened(): () => OpenStore {
    return this.#part!.opened;
  }

  async start(signal: AbortSignal = new AbortController().signal): Promise<void> {
    const log = createLog({ name: 'store', level: 'debug', write: (line) => this.logged.push(line) });
    const part = createStore({
      ...{ stateDir: this.folder, config: this.config, clock: this.clock, log },
      ...(this.clockSource ? { clockSource: this.clockSource } : {}),
      ...(this.jobs === undefined ? {} : { jobs: this.jobs }),
      alive: () => {
        this.alive++;
      },
      fail: (error) => this.failures.push(error),
    });
    await part.start(signal);
    this.#part = part;
  }

  async stop(): Promise<void> {
    const part = this.#part;
    this.#part = null;
    await part?.stop();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  append(batch: AppendBatch): Appended {
    return this.store.samples.append(encodeBatch(batch), this.store.committer);
  }

  /** A machine with these series. */
  async machineWith(series: readonly Series[], name = 'pc'): Promise<number> {
    const key = Buffer.from(name.padEnd(32)).subarray(0, 32).toString('hex');
    const { machine } = await this.store.registry.admit({ key, name, by: 'test', local: false });
    await this.store.dictionaries.resolve(machine, series);
    return machine;
  }
}

export const runA = 'a'.repeat(32);
export const runB = 'b'.repeat(32);

export function gauge(name: string, scale = 0): Series {
  return { name, unit: '1', scale, kind: 'gauge' };
}

export function counter(name: string): Series {
  return { name, unit: 'By', scale: 0, kind: 'counter' };
}

export function ticks(
  first: number,
  count: number,
  value: (seq: number) => Tick['values'],
  stepMs = 5000,
): Tick[] {
  return Array.from({ length: count }, (_, index) => {
    const seq = first + index;
    return { seq, runMs: seq * stepMs, values: value(seq) };
  });
}
