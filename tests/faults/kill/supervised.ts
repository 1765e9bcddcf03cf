/** A daemon under a supervisor that begins it anew at once, as systemd's Restart=always does, unless it ended with 78. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export type Command = {
  /** What follows the name of the Node binary. */
  args: readonly string[];
  env: Record<string, string>;
};

const mostWords = 4_000_000;
const readyWords = 'msg="ready"';
const startsInVain = 3;
const restartingIsInVain = 78;

export class Supervised {
  readonly name: string;
  /** Ends that nobody asked for, in words. */
  readonly ownEnds: string[] = [];
  /** It ended with 78, or again and again before it was ready: somebody would have to come. */
  givenUp = false;
  /** Called with each piece of what it says. */
  onWords: (words: string) => void = () => undefined;
  /** What stands before the program in its next life; it has to become the program itself. */
  prefix: readonly string[] = [];
  readonly #command: Command;
  #child: ChildProcess | null = null;
  #said = '';
  #isReady = false;
  #inVain = 0;
  #stopping = false;
  #killed: (() => void) | null = null;
  #waiting: (() => void)[] = [];

  constructor(name: string, command: Command) {
    this.name = name;
    this.#command = command;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** In this life. */
  get said(): string {
    return this.#said;
  }

  start(): void {
    this.#said = '';
    this.#isReady = false;
    const [program, ...args] = [...this.prefix, process.execPath, ...this.#command.args] as [string];
    const child = spawn(program, args, {
      // A sync by io_uring is none that can be slowed down.
      env: { PATH: '/usr/bin:/bin', UV_USE_IO_URING: '0', ...this.#command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const hear = (chunk: Buffer) => {
      const words = chunk.toString('utf8');
      this.#said = (this.#said + words).slice(-mostWords);
      if (!this.#isReady && this.#said.includes(readyWords)) {
        this.#inVain = 0;
        this.#tell(true);
      }
      this.onWords(words);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('close', (code, signal) => this.#ended(code ?? signal ?? 'nothing'));
  }

  /** Resolves to false when it will not be ready any more by itself. */
  async ready(): Promise<boolean> {
    while (!this.#isReady && !this.givenUp && !this.#stopping)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.#isReady;
  }

  /** Resolves to all that it said until then, once it is gone; false when it had gone by itself. What comes after is its next life. */
  async kill(atTheEnd: (said: string) => void): Promise<boolean> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return false;
    await new Promise<void>((resolve) => {
      this.#killed = () => {
        atTheEnd(this.#said);
        resolve();
      };
      child.kill('SIGKILL');
    });
    return true;
  }

  /** CPU that this life has taken so far, in ms. */
  get cpuMs(): number {
    try {
      const fields = readFileSync(`/proc/${this.#child?.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      // It has just ended.
      return 0;
    }
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill(signal);
    await closed;
  }

  #ended(how: number | string): void {
    const killed = this.#killed;
    this.#killed = null;
    this.#child = null;
    if (this.#stopping) {
      this.#tell(false);
      return;
    }
    if (killed === null || how !== 'SIGKILL') {
      this.ownEnds.push(`${this.name} ended with ${how}: ${this.#said.slice(-2000)}`);
      if (!this.#isReady) this.#inVain++;
      this.givenUp = how === restartingIsInVain || this.#inVain >= startsInVain;
    }
    killed?.();
    this.#tell(false);
    if (!this.givenUp) this.start();
  }

  #tell(isReady: boolean): void {
    this.#isReady = isReady;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
