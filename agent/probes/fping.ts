/** All pings by one program that stays: `fping` asks each address every few seconds, and a look takes what came since its last. */
import { spawn } from 'node:child_process';
import { isIP } from 'node:net';
import { createInterface } from 'node:readline';
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import { type Echo, Fault, type Past, type Trial } from './probe.ts';

/** The number of an echo counts all that came, of any address. */
type Heard = { number: number; echo: Echo };
type Asked = { heard: Heard[]; usedMs: number; wake: () => void; news: Promise<void> };

/** Twice between two looks, so that none finds nothing; far below the ten packets a second that a target has to bear. */
const looksPerPing = 2;
const periods = { leastMs: 2_500, mostMs: 10_000 };
/** An echo that takes longer than this has not come. */
const lostAfterMs = 2_000;
const mostKept = 100;
/** Its list cannot be changed while it runs: addresses that come at once are taken at once, and the next ones wait a little. */
const gatherMs = 50;
const restartMs = 1_000;
/** A name that leads elsewhere each time would make the list longer and longer. */
const unusedMs = 600_000;
const answer = /^(\S+)\s*: \[\d+\], (?:.*?(\d+(?:\.\d+)?) ms|timed out)/;

export function fpingArguments(addresses: readonly string[], periodMs: number): string[] {
  // A millisecond between two addresses: with the usual ten a round of a thousand would take as long as its period.
  return ['-l', '-i', '1', '-p', String(periodMs), '-t', String(lostAfterMs), '--', ...addresses];
}

export function pingPeriodMs(shortestIntervalMs: number): number {
  return Math.min(periods.mostMs, Math.max(periods.leastMs, Math.floor(shortestIntervalMs / looksPerPing)));
}

/** Undefined for lines that tell of no echo and of no lost one. */
export function readFping(line: string): { address: string; seconds: Echo } | undefined {
  const [, address, ms] = answer.exec(line) ?? [];
  if (address === undefined) return undefined;
  return { address, seconds: ms === undefined ? undefined : Number(ms) / 1_000 };
}

export class Pings {
  readonly #o: { clock: Clock; log: Log; program: string; once: Trial['ping'] };
  readonly #asked = new Map<string, Asked>();
  #periodMs = periods.mostMs;
  #count = 0;
  #child: ReturnType<typeof start> | undefined;
  #startedMs = Number.NEGATIVE_INFINITY;
  #restart: Timer | undefined;
  /** It is not here, or may not ping: `ping` may. */
  #missing = false;

  constructor(o: { clock: Clock; log: Log; program?: string; once: Trial['ping'] }) {
    this.#o = { program: 'fping', ...o };
  }

  readonly ping: Trial['ping'] = async (address, past, timeoutMs, signal) => {
    if (isIP(address) === 0) throw new Fault('INTERNAL', `${address} is no address`);
    // Woken are also those that wait when it begins anew, and when it turns out that it may not ping.
    while (!this.#missing) {
      const { heard, news } = this.#askedOf(address);
      const fresh = heard.filter(({ number }) => number > past.heard);
      past.heard = this.#count;
      if (fresh.length > 0) return fresh.map(({ echo }) => echo);
      // Somebody looks out of step, or was late and is not now.
      if (heard.length > 0) return this.#now(address, past, timeoutMs, signal, heard);
      await Promise.race([news, ended(signal)]);
    }
    return this.#o.once(address, past, timeoutMs, signal);
  };

  /** Other targets from now on: it begins anew with those that are asked for next. Looks that were ended are gone by then. */
  reset(shortestIntervalMs: number): void {
    this.#periodMs = pingPeriodMs(shortestIntervalMs);
    if (this.#asked.size > 0) this.#o.clock.after(0, () => this.#clear());
  }

  async #now(
    address: string,
    past: Past,
    timeoutMs: number,
    signal: AbortSignal,
    heard: readonly Heard[],
  ): Promise<readonly Echo[]> {
    try {
      return await this.#o.once(address, past, timeoutMs, signal);
    } catch (error) {
      if (error instanceof Fault && error.code === 'NO_MEANS') return [heard.at(-1)!.echo];
      throw error;
    }
  }

  #clear(): void {
    this.#restart?.stop();
    this.#restart = undefined;
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
    for (const { wake } of asked) wake();
  }

  #askedOf(address: string): Asked {
    const nowMs = this.#o.clock.monotonicMs();
    const known = this.#asked.get(address);
    if (known !== undefined) {
      known.usedMs = nowMs;
      return known;
    }
    const { promise: news, resolve: wake } = Promise.withResolvers<void>();
    const asked: Asked = { heard: [], usedMs: nowMs, wake, news };
    this.#asked.set(address, asked);
    this.#restart ??= this.#o.clock.after(Math.max(gatherMs, this.#startedMs + restartMs - nowMs), () => {
      this.#restart = undefined;
      this.#start();
    });
    return asked;
  }

  #start(): void {
    this.#startedMs = this.#o.clock.monotonicMs();
    this.#child?.kill('SIGKILL');
    for (const [address, { usedMs }] of this.#asked)
      if (this.#startedMs - usedMs > unusedMs) this.#asked.delete(address);
    const args = fpingArguments([...this.#asked.keys()], this.#periodMs);
    const child = start(this.#o.program, args, (line) => this.#heard(line));
    this.#child = child;
    const lost = (why: string) => {
      if (this.#child !== child) return;
      this.#missing = true;
      this.#o.log.info('each ping is a program of its own from now on', { why });
      this.#clear();
    };
    child.once('error', (error) => lost(messageOf(error)));
    child.once('exit', (code, by) => lost(`fping ended with ${code ?? by}`));
  }

  #heard(line: string): void {
    const told = readFping(line);
    const asked = told && this.#asked.get(told.address);
    if (asked === undefined) return;
    this.#count += 1;
    asked.heard.push({ number: this.#count, echo: told!.seconds });
    asked.heard.splice(0, asked.heard.length - mostKept);
    asked.wake();
    const next = Promise.withResolvers<void>();
    asked.news = next.promise;
    asked.wake = next.resolve;
  }
}

function start(program: string, args: readonly string[], heard: (line: string) => void) {
  // Its complaints (`ICMP Host Unreachable …`) come with a line that says that nothing came.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  createInterface({ input: child.stdout }).on('line', heard);
  return child;
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Fault('TIMEOUT', 'stopped while waiting for an echo'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
