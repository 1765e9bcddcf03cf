/** Targets of probes: a network namespace in which every address of 10.88.0.0/16 answers pings and serves pages. Needs root and iproute2. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MissingPeer } from './bench.ts';

const run = promisify(execFile);
const pagesFile = fileURLToPath(new URL('probed-pages.ts', import.meta.url));

export class Probed {
  static readonly port = 8_080;
  readonly prefix: readonly string[];
  readonly #namespace: string;
  #pages: ChildProcess | undefined;
  #told: ((text: string) => void) | undefined;

  private constructor(namespace: string) {
    this.#namespace = namespace;
    this.prefix = ['ip', 'netns', 'exec', namespace];
  }

  static async create(): Promise<Probed> {
    if (process.getuid?.() !== 0)
      throw new MissingPeer('The targets live in a network namespace: run this as root.');
    await run('ip', ['-V']).catch(() => {
      throw new MissingPeer('ip is missing. On Debian: sudo apt-get install iproute2');
    });
    const made = new Probed(`nmbench${process.pid.toString(36)}`);
    await run('ip', ['netns', 'add', made.#namespace]);
    try {
      await run('ip', ['-n', made.#namespace, 'link', 'set', 'lo', 'up']);
      // On loopback all of a subnet is this machine.
      await run('ip', ['-n', made.#namespace, 'address', 'add', '10.88.0.1/16', 'dev', 'lo']);
      await made.#serve();
    } catch (error) {
      await made.remove();
      throw error;
    }
    return made;
  }

  static addressOf(target: number): string {
    return `10.88.${1 + (target >> 7)}.${1 + (target & 127)}`;
  }

  /** When each page was asked for, in milliseconds of the wall clock, since this was asked last. */
  async visits(): Promise<Map<string, number[]>> {
    const told = Promise.withResolvers<string>();
    this.#told = told.resolve;
    this.#pages?.stdin?.write('tell\n');
    return new Map(JSON.parse(await told.promise) as [string, number[]][]);
  }

  async remove(): Promise<void> {
    const pages = this.#pages;
    if (pages !== undefined && pages.exitCode === null && pages.signalCode === null) {
      pages.kill();
      await once(pages, 'exit');
    }
    await run('ip', ['netns', 'delete', this.#namespace]);
  }

  async #serve(): Promise<void> {
    const [command = '', ...rest] = [...this.prefix, process.execPath, pagesFile, String(Probed.port)];
    const pages = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#pages = pages;
    const ready = Promise.withResolvers<void>();
    createInterface({ input: pages.stdout }).on('line', (line) =>
      line === 'ready' ? ready.resolve() : this.#told?.(line),
    );
    pages.once('exit', () => ready.reject(new Error('the pages that are probed ended')));
    await ready.promise;
  }
}
