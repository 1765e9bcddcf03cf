/**
 * The devices on the network, whether anybody listed them or not: what the box's own agent sees, kept so that a new one is told
 * from one that was away. Records are written seldom: when something is new, when a person has spoken, and a date a quarter day.
 */
import type { NeighbourClient } from '../../ingest/client/neighbours.ts';
import type { DatedNeighbour, NeighbourNews } from '../../ingest/client/types.ts';
import type { Clock, Timer } from '../../runtime/clock.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Machine, Note, RecordWrite, StoreClient } from '../../store/client/client.ts';
import type { Device, DeviceChange, DevicePage } from '../client/devices.ts';
import type { ProbeDefinition } from '../client/probes.ts';
import type { Actor } from '../client/types.ts';
import type { Moment } from '../incidents/holds.ts';
import { noSuch } from '../refused.ts';
import { hostOf, type Index, indexOf, shown } from './portrait.ts';
import { checkDevice, deviceRecords, type StoredDevice } from './records.ts';
import { Register } from './register.ts';
import type { Vendors } from './vendors.ts';
import { deviceSentence } from './words.ts';

export type DevicesOptions = {
  store: Pick<StoreClient, 'records' | 'writeRecords' | 'note'>;
  door: Pick<NeighbourClient, 'neighbours' | 'search'>;
  clock: Clock;
  log: Log;
  /** The box's time, and whether it is known. */
  now(): Moment;
  machines(): readonly Machine[];
  probes(): readonly ProbeDefinition[];
  /** Null where there is no table of makers. */
  vendors: Pick<Vendors, 'nameOf'> | null;
  /** One that nobody has seen before, once this network is known. */
  onNew(device: Device): void;
};

const writeEveryMs = 10 * 60_000;
/** A date alone is worth a write so seldom. */
const datedEveryMs = 6 * 3_600_000;
/** On the first day everything is new, and no news. */
const knownAfterMs = 24 * 3_600_000;
/** What a search wakes was there before. */
const afterSearchMs = 10 * 60_000;
const hourMs = 3_600_000;
const mostNewsAnHour = 20;
const longestSearchMs = 3 * 60_000;
const writesAtOnce = 64;

export class Devices {
  readonly #o: DevicesOptions;
  readonly #register = new Register();
  /** What stands on disk of each; null: it has to go. */
  readonly #written = new Map<string, StoredDevice | null>();
  readonly #dirty = new Set<string>();
  #isLooking = false;
  #search: { id: number; begunMs: number } | null = null;
  #searchedMs = Number.NEGATIVE_INFINITY;
  /** When there was news, lately. */
  #news: number[] = [];
  #timers: Timer[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  constructor(o: DevicesOptions) {
    this.#o = o;
  }

  /** What is kept; what cannot be read is left out. Also when the store was away and may be another one. */
  load(): Promise<void> {
    return this.#inTurn(async () => {
      const records = await this.#o.store.records(deviceRecords);
      // What was seen and could not be written yet was seen all the same.
      const unwritten = [...this.#dirty].flatMap((id) => {
        const device = this.#register.get(id);
        return device === undefined ? [] : [[id, device] as const];
      });
      this.#register.clear();
      this.#written.clear();
      for (const { key, value } of records) {
        const device = readable(value);
        if (device === null) continue;
        this.#register.put(key, device);
        this.#written.set(key, device);
      }
      for (const [id, device] of unwritten) {
        const { label, standing } = this.#register.get(id) ?? device;
        this.#register.put(id, { ...device, label, standing });
      }
    });
  }

  start(): void {
    const following = this.#o.door.neighbours({
      onNews: (news) => this.#heard(news),
      onDown: () => {
        this.#isLooking = false;
      },
    });
    this.#timers = [following, this.#o.clock.every(writeEveryMs, () => this.#tidy())];
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.stop();
    this.#tidy();
    await this.#turn;
  }

  page(): DevicePage {
    const index = this.#index();
    const devices = [...this.#register.entries()].map(([id, device]) => shown(id, device, index));
    const last = (one: Device) => (one.standing === 'ignored' ? 1 : 0);
    devices.sort((a, b) => last(a) - last(b) || b.firstMs - a.firstMs || (a.id < b.id ? -1 : 1));
    const makers = this.#o.vendors !== null;
    return { devices, searching: this.#isSearching(), looking: this.#isLooking, makers };
  }

  /** Goes round and knocks, once. */
  async search(by: Actor): Promise<void> {
    if (this.#isSearching()) return;
    const id = await this.#o.door.search();
    this.#search = { id, begunMs: this.#o.clock.monotonicMs() };
    await this.#o.store.note({ ...by, kind: 'device.searched', text: deviceSentence(by, 'searched', '') });
  }

  change(id: string, change: DeviceChange, by: Actor): Promise<Device> {
    return this.#inTurn(async () => {
      const before = this.#named(id);
      const after: StoredDevice = { ...before, ...change };
      // A device that somebody gave a name is not new any more.
      if (change.label && change.standing === undefined && before.standing === 'new')
        after.standing = 'known';
      const text = deviceSentence(
        by,
        change.standing === 'ignored' ? 'ignored' : 'changed',
        this.#nameOf(id, after),
      );
      await this.#write(
        [[id, after]],
        [{ ...by, kind: 'device.changed', text, details: { device: id, now: change } }],
      );
      // Meanwhile it may have been seen: what a person says goes over that.
      this.#register.put(id, {
        ...(this.#register.get(id) ?? after),
        label: after.label,
        standing: after.standing,
      });
      return shown(id, this.#named(id), this.#index());
    });
  }

  /** Forgets it; if it is still there it comes again as a new one. */
  remove(id: string, by: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const text = deviceSentence(by, 'removed', this.#nameOf(id, this.#named(id)));
      await this.#write([[id, null]], [{ ...by, kind: 'device.removed', text, details: { device: id } }]);
      this.#register.delete(id);
    });
  }

  #heard({ neighbours, searched }: NeighbourNews): void {
    this.#isLooking = true;
    if (searched !== undefined && searched === this.#search?.id) this.#endSearch();
    for (const neighbour of neighbours) this.#saw(neighbour);
    if (this.#dirty.size > 0) void this.#flush();
  }

  #saw(neighbour: DatedNeighbour): void {
    const isKnown = this.#isNetworkKnown();
    const nowMs = this.#o.clock.monotonicMs();
    const { id, isNew, isOther, gone } = this.#register.saw(neighbour);
    for (const one of gone) this.#dirty.add(one);
    if (isNew || isOther || gone.length > 0) this.#dirty.add(id);
    const isWoken = this.#isSearching() || nowMs - this.#searchedMs < afterSearchMs;
    const device = this.#register.get(id);
    if (!isNew || !isKnown || isWoken || device === undefined) return;
    // Whoever makes up one device after the other makes no more news than this.
    this.#news = this.#news.filter((atMs) => nowMs - atMs < hourMs);
    if (this.#news.length >= mostNewsAnHour) return;
    this.#news.push(nowMs);
    this.#o.onNew(shown(id, device, this.#index()));
  }

  /** While nobody knows the date nobody knows how long ago the first was seen. */
  #isNetworkKnown(): boolean {
    const { wallMs, trusted } = this.#o.now();
    if (!trusted) return false;
    for (const [, { firstMs }] of this.#register.entries()) if (wallMs - firstMs > knownAfterMs) return true;
    return false;
  }

  #isSearching(): boolean {
    if (this.#search !== null && this.#o.clock.monotonicMs() - this.#search.begunMs > longestSearchMs)
      this.#endSearch();
    return this.#search !== null;
  }

  #endSearch(): void {
    this.#search = null;
    this.#searchedMs = this.#o.clock.monotonicMs();
  }

  /** Dates that have grown old on disk, and guests that are long gone. */
  #tidy(): void {
    for (const [id, { lastMs }] of this.#register.entries())
      if (lastMs - (this.#written.get(id)?.lastMs ?? 0) >= datedEveryMs) this.#dirty.add(id);
    const { wallMs, trusted } = this.#o.now();
    for (const id of this.#register.old(trusted ? wallMs : null)) {
      this.#register.delete(id);
      this.#dirty.add(id);
    }
    void this.#flush();
  }

  #flush(): Promise<void> {
    return this.#inTurn(async () => {
      while (this.#dirty.size > 0) {
        const ids = [...this.#dirty].slice(0, writesAtOnce);
        // What is seen while this is being written is to be written, too.
        for (const id of ids) this.#dirty.delete(id);
        try {
          const devices = ids.map((id) => [id, this.#register.get(id) ?? null] as const);
          await this.#write(devices, []);
        } catch (error) {
          for (const id of ids) this.#dirty.add(id);
          throw error;
        }
      }
    }).catch((error: unknown) => {
      // They stay to be written at the next time.
      this.#o.log.warn('devices could not be written down', { error: messageOf(error) });
    });
  }

  async #write(devices: readonly (readonly [string, StoredDevice | null])[], notes: Note[]): Promise<void> {
    const writes = devices.map(([key, value]): RecordWrite => {
      const at = { namespace: deviceRecords, key };
      return value === null ? { ...at, delete: true } : { ...at, value };
    });
    await this.#o.store.writeRecords(writes, notes);
    for (const [id, device] of devices)
      if (device === null) this.#written.delete(id);
      else this.#written.set(id, device);
  }

  #named(id: string): StoredDevice {
    const device = this.#register.get(id);
    if (device === undefined) throw noSuch('device', id);
    return device;
  }

  #nameOf(id: string, device: StoredDevice): string {
    return hostOf(shown(id, device, this.#index()));
  }

  #index(): Index {
    return indexOf({ machines: this.#o.machines(), probes: this.#o.probes(), vendors: this.#o.vendors });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}

function readable(value: unknown): StoredDevice | null {
  try {
    return checkDevice(value);
  } catch {
    return null;
  }
}
