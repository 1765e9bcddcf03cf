/**
 * What seldom changes about the machine. systeminformation finds it out, in a short-lived process of our own binary
 * that is started after the first sample is out: loaded here it would stay, 10 MB for what is asked once.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, networkInterfaces, release, type } from 'node:os';
import { parseJson } from '../appliance/protocol/check.ts';
import { checkFacts, type Facts } from '../appliance/protocol/facts.ts';
import type { Clock } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import { replaceControls } from '../appliance/runtime/plain-text.ts';
import { version } from '../appliance/runtime/version.ts';
import { endTree } from './end-tree.ts';

const DEADLINE_MS = 30_000;
/** Besides, whenever the machine has connected: another address mostly means another connection. */
const ADDRESSES_EVERY_MS = 300_000;
const MOST_ADDRESSES = 64;
const LARGEST = 64 * 1024;

/** Runs the other half of this page, gather-facts.ts, and reads what it prints. */
export function gatherInChild(program: string, signal: AbortSignal): Promise<Facts> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--max-semi-space-size=1', program, 'facts'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      detached: process.platform !== 'win32',
    });
    const chunks: Buffer[] = [];
    let length = 0;
    let ending: Error | undefined;
    const giveUp = (why: string) => {
      ending ??= new Error(why);
      endTree(child);
      child.stdout.destroy();
    };
    const timer = setTimeout(() => giveUp(`there were none after ${DEADLINE_MS} ms`), DEADLINE_MS);
    const stopped = () => giveUp('stopped');
    signal.addEventListener('abort', stopped, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LARGEST) giveUp('they are too many');
    });
    child.stdin.on('error', () => undefined); // it has ended; its exit says so, too
    child.once('error', (error) => {
      ending ??= error;
    });
    child.once('close', (code, by) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
      if (ending === undefined && code !== 0)
        ending = new Error(`the child process ended with ${code ?? by}`);
      if (ending !== undefined) return reject(ending);
      try {
        resolve(checkFacts(parseJson(Buffer.concat(chunks))));
      } catch (problem) {
        reject(problem);
      }
    });
  });
}

export class FactsKeeper {
  readonly #gather: (signal: AbortSignal) => Promise<Facts>;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #stop = new AbortController();
  #facts: Facts | undefined;
  #begun = false;
  #lookedMs = 0;

  constructor(o: { gather: (signal: AbortSignal) => Promise<Facts>; clock: Clock; log: Log }) {
    this.#gather = o.gather;
    this.#clock = o.clock;
    this.#log = o.log;
  }

  /** The same object until something changed. */
  current(): Facts | undefined {
    return this.#facts;
  }

  /** Called in each cycle, when its sample is out: gathers after the first, then looks for other addresses now and then. */
  tend(): void {
    if (!this.#begun) {
      this.#begun = true;
      this.#lookedMs = this.#clock.monotonicMs();
      void this.#gatherAll();
    } else if (this.#clock.monotonicMs() - this.#lookedMs >= ADDRESSES_EVERY_MS) {
      this.#lookedMs = this.#clock.monotonicMs();
      this.#lookAtAddresses();
    }
  }

  /** The next cycle looks whether the machine has other addresses. */
  soon(): void {
    this.#lookedMs = Number.NEGATIVE_INFINITY;
  }

  /** Whoever still gathers is ended. */
  close(): void {
    this.#stop.abort();
  }

  async #gatherAll(): Promise<void> {
    let found: Facts = {};
    try {
      found = await this.#gather(this.#stop.signal);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#log.warn('facts about the machine are incomplete', { error: messageOf(error) });
    }
    this.#facts = {
      os: systemName(),
      kernel: release(),
      arch: arch(),
      ...found,
      agentVersion: version,
      addresses: addresses(),
    };
  }

  #lookAtAddresses(): void {
    if (this.#facts === undefined) return;
    const now = addresses();
    if (JSON.stringify(now) !== JSON.stringify(this.#facts.addresses)) {
      this.#facts = { ...this.#facts, addresses: now };
    }
  }
}

/** "Debian GNU/Linux 12 (bookworm)", or what the kernel calls itself. */
export function systemName(osRelease: string = '/etc/os-release'): string {
  try {
    const pretty = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync(osRelease, 'utf8'))?.[1];
    if (pretty !== undefined && pretty !== '') return replaceControls(pretty, '').slice(0, 200);
  } catch {
    // not every system has this file: its kernel's name will do
  }
  return `${type()} ${release()}`.slice(0, 200);
}

function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((one) => one ?? []);
  const outward = all.filter(({ internal, address }) => !internal && !address.startsWith('fe80:'));
  return outward.map(({ address }) => address).slice(0, MOST_ADDRESSES);
}
