/**
 * The busiest programs: who uses the processor and the memory most. Every process is looked at, which costs a millisecond for
 * a hundred of them, so it is done only when the box asks, and at most every few seconds. Loaded when it first does.
 */
import fs from 'node:fs';
import path from 'node:path';
import { limits } from '../../appliance/protocol/limits.ts';
import type { Process, Processes } from '../../appliance/protocol/processes.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';
import { plainLine } from '../../appliance/runtime/plain-text.ts';

export type Told = 'names' | 'arguments';

/** Of each kind: by processor, by memory. */
const MOST = 10;
/** Whoever asks sooner gets the same answer. */
const SOONEST_MS = 4_000;
/** A use of the processor over more than this says nothing of now. */
const OLDEST_MS = 120_000;
/** Between two looks, when there was none for long. */
const APART_MS = 1_000;
/** Then somebody else has a turn. */
const AT_A_TIME = 250;
/** Beyond this the machine has other troubles than to be listed. */
const MOST_PROCESSES = 20_000;
const LINE_BYTES = 4096;
const CLOSE = 0x29;

export type Seen = { pid: number; name: string; begun: number; ticks: number; pages: number };
type Look = { atMs: number; seen: Map<number, Seen> };
/** Of the auxiliary vector: how large a page is, and how many ticks a second has. */
type Units = { pageBytes: number; ticksPerSecond: number };

export class Busiest {
  readonly #o: { procRoot: string; clock: Clock; told: Told };
  readonly #buffer = Buffer.alloc(LINE_BYTES);
  #units: Units | undefined;
  #before: Look | undefined;
  #answer: { atMs: number; answer: Omit<Processes, 'id'> } | undefined;
  #looking: Promise<Omit<Processes, 'id'>> | undefined;

  constructor(options: { procRoot: string; clock: Clock; told: Told }) {
    this.#o = options;
  }

  async ask(): Promise<Omit<Processes, 'id'>> {
    const nowMs = this.#o.clock.monotonicMs();
    if (this.#answer !== undefined && nowMs - this.#answer.atMs < SOONEST_MS) return this.#answer.answer;
    this.#looking ??= this.#compare().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #compare(): Promise<Omit<Processes, 'id'>> {
    const { clock } = this.#o;
    let before = this.#before;
    if (before === undefined || clock.monotonicMs() - before.atMs > OLDEST_MS) {
      before = await this.#look();
      await clock.sleep(APART_MS);
    }
    const now = await this.#look();
    this.#before = now;
    this.#units ??= unitsOf(path.join(this.#o.procRoot, 'self/auxv'));
    const overMs = Math.round(now.atMs - before.atMs);
    const processes = busiestOf(now.seen, before.seen, overMs, this.#units).map((one) => this.#named(one));
    const answer = { overMs, processes };
    this.#answer = { atMs: clock.monotonicMs(), answer };
    return answer;
  }

  async #look(): Promise<Look> {
    const seen = new Map<number, Seen>();
    const atMs = this.#o.clock.monotonicMs();
    let looked = 0;
    for (const name of listed(this.#o.procRoot)) {
      if (++looked > MOST_PROCESSES) break;
      if (looked % AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve));
      const length = this.#read(name, 'stat');
      const one = length === undefined ? undefined : readStat(this.#buffer, length);
      if (one !== undefined) seen.set(one.pid, one);
    }
    return { atMs, seen };
  }

  /** The kernel's own name has 15 bytes. What a program was started as says the rest, if it is a mere name. */
  #named(one: Process): Process {
    const length = this.#read(String(one.pid), 'cmdline') ?? 0;
    const words = this.#buffer
      .toString('utf8', 0, length)
      .split('\0')
      .filter((word) => word !== '');
    const started = words[0]?.split('/').at(-1) ?? '';
    const isFuller = started.startsWith(one.name) || one.name.endsWith('MainThread');
    const fuller = isFuller && /^[\w.+-]{1,64}$/.test(started) ? started : one.name;
    const name = plainLine(fuller, 64) || '?';
    if (this.#o.told !== 'arguments' || words.length === 0) return { ...one, name };
    return { ...one, name, arguments: plainLine(words.join(' '), limits.argumentsLength) };
  }

  #read(pid: string, file: 'stat' | 'cmdline'): number | undefined {
    let fd: number | undefined;
    try {
      fd = fs.openSync(path.join(this.#o.procRoot, pid, file), 'r');
      return fs.readSync(fd, this.#buffer, 0, LINE_BYTES, 0);
    } catch {
      return undefined; // it has ended, or is somebody's secret
    } finally {
      if (fd !== undefined) fs.closeSync(fd);
    }
  }
}

function listed(procRoot: string): string[] {
  try {
    return fs.readdirSync(procRoot).filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // there is no such folder: nothing to tell
  }
}

/** proc_pid_stat(5). The name stands in parentheses and may hold some itself. */
export function readStat(bytes: Buffer, length: number): Seen | undefined {
  const end = bytes.lastIndexOf(CLOSE, length - 1);
  const begin = bytes.indexOf(0x28);
  if (begin < 0 || end < begin) return undefined;
  const fields = bytes.toString('latin1', end + 2, length).split(' ');
  const pid = Number(bytes.toString('latin1', 0, begin));
  // Counted from 1, with the name as the second: utime, stime, starttime, rss.
  const [user, system, begun, pages] = [14, 15, 22, 24].map((field) =>
    Number(fields[field - 3] ?? Number.NaN),
  );
  const ticks = user! + system!;
  if (![pid, ticks, begun, pages].every((value) => Number.isSafeInteger(value)) || pid < 1) return undefined;
  return {
    pid,
    name: bytes.toString('utf8', begin + 1, end),
    begun: begun!,
    ticks,
    pages: Math.max(0, pages!),
  };
}

/** The first by processor, then the first by memory of the others. */
export function busiestOf(
  now: ReadonlyMap<number, Seen>,
  before: ReadonlyMap<number, Seen>,
  overMs: number,
  { pageBytes, ticksPerSecond }: Units,
): Process[] {
  const used = (one: Seen): number | undefined => {
    const then = before.get(one.pid);
    // A number may be another process by now.
    if (then?.begun !== one.begun || overMs <= 0) return undefined;
    return Math.max(0, one.ticks - then.ticks) / ticksPerSecond / (overMs / 1000);
  };
  const all = [...now.values()].map((one) => ({ ...one, cpu: used(one) }));
  const byCpu = all
    .filter(({ cpu = 0 }) => cpu > 0)
    .sort((a, b) => b.cpu! - a.cpu!)
    .slice(0, MOST);
  const known = new Set(byCpu.map(({ pid }) => pid));
  const byMemory = all
    .sort((a, b) => b.pages - a.pages)
    .slice(0, MOST)
    .filter(({ pid, pages }) => pages > 0 && !known.has(pid));
  return [...byCpu, ...byMemory].map(({ pid, name, cpu, pages }) => ({
    ...{ pid, name, memoryBytes: pages * pageBytes },
    ...(cpu === undefined ? {} : { cpu: Math.round(cpu * 1000) / 1000 }),
  }));
}

/** getauxval(3): pairs of machine words; those that a 64-bit kernel gives. */
function unitsOf(file: string): Units {
  const units = { pageBytes: 4096, ticksPerSecond: 100 };
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file);
  } catch {
    return units; // what nearly every machine has
  }
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    const [type, value] = [bytes.readBigUInt64LE(at), Number(bytes.readBigUInt64LE(at + 8))];
    if (type === 6n && value > 0) units.pageBytes = value; // AT_PAGESZ
    if (type === 17n && value > 0) units.ticksPerSecond = value; // AT_CLKTCK
  }
  return units;
}
