/** The shipped store alone, with hosts in its registry, fed as ingest feeds it. */

import { sealPhase } from '../../appliance/store/blocks/sealer.ts';
import { createStoreClient, type StoreClient } from '../../appliance/store/client/client.ts';
import type { AppendEntry } from '../../appliance/store/client/types.ts';
import { eventually } from '../helpers/eventually.ts';
import { BundledBox } from './box.ts';
import { schedulerMs } from './counters.ts';
import type { Hosts } from './hosts.ts';

export const stepMs = 5_000;
/** As long as the store collects before it seals. */
export const sealEveryTicks = 720;
const admittedAtOnce = 16;
const ticksPerEntry = 60;

/** Which ticks of a host: from and to a row, dated from the start of its run. */
export type Stretch = {
  machine: number;
  host: number;
  from: number;
  to: number;
  wallAtZeroMs: number;
  run?: string;
};

export class StoreBox {
  readonly box: BundledBox;
  readonly client: StoreClient;
  /** As those who look ask it. */
  readonly reader: StoreClient;

  private constructor(box: BundledBox) {
    this.box = box;
    this.client = createStoreClient({ runDir: box.runDir, as: 'ingest' });
    this.reader = createStoreClient({ runDir: box.runDir, as: 'web' });
  }

  static async start(o: { bundles: string; flags?: readonly string[]; parent?: string }): Promise<StoreBox> {
    const box = await BundledBox.create({
      bundles: o.bundles,
      daemons: ['store'],
      ...(o.parent === undefined ? {} : { parent: o.parent }),
    });
    try {
      await box.start({ store: o.flags ?? [] });
    } catch (error) {
      await box.remove();
      throw error;
    }
    return new StoreBox(box);
  }

  /** The same state with other flags. */
  async restart(flags: readonly string[]): Promise<void> {
    await this.box.stop();
    await this.box.start({ store: flags });
  }

  get pid(): number {
    return this.box.pid('store');
  }

  cpuMs(): number {
    return schedulerMs(this.pid);
  }

  /** The number of each host's machine. */
  async admit(hosts: Hosts): Promise<number[]> {
    return admitHosts(this.client, hosts);
  }

  /** Until everything that has been sent by now is on disk. */
  async committed(): Promise<void> {
    const { appended } = await this.reader.health();
    await eventually(
      'what was sent is on disk',
      async () => (await this.reader.health()).durable >= appended,
      {
        withinMs: 120_000,
        everyMs: 250,
      },
    );
  }

  async remove(): Promise<void> {
    this.client.close();
    this.reader.close();
    await this.box.remove();
  }
}

export async function admitHosts(client: StoreClient, hosts: Hosts): Promise<number[]> {
  const machines: number[] = [];
  for (let first = 0; first < hosts.count; first += admittedAtOnce) {
    const some = Array.from({ length: Math.min(admittedAtOnce, hosts.count - first) }, (_, at) => first + at);
    await Promise.all(
      some.map(async (host) => {
        const key = (host + 1).toString(16).padStart(64, '0');
        const { machine } = await client.admit({ key, name: `host-${host}`, by: 'bench', local: false });
        await client.series(machine, [...hosts.series]);
        machines[host] = machine;
      }),
    );
  }
  return machines;
}

export function runOf(host: number): string {
  return (host + 1).toString(16).padStart(32, '0');
}

/** One tick more than what a host has sent so far is the next of its run. */
export function entryOf(hosts: Hosts, stretch: Stretch): AppendEntry {
  const { machine, host, from, to, wallAtZeroMs, run = runOf(host) } = stretch;
  const ticks = Array.from({ length: to - from }, (_, at) => ({
    seq: from + at,
    runMs: (from + at) * stepMs,
    values: hosts.row(host, from + at),
  }));
  return { machine, run, wallAtZeroMs, trusted: true, ticks };
}

/**
 * Ticks that wait for their block when the store has run for long: since its last seal, which for each machine was at
 * another time of the hour.
 */
export function waitingTicks(machine: number): number {
  return Math.round((1 - sealPhase(machine)) * sealEveryTicks);
}

/** Fills the heads as they are in the middle of an ordinary day; returns the next row of each host. */
export async function fillHeads(
  client: StoreClient,
  hosts: Hosts,
  machines: readonly number[],
  zeroOf: (host: number, ticks: number) => number,
): Promise<number[]> {
  const next: number[] = [];
  for (const [host, machine] of machines.entries()) {
    const ticks = waitingTicks(machine);
    const wallAtZeroMs = zeroOf(host, ticks);
    for (let from = 0; from < ticks; from += ticksPerEntry) {
      const to = Math.min(from + ticksPerEntry, ticks);
      await client.append([entryOf(hosts, { machine, host, from, to, wallAtZeroMs })]);
    }
    next.push(ticks);
  }
  return next;
}

/** About a sixth of the machines of a hundred, as in an ordinary round of sealing. */
const hostsPerRound = 15;

/**
 * History of an earlier run, which the store seals at once because it is so much: files of the log that can be used again,
 * and of LevelDB's tables of records so many (after seven rounds of a hundred machines) that it merges them with the next
 * one, as it does at every fourth.
 */
export async function fillHistory(store: StoreBox, hosts: Hosts, machines: readonly number[]): Promise<void> {
  const ticks = 2 * sealEveryTicks;
  const wallAtZeroMs = Date.now() - 4 * ticks * stepMs;
  for (let first = 0; first < machines.length; first += hostsPerRound) {
    const { blocks } = await store.reader.health();
    const some = machines.slice(first, first + hostsPerRound);
    for (const [at, machine] of some.entries()) {
      const host = first + at;
      const run = runOf(host).replace(/^0/, 'e');
      for (let from = 0; from < ticks; from += ticksPerEntry) {
        const to = from + ticksPerEntry;
        await store.client.append([entryOf(hosts, { machine, host, from, to, wallAtZeroMs, run })]);
      }
    }
    const sealed = async () => (await store.reader.health()).blocks >= blocks + some.length;
    await eventually('the history is sealed', sealed, { withinMs: 120_000, everyMs: 250 });
  }
}
