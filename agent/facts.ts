/**
 * What seldom changes about the machine. systeminformation finds it out, in a short-lived process of our own binary
 * that is started after the first sample is out: loaded here it would stay, 10 MB for what is asked once.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, networkInterfaces, release, type } from 'node:os';
import { parseJson } from '../appliance/protocol/check.ts';
import { checkFacts, type Facts } from '../appliance/protocol/facts.ts';
import type { Clock } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import { replaceControls } from '../appliance/runtime/plain-text.ts';
import { version } from '../appliance/runtime/version.ts';

const DEADLINE_MS = 30_000;
const ADDRESSES_EVERY_MS = 60_000;
const MOST_ADDRESSES = 64;

/** Runs the other half of this page, gather-facts.ts, and reads what it prints. */
export function gatherInChild(program: string): Promise<Facts> {
  return new Promise((resolve, reject) => {
    const options = {
      timeout: DEADLINE_MS,
      killSignal: 'SIGKILL',
      maxBuffer: 64 * 1024,
      encoding: 'buffer',
    } as const;
    execFile(process.execPath, ['--max-semi-space-size=1', program, 'facts'], options, (error, output) => {
      // Its message repeats all that the child complained of; the log wants one line.
      if (error !== null)
        return reject(new Error(`the child process ended with ${error.code ?? error.signal}`));
      try {
        resolve(checkFacts(parseJson(output)));
      } catch (problem) {
        reject(problem);
      }
    });
  });
}

export class FactsKeeper {
  readonly #gather: () => Promise<Facts>;
  readonly #clock: Clock;
  readonly #log: Log;
  #facts: Facts | undefined;
  #begun = false;
  #lookedMs = 0;

  constructor(o: { gather: () => Promise<Facts>; clock: Clock; log: Log }) {
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

  async #gatherAll(): Promise<void> {
    let found: Facts = {};
    try {
      found = await this.#gather();
    } catch (error) {
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
