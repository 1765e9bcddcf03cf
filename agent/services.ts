/**
 * The services of this machine: looked at when something stirs and now and then, told when something has changed. What asks
 * for them is loaded after the first cycles, and not at all where nothing starts services.
 */
import { limits } from '../appliance/protocol/limits.ts';
import { type Service, type Services, serviceStates } from '../appliance/protocol/services.ts';
import type { Clock } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import { type Log, limited } from '../appliance/runtime/log.ts';
import { plainLine } from '../appliance/runtime/plain-text.ts';
import type { ServiceSource } from './collectors/services/source.ts';

/** To ask whether something stirs costs little, not nothing; and a service that cannot stay up stirs for ever. */
const SOONEST_MS = 10_000;
const LATEST_MS = 120_000;
/** Of a list as JSON; with labels it is mostly a tenth of that. */
const LARGEST = 100_000;

export type ServicesOptions = {
  /** The signal ends a search that takes long. */
  source(signal: AbortSignal): Promise<ServiceSource | undefined>;
  clock: Clock;
  log: Log;
};

export class ServicesKeeper {
  readonly #o: ServicesOptions;
  readonly #log: Log;
  readonly #stop = new AbortController();
  #source: ServiceSource | undefined;
  #nowhere = false;
  #busy = false;
  /** When it is next asked whether something stirs, and when it is looked at in any case. */
  #askMs: number;
  #dueMs = 0;
  #restMs = SOONEST_MS;
  #list: Services | undefined;

  constructor(options: ServicesOptions) {
    this.#o = options;
    this.#log = limited(options.log, 600_000, options.clock);
    this.#askMs = options.clock.monotonicMs() + SOONEST_MS;
  }

  /** The same object until something has changed. */
  current(): Services | undefined {
    return this.#list;
  }

  /** In each cycle. */
  tend(): void {
    if (this.#busy || this.#nowhere || this.#stop.signal.aborted) return;
    const nowMs = this.#o.clock.monotonicMs();
    if (nowMs < this.#askMs) return;
    this.#askMs = nowMs + SOONEST_MS;
    const stirs = this.#source?.stirred() === true;
    if (stirs || nowMs >= this.#dueMs) void this.#look();
    // Where something stirs again and again there is always a reason to look.
    this.#restMs = stirs ? Math.min(this.#restMs * 2, LATEST_MS) : SOONEST_MS;
  }

  close(): void {
    this.#stop.abort();
    this.#source?.close();
  }

  async #look(): Promise<void> {
    this.#busy = true;
    let everyMs = LATEST_MS;
    try {
      this.#source ??= await this.#o.source(this.#stop.signal);
      if (this.#source === undefined) this.#nowhere = true;
      else {
        const list = await this.#listFrom(this.#source);
        if (JSON.stringify(list) !== JSON.stringify(this.#list)) this.#list = list;
        everyMs = this.#source.everyMs;
      }
    } catch (error) {
      if (!this.#stop.signal.aborted)
        this.#log.warn('the services cannot be told', { error: messageOf(error) });
    }
    const nowMs = this.#o.clock.monotonicMs();
    this.#dueMs = nowMs + everyMs;
    this.#askMs = nowMs + this.#restMs;
    this.#busy = false;
  }

  /** A look that was under way when all was closed may have opened something again. */
  async #listFrom(source: ServiceSource): Promise<Services> {
    try {
      if (this.#stop.signal.aborted) throw new Error('stopped');
      return listOf(await source.look());
    } finally {
      if (this.#stop.signal.aborted) source.close();
    }
  }
}

/** What is in trouble first, so that it is not what a limit cuts off; the order of systemd's own answer is chance. */
export function listOf(found: readonly Service[]): Services {
  const rank = ({ state }: Service) => serviceStates.indexOf(state);
  const named = found.map(sayable).filter(({ name }) => name !== '');
  named.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  const services = named.slice(0, limits.servicesPerMachine);
  const left = named.length - services.length;
  const list = { services, ...(left > 0 ? { left } : {}) };
  if (JSON.stringify(list).length <= LARGEST) return list;
  return { ...list, services: services.map(({ label: _label, ...rest }) => rest) };
}

function sayable({ name, label, ...rest }: Service): Service {
  const most = limits.serviceNameLength;
  const plain = label === undefined ? '' : plainLine(label, most);
  return { name: plainLine(name, most), ...(plain === '' ? {} : { label: plain }), ...rest };
}
