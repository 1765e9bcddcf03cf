/** What was seen of the devices around, joined: several addresses with one hardware are one device. Bounded, in RAM. */
import { limits } from '../../appliance/protocol/limits.ts';
import type { Neighbour } from '../../appliance/protocol/neighbours.ts';

export type Sighting = {
  address: string;
  mac?: string | undefined;
  names?: readonly string[];
  services?: readonly string[];
  /** It is remembered, not heard now. */
  isOld?: boolean;
};

type Seen = { mac: string | undefined; names: Set<string>; services: Set<string>; heardMs: number };

const mostAddresses = 1_024;
/** Being heard again is news so seldom. */
const heardAgainMs = 10 * 60_000;

export class Sightings {
  readonly #byAddress = new Map<string, Seen>();
  /** By the key of a device: what was told of it, and by which revision. */
  readonly #told = new Map<string, { neighbour: Neighbour; revision: number }>();
  #revision = 0;

  saw({ address, mac, names = [], services = [], isOld = false }: Sighting, runMs: number): void {
    let seen = this.#byAddress.get(address);
    // An address that went to another device says nothing of the one before.
    const isOther = seen?.mac !== undefined && mac !== undefined && seen.mac !== mac;
    if (seen === undefined || isOther) seen = { mac, names: new Set(), services: new Set(), heardMs: runMs };
    seen.mac ??= mac;
    if (!isOld) seen.heardMs = runMs;
    for (const name of names) if (seen.names.size < limits.neighbourNames) seen.names.add(name);
    for (const one of services) if (seen.services.size < limits.neighbourServices) seen.services.add(one);
    // The one of which nothing was seen for longest is the first of the map.
    this.#byAddress.delete(address);
    this.#byAddress.set(address, seen);
    if (this.#byAddress.size > mostAddresses)
      this.#byAddress.delete(this.#byAddress.keys().next().value as string);
  }

  /** By address, those without a name: who may be asked for one. */
  nameless(): string[] {
    return [...this.#byAddress].flatMap(([address, { names }]) => (names.size === 0 ? [address] : []));
  }

  /** What is new behind a revision that was told, and the revision that is told with it. */
  newsSince(revision: number): { neighbours: Neighbour[]; revision: number } {
    this.#join();
    const news = [...this.#told.values()].filter((one) => one.revision > revision);
    news.sort((a, b) => a.revision - b.revision);
    const now = news.slice(0, limits.neighboursPerMessage);
    return { neighbours: now.map(({ neighbour }) => neighbour), revision: now.at(-1)?.revision ?? revision };
  }

  #join(): void {
    const now = new Map<string, Neighbour>();
    for (const [address, { mac, names, services, heardMs }] of this.#byAddress) {
      const key = mac ?? address;
      const known = now.get(key) ?? {
        ...(mac ? { mac } : {}),
        addresses: [],
        names: [],
        services: [],
        heardMs,
      };
      add(known.addresses, [address], limits.neighbourAddresses);
      add(known.names, names, limits.neighbourNames);
      add(known.services, services, limits.neighbourServices);
      known.heardMs = Math.max(known.heardMs, heardMs);
      now.set(key, known);
    }
    for (const key of this.#told.keys()) if (!now.has(key)) this.#told.delete(key);
    for (const [key, neighbour] of now) {
      for (const list of [neighbour.addresses, neighbour.names, neighbour.services]) list.sort();
      const before = this.#told.get(key)?.neighbour;
      const isNews =
        before === undefined ||
        neighbour.heardMs - before.heardMs >= heardAgainMs ||
        JSON.stringify({ ...before, heardMs: 0 }) !== JSON.stringify({ ...neighbour, heardMs: 0 });
      if (isNews) this.#told.set(key, { neighbour, revision: ++this.#revision });
    }
  }
}

function add(to: string[], from: Iterable<string>, most: number): void {
  for (const one of from) if (to.length < most && !to.includes(one)) to.push(one);
}
