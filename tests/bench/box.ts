/** The box of the shipped bundles: each process started directly, in a temporary home, without a supervisor. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type DaemonName, daemonNames, flagsOf } from '../../appliance/launch/daemons.ts';
import { nodeEnvironmentOf, nodeFlagsOf } from '../../image/node-flags.ts';
import { freePorts } from '../helpers/ports.ts';

export type BoxOptions = {
  bundles: string;
  daemons?: readonly DaemonName[];
  flags?: Partial<Record<DaemonName, readonly string[]>>;
  /** The folder in which its home is made. */
  parent?: string;
  /** A command before each process, as in `ip netns exec NAME`. */
  prefix?: readonly string[];
};

type Running = { child: ChildProcess; ready: Promise<void>; ended: Promise<void> };
const killAfterMs = 10_000;

export class BundledBox {
  readonly home: string;
  readonly runDir: string;
  readonly ports: { https: number; http: number; door: number };
  readonly #o: BoxOptions;
  readonly #node: string;
  readonly #running = new Map<DaemonName, Running>();

  private constructor(o: BoxOptions, home: string, ports: readonly number[]) {
    const [https = 0, http = 0, door = 0] = ports;
    this.#o = o;
    this.home = home;
    this.runDir = join(home, 'run');
    this.ports = { https, http, door };
    this.#node = join(home, 'node');
  }

  /** A binary of its own, so that its pages are shared among the daemons only, as on the box, and not with strangers. */
  static async create(o: BoxOptions): Promise<BundledBox> {
    const box = new BundledBox(o, await mkdtemp(join(o.parent ?? tmpdir(), 'nm-')), await freePorts(3));
    await mkdir(box.runDir, { mode: 0o700 });
    await copyFile(process.execPath, box.#node);
    return box;
  }

  /** Resolves when every process said that it is ready. */
  async start(
    flags: BoxOptions['flags'] = {},
    onReady: (daemon: DaemonName, pid: number) => void = () => undefined,
  ): Promise<void> {
    const daemons = this.#o.daemons ?? daemonNames;
    for (const daemon of daemons) this.#running.set(daemon, this.#spawn(daemon, flags[daemon] ?? []));
    await Promise.all(
      daemons.map(async (daemon) => {
        await this.#running.get(daemon)?.ready;
        onReady(daemon, this.pid(daemon));
      }),
    );
  }

  pid(daemon: DaemonName): number {
    const pid = this.#running.get(daemon)?.child.pid;
    if (!pid) throw new Error(`${daemon} does not run`);
    return pid;
  }

  pids(): number[] {
    return [...this.#running.keys()].map((daemon) => this.pid(daemon));
  }

  async stop(): Promise<void> {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const { child } of running) child.kill('SIGTERM');
    const late = setTimeout(() => {
      for (const { child } of running) child.kill('SIGKILL');
    }, killAfterMs);
    await Promise.all(running.map(({ ended }) => ended));
    clearTimeout(late);
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.home, { recursive: true, force: true });
  }

  #spawn(daemon: DaemonName, flags: readonly string[]): Running {
    const assetsDir = join(this.#o.bundles, 'web', 'page');
    const setup = { home: this.home, ports: this.ports, language: 'en' as const, assetsDir };
    const [command = this.#node, ...rest] = [...(this.#o.prefix ?? []), this.#node];
    const child = spawn(
      command,
      [
        ...rest,
        ...nodeFlagsOf(daemon),
        join(this.#o.bundles, daemon, 'main.mjs'),
        ...flagsOf(daemon, setup),
        ...(this.#o.flags?.[daemon] ?? []),
        ...flags,
      ],
      {
        env: {
          PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
          ...{ NETMONITOR_HOME: this.home, NETMONITOR_RUN: this.runDir },
          ...nodeEnvironmentOf(daemon),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const said: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        said.push(`${line}\n`);
        if (said.length > 50) said.shift();
        if (line.includes('msg="ready"')) resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${daemon} ended with ${code}:\n${said.join('')}`)));
    });
    ready.catch(() => undefined); // Looked at by start(); after that an end is no news.
    return { child, ready, ended };
  }
}
