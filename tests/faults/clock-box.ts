/** A real store and a real door on a clock that the test moves, and what they have on disk afterwards. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIngestClient } from '../../appliance/ingest/client/client.ts';
import { openBlock } from '../../appliance/store/blocks/block.ts';
import { createStoreClient, type StoreClient } from '../../appliance/store/client/client.ts';
import { databaseAt, openOptions } from '../../appliance/store/database/database.ts';
import { rangeOf } from '../../appliance/store/keys.ts';
import { eventually } from '../helpers/eventually.ts';
import { freePorts } from '../helpers/ports.ts';
import { type Program, startProgram } from '../helpers/programs.ts';

const storeFlags = [
  ...['--commit-interval', '40ms', '--seal-interval', '1s', '--segment-bytes', '64KiB'],
  // Age deletes at once whatever a wrong clock makes old.
  ...['--keep-raw', '1d', '--log-level', 'warn', '--ballast', '0B'],
];

export type KeptTick = {
  machine: number;
  run: string;
  seq: number;
  value: number;
  tMs: number;
  trusted: boolean;
};

export class ClockBox {
  readonly home = mkdtempSync(join(tmpdir(), 'nm-clock-'));
  readonly store: StoreClient;
  readonly console: StoreClient;
  readonly ingest;
  port = 0;
  readonly #clockDir = join(this.home, 'clock');
  readonly #programs = new Map<'store' | 'ingest', Program>();
  #offMs = 0;

  constructor() {
    mkdirSync(this.#clockDir);
    writeFileSync(join(this.#clockDir, 'boot'), 'boot of the test');
    this.store = createStoreClient({ runDir: this.home, as: 'ingest' });
    this.console = createStoreClient({ runDir: this.home, as: 'console' });
    this.ingest = createIngestClient({ runDir: this.home, as: 'console' });
  }

  /** How far the wall clock of the box is off. */
  set offMs(ms: number) {
    this.#offMs = ms;
    writeFileSync(join(this.#clockDir, 'offset.new'), String(ms));
    renameSync(join(this.#clockDir, 'offset.new'), join(this.#clockDir, 'offset-ms'));
  }

  get offMs(): number {
    return this.#offMs;
  }

  /** The time service has set the clock. */
  synchronise(): void {
    writeFileSync(join(this.#clockDir, 'synchronized'), '');
  }

  async start(): Promise<void> {
    [this.port = 0] = await freePorts(1);
    this.startDaemon('store');
    this.startDaemon('ingest');
    await this.ready();
  }

  startDaemon(daemon: 'store' | 'ingest'): void {
    const args = {
      store: storeFlags,
      ingest: ['--port', String(this.port), '--listen', '127.0.0.1', '--no-announce', '--log-level', 'warn'],
    }[daemon];
    const env = { NETMONITOR_HOME: this.home, NETMONITOR_RUN: this.home, NETMONITOR_CLOCK: this.#clockDir };
    this.#programs.set(daemon, startProgram({ main: `appliance/${daemon}/main.ts`, args, env }));
  }

  async ready(): Promise<void> {
    // Each caller has a socket of its own, and they open one after the other.
    for (const store of [this.store, this.console])
      await eventually('the store', async () => (await store.health()) !== null, { everyMs: 20 });
    await eventually('the door', async () => (await this.ingest.door()) !== null, { everyMs: 20 });
  }

  /** What the daemons have said, for whoever looks for a reason. */
  said(): string {
    return [...this.#programs.values()].map((program) => program.said()).join('\n');
  }

  async kill(daemon: 'store' | 'ingest'): Promise<void> {
    await this.#programs.get(daemon)!.end('SIGKILL');
    this.startDaemon(daemon);
    await this.ready();
  }

  async stop(): Promise<void> {
    for (const client of [this.store, this.console, this.ingest]) client.close();
    for (const daemon of ['ingest', 'store'] as const) await this.#programs.get(daemon)?.end('SIGTERM');
  }

  remove(): void {
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Every tick of every block, read without the store, which has been stopped. */
  async kept(): Promise<KeptTick[]> {
    const found: KeptTick[] = [];
    const database = databaseAt(join(this.home, 'state', 'store', 'db'));
    await database.open(openOptions);
    for await (const bytes of database.values(rangeOf('block'))) {
      const block = openBlock(bytes);
      const { machine, run, trusted } = block.header;
      const { seqs, times } = block.ticks();
      const [values] = block.columns([0]);
      for (const [at, seq] of seqs.entries())
        found.push({ machine, run, seq, value: values?.[at] ?? Number.NaN, tMs: times[at]!, trusted });
    }
    await database.close();
    return found;
  }
}
