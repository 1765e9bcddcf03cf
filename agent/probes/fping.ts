/** One `fping` that stays: it asks each of its addresses every few seconds, and a look takes what came since its last. */
import { spawn } from 'node:child_process';
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Echo, Past } from './probe.ts';

/** The number of an echo counts all that came, of any address. */
type Heard = { number: number; echo: Echo };
type Asked = { heard: Heard[]; untilMs: number; wake: () => void; news: Promise<void> };

/** An echo that takes longer than this has not come. */
const lostAfterMs = 2_000;
const mostKept = 100;
/** Its list cannot be changed while it runs: addresses that come at once are taken at once, and the next ones wait a little. */
const gatherMs = 50;
const restartMs = 1_000;
const longestLine = 512;
const answer = /^(\S+)\s*: \[\d+\], (?:.*?(\d+(?:\.\d+)?) ms|timed out)/;

export function fpingArguments(addresses: readonly string[], periodMs: number): string[] {
  // A millisecond between two addresses: with the usual ten a round of a thousand would take as long as its period.
  return ['-l', '-i', '1', '-p', String(periodMs), '-t', String(lostAfterMs), '--', ...addresses];
}

/** Undefined for lines that tell of no echo and of no lost one. */
export function readFping(line: string): { address: string; seconds: Echo } | undefined {
  const [, address, ms] = answer.exec(line) ?? [];
  if (address === undefined) return undefined;
  return { address, seconds: ms === undefined ? undefined : Number(ms) / 1_000 };
}

export class Fping {
  readonly #o: { clock: Clock; program: string; periodMs: number; lost(why: string): void };
  readonly #asked = new Map<string, Asked>();
  #count = 0;
  #child: ReturnType<typeof start> | undefined;
  #startedMs = Number.NEGATIVE_INFINITY;
  #restart: Timer | undefined;

  constructor(o: { clock: Clock; program: string; periodMs: number; lost(why: string): void }) {
    this.#o = o;
  }

  /** What came since `past` heard last, the last echo of all, and a promise of the next one. The address is wanted for so long. */
  take(
    address: string,
    past: Past,
    wantedMs: number,
  ): { fresh: readonly Echo[]; last: Heard | undefined; news: Promise<void> } {
    const asked = this.#askedOf(address);
    asked.untilMs = this.#o.clock.monotonicMs() + wantedMs;
    const { heard, news } = asked;
    const fresh = heard.filter(({ number }) => number > past.heard).map(({ echo }) => echo);
    past.heard = this.#count;
    return { fresh, last: heard.at(-1), news };
  }

  /** Those that wait are woken, and find another way. */
  stop(): void {
    this.#restart?.stop();
    this.#restart = undefined;
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const { wake } of asked) wake();
  }

  #askedOf(address: string): Asked {
    const known = this.#asked.get(address);
    if (known !== undefined) return known;
    const { promise: news, resolve: wake } = Promise.withResolvers<void>();
    const asked: Asked = { heard: [], untilMs: 0, wake, news };
    this.#asked.set(address, asked);
    this.#startSoon();
    return asked;
  }

  #startSoon(): void {
    const { clock } = this.#o;
    this.#restart ??= clock.after(
      Math.max(gatherMs, this.#startedMs + restartMs - clock.monotonicMs()),
      () => {
        this.#restart = undefined;
        this.#start();
      },
    );
  }

  #start(): void {
    const { clock, program, periodMs } = this.#o;
    this.#startedMs = clock.monotonicMs();
    for (const [address, { untilMs }] of this.#asked)
      if (untilMs < this.#startedMs) this.#asked.delete(address);
    const before = this.#child;
    this.#child = undefined;
    before?.kill('SIGKILL');
    if (this.#asked.size === 0) return;
    const child = start(program, fpingArguments([...this.#asked.keys()], periodMs), (line) =>
      this.#heard(line),
    );
    this.#child = child;
    const lost = (why: string) => {
      if (this.#child === child) this.#o.lost(why);
    };
    child.once('error', (error) => lost(messageOf(error)));
    child.once('exit', (code, by) => lost(`fping ended with ${code ?? by}`));
  }

  #heard(line: string): void {
    const told = readFping(line);
    const asked = told && this.#asked.get(told.address);
    if (asked === undefined) return;
    // Nobody has looked for longer than anybody would: this address is let go.
    if (asked.untilMs < this.#o.clock.monotonicMs()) this.#startSoon();
    this.#count += 1;
    asked.heard.push({ number: this.#count, echo: told!.seconds });
    if (asked.heard.length > mostKept) asked.heard.shift();
    asked.wake();
    const next = Promise.withResolvers<void>();
    asked.news = next.promise;
    asked.wake = next.resolve;
  }
}

function start(program: string, args: readonly string[], heard: (line: string) => void) {
  // Its complaints (`ICMP Host Unreachable …`) come with a line that says that nothing came.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let begun = '';
  child.stdout.on('data', (bytes: Buffer) => {
    const lines = (begun + bytes.toString('latin1')).split('\n');
    begun = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) heard(line);
  });
  return child;
}
