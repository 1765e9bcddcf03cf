/**
 * Runs what the machine's owner put into `custom_dir`, one program after the other, and keeps what each printed last. A
 * program that fails or is too slow has printed nothing. Only files that nobody else could have put there are run: they
 * run as this process's user.
 */
import { constants, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { lstat, readdir } from '../appliance/runtime/disk.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import type { RunProgram } from './run-program.ts';

const MOST_PROGRAMS = 32;
/** Neither hidden files nor the copies of editors and package managers. */
const PROGRAM = /^[a-zA-Z0-9][a-zA-Z0-9_-]*(\.(sh|py|pl|rb|js|bin))?$/;
const LOG_EVERY_MS = 600_000;

export type ProgramsOptions = {
  /** '' for none. */
  folder: string;
  intervalMs: number;
  deadlineMs: number;
  run: RunProgram;
  clock: Clock;
  log: Log;
};

export class Programs implements Part {
  readonly name = 'programs';
  /** Program → what it printed when it last ran. */
  readonly printed: ReadonlyMap<string, string>;
  readonly #o: ProgramsOptions;
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #printed = new Map<string, string>();
  #timer: Timer | undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(options: ProgramsOptions) {
    this.#o = options;
    this.printed = this.#printed;
    this.#log = limited(options.log, LOG_EVERY_MS, options.clock);
  }

  async start(): Promise<void> {
    if (this.#o.folder === '') return;
    // There neither a program's owner nor a group of processes can be told as here.
    if (process.platform === 'win32') this.#log.warn('custom programs are not run on Windows');
    else this.#begin();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#timer?.stop();
    await this.#round;
  }

  #begin(): void {
    this.#round = this.#runAll().finally(() => {
      if (this.#stop.signal.aborted) return;
      this.#timer = this.#o.clock.after(this.#o.intervalMs, () => this.#begin());
    });
  }

  async #runAll(): Promise<void> {
    const programs = await this.#programs();
    for (const known of this.#printed.keys()) if (!programs.includes(known)) this.#printed.delete(known);
    for (const program of programs) {
      if (this.#stop.signal.aborted) return;
      await this.#runOne(program);
    }
  }

  async #runOne(program: string): Promise<void> {
    const { folder, deadlineMs, run } = this.#o;
    try {
      const text = await run(join(folder, program), { deadlineMs, signal: this.#stop.signal });
      this.#printed.set(program, text);
    } catch (error) {
      this.#printed.delete(program);
      if (!this.#stop.signal.aborted)
        this.#log.warn(`the custom program ${program} failed`, { error: messageOf(error) });
    }
  }

  async #programs(): Promise<string[]> {
    const { folder } = this.#o;
    try {
      const problem = problemOf(await lstat(folder), 'folder');
      if (problem !== undefined) throw new Error(`${folder} ${problem}`);
      const names = (await readdir(folder)).filter((name) => PROGRAM.test(name)).sort();
      const usable: string[] = [];
      for (const name of names.slice(0, MOST_PROGRAMS)) {
        const bad = problemOf(await lstat(join(folder, name)), 'program');
        if (bad === undefined) usable.push(name);
        else this.#log.warn(`the custom program ${name} is not run: it ${bad}`);
      }
      return usable;
    } catch (error) {
      this.#log.warn('custom programs cannot be run', { error: messageOf(error) });
      return [];
    }
  }
}

/** Why this is not run; undefined when nothing speaks against it. */
function problemOf(stats: Stats, what: 'folder' | 'program'): string | undefined {
  const right = what === 'folder' ? stats.isDirectory() : stats.isFile();
  if (!right) return what === 'folder' ? 'is no folder' : 'is no regular file';
  if (stats.uid !== 0 && stats.uid !== process.getuid?.()) return `belongs to user ${stats.uid}`;
  if ((stats.mode & (constants.S_IWGRP | constants.S_IWOTH)) !== 0)
    return 'can be written by others: chmod go-w';
  if (what === 'program' && (stats.mode & 0o111) === 0) return 'is not executable: chmod +x';
  return undefined;
}
