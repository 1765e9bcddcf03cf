/** One cycle: every collector is asked, whatever the others do, and their values become one list of integers. */
import { type Series, scaled } from '../appliance/protocol/series.ts';
import type { Clock } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import type { Catalog } from './catalog.ts';
import type { Collect, Collector, Machine, Reading } from './collectors/collector.ts';

/** A collector slower than this is left behind: its values are absent from this cycle. */
const PATIENCE_MS = 2_000;
const LOG_EVERY_MS = 600_000;

export type Values = (number | undefined)[];

class Cycle implements Reading {
  readonly values: Values;
  readonly #catalog: Catalog;
  #open = true;
  refused = 0;
  /** How many values were put so far. */
  puts = 0;

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
    this.values = new Array<undefined>(catalog.length).fill(undefined);
  }

  put(series: Series, value: number): void {
    if (!this.#open) return;
    this.puts += 1;
    const integer = scaled(value, series.scale);
    if (integer === undefined) return;
    const index = this.#catalog.indexOf(series);
    if (index === undefined) this.refused += 1;
    else this.values[index] = integer; // a new series stands right behind the last one
  }

  /** What comes later belongs to no cycle. */
  close(): Values {
    this.#open = false;
    return this.values;
  }
}

export class Sampler {
  readonly #collects: [name: string, collect: Collect][];
  readonly #catalog: Catalog;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #busy = new Set<string>();
  readonly #everywhere: ReadonlySet<string>;

  constructor(o: {
    collectors: Readonly<Record<string, Collector>>;
    machine: Machine;
    catalog: Catalog;
    log: Log;
    /** What finds something on every machine: else a file is missing, cut off, or of a kernel that is not known. */
    everywhere?: ReadonlySet<string>;
  }) {
    this.#everywhere = o.everywhere ?? new Set();
    this.#collects = Object.entries(o.collectors).map(([name, build]) => [name, build(o.machine)]);
    this.#catalog = o.catalog;
    this.#clock = o.machine.clock;
    this.#log = limited(o.log, LOG_EVERY_MS, o.machine.clock);
  }

  /** Asks once and forgets the answers, so that what is a difference of two reads is there from the first cycle on. */
  async prime(): Promise<void> {
    const cycle = new Cycle(this.#catalog);
    await this.#ask(cycle);
    cycle.close();
  }

  async sample(): Promise<Values> {
    const cycle = new Cycle(this.#catalog);
    await this.#ask(cycle);
    if (cycle.refused > 0)
      this.#log.warn('too many series, the newest are left out', { refused: cycle.refused });
    return cycle.close();
  }

  async #ask(cycle: Cycle): Promise<void> {
    const slow: Promise<void>[] = [];
    for (const [name, collect] of this.#collects) {
      if (this.#busy.has(name)) continue;
      try {
        const before = cycle.puts;
        const done = collect(cycle);
        if (done !== undefined) slow.push(this.#waitFor(name, done));
        else if (cycle.puts === before && this.#everywhere.has(name))
          this.#log.warn(`collector ${name} found nothing that it can read`);
      } catch (error) {
        this.#failed(name, error);
      }
    }
    if (slow.length > 0) await Promise.all(slow);
  }

  #waitFor(name: string, done: Promise<void>): Promise<void> {
    this.#busy.add(name);
    return new Promise((resolve) => {
      const timer = this.#clock.after(PATIENCE_MS, () => {
        this.#log.warn(`collector ${name} does not answer`, { afterMs: PATIENCE_MS });
        resolve();
      });
      done
        .catch((error: unknown) => this.#failed(name, error))
        .finally(() => {
          this.#busy.delete(name);
          timer.stop();
          resolve();
        });
    });
  }

  #failed(name: string, error: unknown): void {
    this.#log.error(`collector ${name} failed`, { error: messageOf(error) });
  }
}
