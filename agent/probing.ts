/**
 * What the box wants this machine to check: kept on disk, so that it goes on while the box is away and after a restart.
 * Nothing of the probes is loaded before there is one.
 */
import { join } from 'node:path';
import { parseJson } from '../appliance/protocol/check.ts';
import {
  type Assignment,
  checkAssignments,
  type ProbeResult,
} from '../appliance/protocol/probes/exchange.ts';
import type { Clock } from '../appliance/runtime/clock.ts';
import { Failure, messageOf } from '../appliance/runtime/errors.ts';
import { readOwned, writeFileSafely } from '../appliance/runtime/files.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import type { Reading } from './collectors/collector.ts';
import type { OwnPlaces } from './probes/own-places.ts';
import type { Runner } from './probes/runner.ts';

const largestBytes = 1024 * 1024;

export type ProbingOptions = {
  stateDir: string;
  clock: Clock;
  runMs(): number;
  log: Log;
  /** Where gateway and name server of this machine are found, where that is not as on Linux. */
  places?: OwnPlaces | undefined;
};

export class Probing implements Part {
  readonly name = 'probes';
  readonly #o: ProbingOptions & { file: string };
  #list: readonly Assignment[] = [];
  #runner: Runner | undefined;
  #work: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(o: ProbingOptions) {
    this.#o = { ...o, file: join(o.stateDir, 'probes.json') };
  }

  async start(): Promise<void> {
    try {
      const bytes = await readOwned(this.#o.file, { maxBytes: largestBytes, maxMode: 0o600 });
      this.#list = checkAssignments(parseJson(bytes)).probes;
    } catch (error) {
      if (error instanceof Failure && error.code === 'NOT_FOUND') return;
      this.#o.log.warn('the probes of this machine cannot be read; the box will tell them again', {
        error: messageOf(error),
      });
    }
    await this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#work;
    this.#runner?.stop();
  }

  /** The whole list, from a box that this machine trusts. */
  assigned(list: readonly Assignment[]): void {
    if (this.#stopped || JSON.stringify(list) === JSON.stringify(this.#list)) return;
    this.#list = list;
    this.#work = this.#work.then(async () => {
      await this.#run();
      await this.#save();
    });
  }

  readonly collect = (out: Reading): void => this.#runner?.collect(out);

  results(): readonly ProbeResult[] {
    return this.#runner?.results() ?? [];
  }

  async #run(): Promise<void> {
    try {
      if (this.#list.length > 0 && this.#runner === undefined) {
        const { startProbes } = await import('./probes/start.ts');
        this.#runner = startProbes(this.#o);
      }
      if (!this.#stopped) this.#runner?.assign(this.#list);
    } catch (error) {
      this.#o.log.error('the probes do not run', { error: messageOf(error) });
    }
  }

  async #save(): Promise<void> {
    try {
      await writeFileSafely(this.#o.file, JSON.stringify({ probes: this.#list }), { mode: 0o600 });
    } catch (error) {
      this.#o.log.warn('the probes cannot be kept for the next start', { error: messageOf(error) });
    }
  }
}
