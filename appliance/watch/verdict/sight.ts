/** Gathers what the judges of causes look at, from what the watch hears. */
import { networkInterfaces } from 'node:os';
import type { LooseOptions } from '../../protocol/probes/exchange.ts';
import { hostAimedAt } from '../../protocol/probes/target.ts';
import type { Machine } from '../../store/client/client.ts';
import type { Group, Incident } from '../client/types.ts';
import type { Presence } from '../rules/rule.ts';
import type { Cables } from './cables.ts';
import type { Where } from './explain.ts';
import type { Reached } from './reached.ts';
import { type SeenMachine, type SeenProbe, type View, whereOf } from './scene.ts';

export type SightOptions = {
  atMs(): number;
  machines(): readonly Machine[];
  presenceOf(machine: number): Presence | undefined;
  probes(): readonly SeenProbe[];
  groups(): readonly Group[];
  atOf(wallMs: number): number;
  reached: Pick<Reached, 'has' | 'look'>;
  cables: Pick<Cables, 'out'>;
  /** That the box stands in, as `192.0.2.1/24`. */
  networks?: (() => readonly string[]) | undefined;
};

const mostKnown = 4_096;

export class Sight {
  readonly #o: SightOptions;
  readonly #heardMs = new Map<number, number>();
  readonly #where = new Map<string, Where>();
  readonly #hosts = new WeakMap<LooseOptions, string>();
  #networks: readonly string[] = [];

  constructor(o: SightOptions) {
    this.#o = o;
  }

  heard(machine: number, atMs: number): void {
    if (atMs > (this.#heardMs.get(machine) ?? Number.NEGATIVE_INFINITY)) this.#heardMs.set(machine, atMs);
  }

  forget(machine: number): void {
    this.#heardMs.delete(machine);
  }

  view(open: readonly Incident[]): View {
    const networks = (this.#o.networks ?? ownNetworks)();
    const probes = this.#o.probes();
    const machines = this.#o.machines();
    const own = machines.find(({ local }) => local)?.machine;
    this.#o.reached.look(
      own,
      probes.map(({ probe }) => probe),
    );
    if (networks.join() !== this.#networks.join() || this.#where.size > mostKnown) this.#where.clear();
    this.#networks = networks;
    return {
      ...{ atMs: this.#o.atMs(), probes, groups: this.#o.groups(), open },
      machines: machines.flatMap((machine) => this.#seen(machine)),
      isLinked: networks.length > 0,
      cableOut: (sinceMs) => this.#o.cables.out(own, sinceMs),
      whereIs: (host) => this.#whereIs(host),
      hostOf: ({ options }) => this.#hostOf(options),
      atOf: (wallMs) => this.#o.atOf(wallMs),
      wasReached: (probe) => this.#o.reached.has(probe),
    };
  }

  #seen({ machine, name, local, facts }: Machine): SeenMachine[] {
    const presence = this.#o.presenceOf(machine);
    if (presence === undefined) return [];
    const heardMs = Math.max(presence.heardMs, this.#heardMs.get(machine) ?? Number.NEGATIVE_INFINITY);
    return [{ machine, name, local, presence, heardMs, addresses: facts?.addresses ?? [] }];
  }

  /** To take an address of a page apart costs more than all else that is looked at of its probe. */
  #hostOf(options: LooseOptions): string {
    const host = this.#hosts.get(options) ?? hostAimedAt(options);
    this.#hosts.set(options, host);
    return host;
  }

  #whereIs(host: string): Where {
    const where = this.#where.get(host) ?? whereOf(host, this.#networks);
    this.#where.set(host, where);
    return where;
  }
}

export function ownNetworks(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ internal, cidr }) => (internal || cidr === null ? [] : [cidr])),
  );
}
