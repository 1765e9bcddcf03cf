/**
 * A whole system to install things into: what is written goes to a layer above a system that stays as it is, in a namespace of
 * its own, and is gone with it. Needs root and overlayfs.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, InVain } from './eventually.ts';

const run = promisify(execFile);

export type Done = { code: number; out: string; err: string };

export type SandboxOptions = {
  /** The system below: this very machine's, or one that was made. */
  lower?: string;
  /** A network namespace by its name. */
  network?: string;
  /** Files of this machine that are shown at other places there: under /run, which is empty otherwise. */
  shown?: Readonly<Record<string, string>>;
};

export class Sandbox {
  readonly #folder: string;
  readonly #holder: ChildProcess;
  readonly #lower: string;
  readonly #network: string | undefined;

  private constructor(folder: string, holder: ChildProcess, o: SandboxOptions) {
    this.#folder = folder;
    this.#holder = holder;
    this.#lower = o.lower ?? '/';
    this.#network = o.network;
  }

  /** Why a test that needs one cannot run here, or `false`. */
  static async missing(): Promise<string | false> {
    if (process.getuid?.() !== 0) return 'a system to install into needs root';
    if (!/\boverlay$/m.test(await readFile('/proc/filesystems', 'utf8')))
      return 'this kernel has no overlayfs';
    for (const tool of ['nsenter', 'unshare', 'setpriv', 'curl'])
      if (
        await run('sh', ['-c', `command -v ${tool}`])
          .catch(() => null)
          .then((found) => found === null)
      )
        return `the command ${tool} is missing`;
    return false;
  }

  static async create(o: SandboxOptions = {}): Promise<Sandbox> {
    const folder = await mkdtemp(join(tmpdir(), 'nm-sys-'));
    const { lower = '/', shown = {} } = o;
    const binds = Object.entries(shown).flatMap(([from, to]) => [
      `mkdir -p "$(dirname "root${to}")"`,
      `touch "root${to}"`,
      `mount --bind "${from}" "root${to}"`,
    ]);
    const script = [
      'set -e',
      'mount -t tmpfs layers .',
      'mkdir upper work root',
      `mount -t overlay -o "lowerdir=${lower},upperdir=upper,workdir=work" overlay root`,
      'mount -t proc proc root/proc',
      'mount --rbind /dev root/dev',
      'mount -t tmpfs run root/run',
      'mount -t tmpfs tmp root/tmp',
      'chmod 1777 root/tmp',
      ...binds,
      'echo ready',
      'exec sleep infinity',
    ].join('\n');
    const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [holder.stdout, holder.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    await eventually('the layers are mounted', () => {
      if (holder.exitCode !== null) throw new InVain(`the layers could not be mounted:\n${said}`);
      return said.includes('ready');
    });
    return new Sandbox(folder, holder, o);
  }

  /** A command before another, which then runs in this system. */
  get prefix(): readonly string[] {
    const mounts = `/proc/${this.#holder.pid}/ns/mnt`;
    const network = this.#network === undefined ? [] : [`--net=/run/netns/${this.#network}`];
    const root = this.#seen('root');
    return ['nsenter', ...network, `--mount=${mounts}`, `--root=${root}`, `--wd=${root}`];
  }

  /** A folder of the layers, as the namespace of the holder shows it. */
  #seen(name: string): string {
    return join(`/proc/${this.#holder.pid}/cwd`, name);
  }

  /** A line for the shell, as root; whatever its exit code. */
  async shell(line: string, env: Record<string, string> = {}): Promise<Done> {
    const [command = '', ...args] = [...this.prefix, '/bin/sh', '-c', line];
    const settings = {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', ...env },
      maxBuffer: 2 ** 24,
    };
    try {
      const { stdout, stderr } = await run(command, args, settings);
      return { code: 0, out: stdout, err: stderr };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
      return { code: typeof code === 'number' ? code : -1, out: stdout, err: stderr || String(error) };
    }
  }

  read(path: string): Promise<string> {
    return readFile(join(this.#seen('root'), path), 'utf8');
  }

  /** All that is not as it was: changed and new files, and what was taken away. */
  async changes(): Promise<string[]> {
    const upper = this.#seen('upper');
    const found: string[] = [];
    const look = async (inside: string): Promise<void> => {
      for (const name of await readdir(join(upper, inside))) {
        const path = `${inside}/${name}`;
        const now = await lstat(join(upper, path));
        const before = await lstat(join(this.#lower, path)).catch(() => undefined);
        if (now.isDirectory()) {
          if (before === undefined || !before.isDirectory()) found.push(`${path}/`);
          await look(path);
        } else if (now.isCharacterDevice()) {
          if (before !== undefined) found.push(`${path} (removed)`);
        } else if (!(await same(join(upper, path), join(this.#lower, path), now.isSymbolicLink())))
          found.push(path);
      }
    };
    await look('');
    return found.sort();
  }

  async remove(): Promise<void> {
    const ended = new Promise((resolve) => this.#holder.once('close', resolve));
    this.#holder.kill('SIGKILL');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function same(one: string, other: string, link: boolean): Promise<boolean> {
  try {
    if (link) return (await readlink(one)) === (await readlink(other));
    const [a, b] = await Promise.all([stat(one), stat(other)]);
    return a.size === b.size && a.mode === b.mode && (await readFile(one)).equals(await readFile(other));
  } catch {
    return false; // It was not there before.
  }
}
