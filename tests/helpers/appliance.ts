/** The real processes of the box in a temporary home, without a launcher between them and the test. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIngestClient } from '../../appliance/ingest/client/client.ts';
import { type DaemonName, flagsOf, mains } from '../../appliance/launch/daemons.ts';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { createWatchClient } from '../../appliance/watch/client/client.ts';
import { createWebClient } from '../../appliance/web/client/client.ts';
import { createDisplayClient } from '../../display/client/client.ts';
import { eventually, InVain } from './eventually.ts';
import { freePorts } from './ports.ts';
import { type Program, startProgram } from './programs.ts';

export type ApplianceOptions = {
  daemons: readonly DaemonName[];
  /** More flags for a daemon, as in `{ agent: ['--interval', '1s'] }`. */
  flags?: Partial<Record<DaemonName, readonly string[]>>;
  prefix?: readonly string[];
  announce?: boolean;
  /** Where a namespace of its own makes that possible. */
  doorPort?: number;
  assetsDir?: string;
  packagesDir?: string;
};

export class Appliance {
  readonly home: string;
  readonly runDir: string;
  readonly ports: { door: number; https: number; http: number };
  readonly store;
  /** The store as only the agents' door may use it. */
  readonly registry;
  readonly ingest;
  readonly watch;
  readonly web;
  readonly display;
  readonly #options: ApplianceOptions;
  readonly #programs = new Map<DaemonName, Program>();

  private constructor(options: ApplianceOptions, home: string, ports: readonly number[]) {
    const [freeDoor = 0, https = 0, http = 0] = ports;
    const door = options.doorPort ?? freeDoor;
    this.#options = options;
    this.home = home;
    this.runDir = join(home, 'run');
    this.ports = { door, https, http };
    this.store = createStoreClient({ runDir: this.runDir, as: 'console' });
    this.registry = createStoreClient({ runDir: this.runDir, as: 'ingest' });
    this.ingest = createIngestClient({ runDir: this.runDir, as: 'console' });
    this.watch = createWatchClient({ runDir: this.runDir, as: 'console' });
    this.web = createWebClient({ runDir: this.runDir, as: 'console' });
    this.display = createDisplayClient({ runDir: this.runDir, as: 'console' });
  }

  static async start(options: ApplianceOptions): Promise<Appliance> {
    const home = await mkdtemp(join(tmpdir(), 'nm-'));
    const appliance = new Appliance(options, home, await freePorts(3));
    await mkdir(appliance.runDir, { mode: 0o700 });
    for (const daemon of options.daemons) appliance.startDaemon(daemon);
    try {
      await appliance.ready();
    } catch (error) {
      await appliance.stop();
      throw error;
    }
    return appliance;
  }

  startDaemon(daemon: DaemonName): Program {
    const program = startProgram({
      main: mains[daemon],
      args: [...this.#flags(daemon), ...(this.#options.flags?.[daemon] ?? [])],
      env: { NETMONITOR_HOME: this.home, NETMONITOR_RUN: this.runDir },
      ...(this.#options.prefix === undefined ? {} : { prefix: this.#options.prefix }),
    });
    this.#programs.set(daemon, program);
    return program;
  }

  program(daemon: DaemonName): Program {
    const program = this.#programs.get(daemon);
    if (program === undefined) throw new Error(`${daemon} was never started`);
    return program;
  }

  /** Resolves when each daemon answers; a daemon that ended meanwhile is named with what it said. */
  async ready(): Promise<void> {
    const asks: Record<DaemonName, () => Promise<unknown>> = {
      store: () => this.store.health(),
      ingest: () => this.ingest.door(),
      watch: () => this.watch.health(),
      web: () => this.web.address(),
      display: () => this.display.frame(),
      agent: async () => true,
    };
    for (const daemon of this.#options.daemons) {
      const program = this.program(daemon);
      await eventually(`${daemon} answers`, async () => {
        const end = program.over();
        if (end !== null) throw new InVain(`${daemon} ended with ${end}:\n${program.said()}`);
        await asks[daemon]();
        return true;
      });
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#programs.values()].map((program) => program.end()));
    for (const client of [this.store, this.registry, this.ingest, this.watch, this.web, this.display])
      client.close();
    await rm(this.home, { recursive: true, force: true });
  }

  /** As a start runs them, but with quick commits and cycles, and with nothing of this machine's hardware. */
  #flags(daemon: DaemonName): string[] {
    const { announce, assetsDir = join(this.home, 'no-page') } = this.#options;
    const { packagesDir = join(this.home, 'no-packages') } = this.#options;
    const test: Record<DaemonName, string[]> = {
      store: ['--commit-interval', '1s'],
      ingest: [announce === true ? '--announce' : '--no-announce'],
      // What this machine is connected to is nobody's business but its own; servers of tests are on it.
      watch: ['--no-always-on', '--servers-here'],
      web: [],
      display: ['--panel', 'simulated', '--button', 'simulated'],
      agent: ['--interval', '1s'],
    };
    return [
      ...flagsOf(daemon, { home: this.home, ports: this.ports, language: 'en', assetsDir, packagesDir }),
      ...test[daemon],
    ];
  }
}
