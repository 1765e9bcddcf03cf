/**
 * The last list of services that each machine told, kept as a record: whoever watches `record:ingest.services` in the
 * store's changes hears of each change. A machine whose services come and go is written down at a pace, its last word always.
 */
import { limits } from '../protocol/limits.ts';
import type { Service, Services } from '../protocol/services.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { StoreClient } from '../store/client/client.ts';
import { TokenBucket } from './bucket.ts';
import { serviceRecords } from './client/service-record.ts';
import type { ServiceList } from './client/types.ts';
import type { StoreWriter } from './store-writer.ts';

/** Writes of one machine: so many at once, then so many an hour. */
const burst = 10;
const perHour = 60;
/** A thousand machines have to find room in one namespace of the store. */
const largest = 60_000;
/** The same date, read from two clocks. */
const sameMs = 60_000;

type Store = Pick<StoreClient, 'record' | 'putRecord' | 'deleteRecord'>;

export class ServiceLists {
  readonly #o: {
    store: Store;
    writer: Pick<StoreWriter, 'put' | 'forget'>;
    clock: Clock;
    wallMs(): number;
  };
  readonly #coming = new Map<number, Services>();
  readonly #paces = new Map<number, TokenBucket>();
  readonly #timers = new Map<number, Timer>();

  constructor(o: {
    store: Store;
    writer: Pick<StoreWriter, 'put' | 'forget'>;
    clock: Clock;
    wallMs(): number;
  }) {
    this.#o = o;
  }

  /** `aheadMs` is how far the clock is ahead by which the dates are told. */
  heard(machine: number, told: Services, aheadMs: number): void {
    const nowMs = this.#o.wallMs();
    const dated = told.services.map(({ sinceMs, ...service }) =>
      sinceMs === undefined ? service : { ...service, sinceMs: dateOf(sinceMs - aheadMs, nowMs) },
    );
    this.#coming.set(machine, small({ ...told, services: dated }));
    if (this.#timers.has(machine)) return;
    const pace = this.#paceOf(machine);
    const monotonicMs = this.#o.clock.monotonicMs();
    if (pace.take(monotonicMs)) this.#put(machine);
    else {
      const timer = this.#o.clock.after(pace.waitMs(monotonicMs), () => {
        this.#timers.delete(machine);
        pace.take(this.#o.clock.monotonicMs());
        this.#put(machine);
      });
      this.#timers.set(machine, timer);
    }
  }

  async of(machine: number): Promise<ServiceList | null> {
    return (await this.#o.store.record(serviceRecords, String(machine))) as ServiceList | null;
  }

  /** It is no machine of the box any more. */
  forget(machine: number): void {
    this.#timers.get(machine)?.stop();
    for (const one of [this.#timers, this.#paces, this.#coming]) one.delete(machine);
    this.#o.writer.forget(laneOf(machine));
    this.#o.writer.put(laneOf(machine), {
      run: () => this.#o.store.deleteRecord(serviceRecords, String(machine)),
    });
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.stop();
    this.#timers.clear();
  }

  #paceOf(machine: number): TokenBucket {
    const nowMs = this.#o.clock.monotonicMs();
    const pace = this.#paces.get(machine) ?? new TokenBucket({ perSecond: perHour / 3_600, burst, nowMs });
    this.#paces.set(machine, pace);
    return pace;
  }

  #put(machine: number): void {
    this.#o.writer.put(laneOf(machine), { replaces: 'services', run: () => this.#write(machine) });
  }

  /** A list that says nothing new, as after a new connection, is not written. */
  async #write(machine: number): Promise<void> {
    const told = this.#coming.get(machine);
    if (told === undefined) return;
    const before = await this.of(machine);
    const services = told.services.map((service) => sameDate(service, before));
    const left = told.left ?? 0;
    const isNew = JSON.stringify([services, left]) !== JSON.stringify([before?.services, before?.left]);
    const list: ServiceList = { toldMs: this.#o.wallMs(), services, left };
    if (isNew) await this.#o.store.putRecord(serviceRecords, String(machine), list);
    if (this.#coming.get(machine) === told) this.#coming.delete(machine);
  }
}

const laneOf = (machine: number): string => `services ${machine}`;

const dateOf = (ms: number, nowMs: number): number => Math.max(0, Math.min(Math.round(ms), nowMs));

/** The dates of one list differ by how exactly the clocks were compared. */
function sameDate(service: Service, before: ServiceList | null): Service {
  const known = before?.services.find(({ name }) => name === service.name);
  if (known?.sinceMs === undefined || service.sinceMs === undefined) return service;
  if (known.state !== service.state || Math.abs(known.sinceMs - service.sinceMs) > sameMs) return service;
  return { ...service, sinceMs: known.sinceMs };
}

function small(told: Services): Services {
  if (bytesOf(told) <= largest) return told;
  const services = told.services.map(({ label: _label, ...rest }) => rest);
  const each = limits.serviceNameLength * 3 + 80;
  const kept = bytesOf(services) <= largest ? services : services.slice(0, Math.floor(largest / each));
  return { services: kept, left: (told.left ?? 0) + told.services.length - kept.length };
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
