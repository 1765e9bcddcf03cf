/** All pings by one program that stays: `fping` asks each address every few seconds, and a look takes what came since the last. */
import { spawn } from 'node:child_process';
import { isIP } from 'node:net';
import { createInterface } from 'node:readline';
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import { Fault, type Trial } from './probe.ts';

type Echo = number | undefined;
type Asked = { came: Echo[]; wake: () => void; news: Promise<void> };

/** Well below the ten packets a second that a target has to bear. */
const periodMs = 5_000;
const mostKept = 100;
/** Addresses that come at once are taken at once: its list cannot be changed while it runs. */
const gatherMs = 50;
const answer = /^(\S+)\s*: \[\d+\], (?:.*?(\d+(?:\.\d+)?) ms|timed out)/;

export function fpingArguments(addresses: readonly string[]): string[] {
  return ['-l', '-p', String(periodMs), '-t', '2000', '--', ...addresses];
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
  #child: ReturnType<typeof start> | undefined;
  #restart: Timer | undefined;
  /** It is not here, or may not ping: `ping` may. */
  #missing = false;

  constructor(o: { clock: Clock; log: Log; program?: string; once: Trial['ping'] }) {
    this.#o = { program: 'fping', ...o };
  }

  readonly ping: Trial['ping'] = async (address, timeoutMs, signal) => {
    if (isIP(address) === 0) throw new Fault('INTERNAL', `${address} is no address`);
    // Woken are also those that wait when it begins anew, and when it turns out that it may not ping.
    while (!this.#missing) {
      const asked = this.#askedOf(address);
      if (asked.came.length > 0) return asked.came.splice(0);
      await Promise.race([asked.news, ended(signal)]);
    }
    return this.#o.once(address, timeoutMs, signal);
  };

  /** Other addresses from now on: it begins anew with those that are asked for next. Looks that were ended are gone by then. */
  reset(): void {
    if (this.#asked.size > 0) this.#o.clock.after(0, () => this.#clear());
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
    const known = this.#asked.get(address);
    if (known !== undefined) return known;
    const { promise: news, resolve: wake } = Promise.withResolvers<void>();
    const asked: Asked = { came: [], wake, news };
    this.#asked.set(address, asked);
    this.#restart ??= this.#o.clock.after(gatherMs, () => {
      this.#restart = undefined;
      this.#start();
    });
    return asked;
  }

  #start(): void {
    this.#child?.kill('SIGKILL');
    const child = start(this.#o.program, [...this.#asked.keys()], (line) => this.#heard(line));
    this.#child = child;
    const lost = (why: string) => {
      if (this.#child !== child) return;
      this.#missing = true;
      this.#o.log.info('each ping is a program of its own from now on', { why });
      this.reset();
    };
    child.once('error', (error) => lost(messageOf(error)));
    child.once('exit', (code, by) => lost(`fping ended with ${code ?? by}`));
  }

  #heard(line: string): void {
    const told = readFping(line);
    const asked = told && this.#asked.get(told.address);
    if (asked === undefined) return;
    asked.came.push(told!.seconds);
    asked.came.splice(0, asked.came.length - mostKept);
    asked.wake();
    const next = Promise.withResolvers<void>();
    asked.news = next.promise;
    asked.wake = next.resolve;
  }
}

function start(program: string, addresses: readonly string[], heard: (line: string) => void) {
  // Its complaints (`ICMP Host Unreachable …`) come with a line that says that nothing came.
  const child = spawn(program, fpingArguments(addresses), { stdio: ['ignore', 'pipe', 'ignore'] });
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
