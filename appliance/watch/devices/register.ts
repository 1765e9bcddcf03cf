/** All devices that were ever seen, in RAM: sightings join what is known. Bounded; it knows no store and no network. */
import type { DatedNeighbour } from '../../ingest/client/types.ts';
import { idOf, type StoredDevice } from './records.ts';
import { isMadeUp } from './vendors.ts';

const mostDevices = 2_000;
const dayMs = 86_400_000;
/** Not heard for so long, and nobody ever said a word about it: it was a guest. */
const forgottenAfterMs = { madeUp: 7 * dayMs, real: 90 * dayMs };

export class Register {
  readonly #devices = new Map<string, StoredDevice>();

  get size(): number {
    return this.#devices.size;
  }

  get(id: string): StoredDevice | undefined {
    return this.#devices.get(id);
  }

  entries(): IterableIterator<[string, StoredDevice]> {
    return this.#devices.entries();
  }

  put(id: string, device: StoredDevice): void {
    this.#devices.set(id, device);
  }

  delete(id: string): void {
    this.#devices.delete(id);
  }

  clear(): void {
    this.#devices.clear();
  }

  /** The ids that are new, that are otherwise than they were, and that are no device of their own any more. */
  saw(neighbour: DatedNeighbour): { id: string; isNew: boolean; isOther: boolean; gone: string[] } {
    const id = this.#idOf(neighbour);
    const gone: string[] = [];
    const before = this.#devices.get(id);
    let device: StoredDevice = before ?? {
      ...{ mac: neighbour.mac ?? null, addresses: [], names: [], services: [], label: '' },
      ...{ standing: 'new', firstMs: neighbour.atMs, lastMs: neighbour.atMs },
    };
    for (const address of neighbour.addresses) {
      const bare = `at-${address}`;
      const nameless = bare === id ? undefined : this.#devices.get(bare);
      if (nameless !== undefined) {
        // What people said of the address was said of this device.
        if (before === undefined)
          device = {
            ...device,
            label: nameless.label,
            standing: nameless.standing,
            firstMs: nameless.firstMs,
          };
        this.#devices.delete(bare);
        gone.push(bare);
      }
    }
    // One that says less than it did has not lost it.
    const { addresses, names, services } = neighbour;
    const after: StoredDevice = {
      ...device,
      addresses: [...addresses],
      names: names.length > 0 ? [...names] : device.names,
      services: services.length > 0 ? [...services] : device.services,
      lastMs: Math.max(device.lastMs, neighbour.atMs),
    };
    if (neighbour.mac === undefined && before?.mac) after.addresses = before.addresses;
    this.#devices.set(id, after);
    const isNew = before === undefined && gone.length === 0;
    return { id, isNew, isOther: !isNew && said(before) !== said(after), gone };
  }

  /** Those that may be forgotten now; by age only when it is known what time it is. */
  old(nowMs: number | null): string[] {
    const untouched = [...this.#devices].filter(
      ([, { label, standing }]) => label === '' && standing === 'new',
    );
    const guests = untouched.filter(([, { mac, lastMs }]) => {
      const after = mac !== null && isMadeUp(mac) ? forgottenAfterMs.madeUp : forgottenAfterMs.real;
      return nowMs !== null && nowMs - lastMs > after;
    });
    const ids = new Set(guests.map(([id]) => id));
    const tooMany = this.#devices.size - ids.size - mostDevices;
    if (tooMany > 0) {
      const rest = [...this.#devices].filter(([id]) => !ids.has(id));
      const worth = ([, one]: [string, StoredDevice]) => (one.label === '' && one.standing === 'new' ? 0 : 1);
      rest.sort((a, b) => worth(a) - worth(b) || a[1].lastMs - b[1].lastMs);
      for (const [id] of rest.slice(0, tooMany)) ids.add(id);
    }
    return [...ids];
  }

  /** Heard by an address alone, it may be one whose hardware is known. */
  #idOf(neighbour: DatedNeighbour): string {
    const [address] = neighbour.addresses;
    if (neighbour.mac !== undefined || address === undefined) return idOf(neighbour);
    let found: { id: string; lastMs: number } | undefined;
    for (const [id, { mac, addresses, lastMs }] of this.#devices)
      if (mac !== null && addresses.includes(address) && lastMs >= (found?.lastMs ?? 0))
        found = { id, lastMs };
    return found?.id ?? idOf(neighbour);
  }
}

function said(device: StoredDevice | undefined): string {
  return JSON.stringify(device === undefined ? null : { ...device, lastMs: 0 });
}
