/**
 * Services of machines, as series that nobody keeps: `system.service.up:NAME` is 1 while it runs, 0.25 while it is stopped,
 * 0 once it has failed. Most never do anything else than run: only those that once did not are shown to the rules.
 */
import { seriesName } from '../protocol/names.ts';
import type { ServiceState } from '../protocol/services.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import { minuteMs } from './rules/rule.ts';

const values: Readonly<Record<ServiceState, number>> = {
  ...{ running: 1, done: 1, starting: 1, stopping: 1 },
  ...{ stopped: 0.25, paused: 0.25 },
  ...{ restarting: 0, failed: 0 },
};

/** By the box's date, where that is not now. */
type ServiceValue = [series: string, value: number, tMs?: number];
type ListedService = { name: string; state: string; sinceMs?: number | undefined };

type Known = { now: Map<string, number>; shown: Set<string> };

export class ServiceStates {
  readonly #machines = new Map<number, Known>();

  /**
   * A machine's list has changed: what the rules have to see of it, in this order. Of the first list, `fromMs` is the date
   * from which on the machine was heard: what went down after it ran before.
   */
  take(
    machine: number,
    services: readonly ListedService[],
    fromMs = Number.POSITIVE_INFINITY,
  ): ServiceValue[] {
    const before = this.#machines.get(machine);
    const known: Known = { now: new Map(), shown: before?.shown ?? new Set() };
    const seen: ServiceValue[] = [];
    for (const { name, state, sinceMs = 0 } of services) {
      const series = seriesName('system.service.up', name);
      const value = Object.hasOwn(values, state) ? values[state as ServiceState] : undefined;
      if (value === undefined) continue;
      known.now.set(series, value);
      const was = before?.now.get(series);
      const isNew = value < 1 && !known.shown.has(series);
      if (isNew) known.shown.add(series);
      const isMissed = isNew && before === undefined && sinceMs > fromMs;
      if (isNew && was !== undefined) seen.push([series, was]);
      // While nobody watched.
      if (isMissed) seen.push([series, 1, sinceMs], [series, value, sinceMs]);
      if (known.shown.has(series)) seen.push([series, value]);
    }
    for (const series of known.shown) if (!known.now.has(series)) known.shown.delete(series);
    this.#machines.set(machine, known);
    return seen;
  }

  /** What stands, for as long as nothing else is told. */
  now(machine: number): ServiceValue[] {
    const known = this.#machines.get(machine);
    return known === undefined ? [] : [...known.shown].map((series) => [series, known.now.get(series) ?? 0]);
  }

  forget(machine: number): void {
    this.#machines.delete(machine);
  }
}

/** Kept by the agents' door; we may read it. */
export const serviceRecords = 'ingest.services';

/** What is down so soon after its machine came may never have run. */
const settlesMs = 2 * minuteMs;

type ServiceOptions = {
  store: Pick<StoreClient, 'versioned'>;
  log: Log;
  /** By the box's date: since when it is there. Undefined: there is no such machine. */
  thereSinceMs(machine: number): number | undefined;
  atOf(tMs: number): number;
  show(machine: number, series: string, value: number, atMs: number): void;
  /** All of a list was shown. */
  onTurn(): void;
  atMs(): number;
};

/** Reads the lists when they have changed, and shows the rules what stands in them. */
export class Services {
  readonly #o: ServiceOptions;
  readonly #states = new ServiceStates();

  constructor(o: ServiceOptions) {
    this.#o = o;
  }

  read(machine: number): void {
    if (this.#o.thereSinceMs(machine) === undefined) return;
    this.#o.store.versioned(serviceRecords, String(machine)).then(
      (found) => {
        const { services } = (found?.value ?? {}) as { services?: ListedService[] };
        const sinceMs = this.#o.thereSinceMs(machine);
        if (!Array.isArray(services) || sinceMs === undefined) return;
        this.#show(machine, this.#states.take(machine, services, sinceMs + settlesMs));
        this.#o.onTurn();
      },
      (error: unknown) => {
        this.#o.log.warn('a list of services could not be read', { machine, error: messageOf(error) });
      },
    );
  }

  /** What was told last still stands. */
  look(machine: number): void {
    this.#show(machine, this.#states.now(machine));
  }

  forget(machine: number): void {
    this.#states.forget(machine);
  }

  #show(machine: number, seen: readonly ServiceValue[]): void {
    const atMs = this.#o.atMs();
    // Two words of one moment come one after the other.
    for (const [at, [series, value, tMs]] of seen.entries()) {
      const thenMs = tMs === undefined ? atMs : Math.min(this.#o.atOf(tMs), atMs - 1);
      this.#o.show(machine, series, value, thenMs - (seen.length - at) * 1e-3);
    }
  }
}
