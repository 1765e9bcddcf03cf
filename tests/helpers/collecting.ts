/** A collector on a copy of a recorded machine, whose files a test may change between two reads. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Collector, FileSystemSizes, Machine } from '../../agent/collectors/collector.ts';
import { Scan } from '../../agent/collectors/scan.ts';
import { Files } from '../../agent/files.ts';
import { FakeClock } from './clock.ts';
import { repository } from './programs.ts';

/** `debian` was recorded, the others were written after published sources; `bare` has nothing at all. */
export type MachineName = 'debian' | 'pi' | 'laptop' | 'alpine' | 'container' | 'ipv6' | 'bare';

const folders: Record<MachineName, string | undefined> = {
  debian: 'tests/fixtures',
  pi: 'tests/fixtures/pi',
  laptop: 'tests/fixtures/laptop',
  alpine: 'tests/fixtures/alpine',
  container: 'tests/fixtures/container',
  ipv6: 'tests/fixtures/ipv6',
  bare: undefined,
};

/** A kernel file of this text. */
export const scanOf = (text: string): Scan => new Scan(Buffer.from(text, 'latin1'));

export const ONE_GIB: FileSystemSizes = {
  bsize: 4096,
  blocks: 262_144,
  bfree: 131_072,
  bavail: 117_965,
  files: 65_536,
  ffree: 60_000,
};

export class RecordedMachine implements Machine {
  readonly proc: Files;
  readonly sys: Files;
  readonly root: Files;
  readonly clock = new FakeClock();
  readonly stateDir = '/var/lib/netmonitor/agent';
  readonly #folder: string;
  /** What the programs of the machine's owner printed. */
  readonly printed = new Map<string, string>();
  /** What statfs answers for a mount point; a promise that never settles is a dead file system. */
  sizes: (point: string) => Promise<FileSystemSizes> = async () => ONE_GIB;

  constructor(name: MachineName) {
    this.#folder = mkdtempSync(join(tmpdir(), 'nm-machine-'));
    const from = folders[name];
    for (const tree of ['proc', 'sys', 'lib', 'run']) {
      const recorded = from === undefined ? undefined : join(repository, from, tree);
      if (recorded === undefined || !existsSync(recorded)) mkdirSync(join(this.#folder, tree));
      else cpSync(recorded, join(this.#folder, tree), { recursive: true });
    }
    this.proc = new Files(join(this.#folder, 'proc'));
    this.sys = new Files(join(this.#folder, 'sys'));
    this.root = new Files(this.#folder);
  }

  statfs(point: string): Promise<FileSystemSizes> {
    return this.sizes(point);
  }

  statfsNow(): FileSystemSizes {
    return ONE_GIB;
  }

  /** `write('proc/loadavg', …)`. Rewrites the file in place: a kept descriptor sees it, as it would a kernel file. */
  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.#folder, file)), { recursive: true });
    writeFileSync(join(this.#folder, file), text);
  }

  read(file: string): string {
    return readFileSync(join(this.#folder, file), 'latin1');
  }

  remove(file: string): void {
    rmSync(join(this.#folder, file), { recursive: true, force: true });
  }

  /** Builds the collector; each call of the answer is a cycle and gives its values by name. */
  on(collector: Collector): () => Promise<Record<string, number>> {
    const collect = collector(this);
    return async () => {
      const values: Record<string, number> = {};
      await collect({
        put(series, value) {
          if (series.name in values) throw new Error(`${series.name} was put twice in one cycle`);
          values[series.name] = value;
        },
      });
      return values;
    };
  }

  [Symbol.dispose](): void {
    this.proc.close();
    this.sys.close();
    this.root.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
