/**
 * The devices around this machine. It listens and looks into the tables of the kernel; only when a person asks for it does it
 * go round and knock.
 */
import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import type { Neighbours } from '../../appliance/protocol/neighbours.ts';
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { type Log, limited } from '../../appliance/runtime/log.ts';
import type { Files } from '../files.ts';
import { neighbours as around } from '../find/scan.ts';
import { isAllowed } from '../probes/reach.ts';
import type { Announcement } from './announcements.ts';
import { Ears } from './ears.ts';
import { nameOf } from './names.ts';
import { type Sighting, Sightings } from './sightings.ts';
import { sweep } from './sweep.ts';
import { readArp, readNeigh, type Seat } from './tables.ts';

/** A program is started for it. */
const lookEveryMs = 60_000;
/** How long after the last knock an answer is waited for. */
const answersMs = 4_000;
/** A name server is asked for so many names at each look; who has none is asked again after an hour. */
const namesALook = 5;
const nameAgainMs = 3_600_000;
const mostAsked = 2_048;

export type NeighbourhoodOptions = {
  proc: Files;
  clock: Clock;
  log: Log;
  runMs(): number;
  /** The kernel's table as JSON; rejects where the program is missing. */
  table?: (signal: AbortSignal) => Promise<string>;
  /** Who may be behind the next knock. */
  hosts?: () => string[];
};

export class Neighbourhood {
  readonly #o: NeighbourhoodOptions;
  readonly #log: Log;
  readonly #sightings = new Sightings();
  readonly #ears: Ears;
  readonly #stopping = new AbortController();
  readonly #askedForName = new Map<string, number>();
  #timer: Timer | undefined;
  #own: { addresses: Set<string>; networks: string[] } = { addresses: new Set(), networks: [] };
  #searching: Promise<void> | undefined;
  #searched: number | undefined;
  #looking: Promise<void> | undefined;
  #opening: Promise<void> | undefined;

  constructor(o: NeighbourhoodOptions) {
    this.#o = o;
    this.#log = limited(o.log, 3_600_000, o.clock);
    this.#ears = new Ears({
      monotonicMs: () => o.clock.monotonicMs(),
      heard: (sender, announcement) => this.#heard(sender, announcement),
      failed: (what) => this.#log.info('devices on the network cannot be heard', { what }),
    });
  }

  start(): void {
    this.#opening = this.#ears.open();
    this.#look();
    this.#timer = this.#o.clock.every(lookEveryMs, () => this.#look());
  }

  async stop(): Promise<void> {
    this.#timer?.stop();
    this.#stopping.abort();
    this.#ears.close();
    await Promise.all([this.#searching, this.#looking]);
  }

  /** Each number once; who asks while it goes on gets the same one. */
  search(id: number): void {
    this.#searching ??= this.#goRound().finally(() => {
      this.#searching = undefined;
      this.#searched = id;
    });
  }

  /** What there is to tell behind a revision; `searched`: the search that has ended, if it was not told. */
  newsSince(
    revision: number,
    searched: number | undefined,
  ): { body: Neighbours; revision: number } | undefined {
    const news = this.#sightings.newsSince(revision);
    const hasEnded = this.#searched !== undefined && this.#searched !== searched;
    if (news.neighbours.length === 0 && !hasEnded) return undefined;
    const body = { neighbours: news.neighbours, ...(hasEnded ? { searched: this.#searched } : {}) };
    return { body, revision: news.revision };
  }

  #heard(sender: string, { names, services }: Announcement): void {
    if (names.length > 0 || services.length > 0) this.#saw({ address: sender, names, services });
  }

  #saw(sighting: Sighting): void {
    const { addresses, networks } = this.#own;
    const { address } = sighting;
    if (!addresses.has(address) && isAllowed(address, false, networks))
      this.#sightings.saw(sighting, this.#o.runMs());
  }

  #look(): void {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
    });
  }

  async #lookOnce(): Promise<void> {
    await this.#readTable();
    this.#ears.join();
    await this.#askNames();
  }

  async #readTable(): Promise<void> {
    const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
    this.#own = {
      addresses: new Set(all.map(({ address }) => address)),
      networks: all.flatMap(({ internal, cidr }) => (internal || cidr === null ? [] : [cidr])),
    };
    for (const { isHeard, ...seat } of await this.#seats()) this.#saw({ ...seat, isOld: !isHeard });
  }

  async #seats(): Promise<Seat[]> {
    try {
      return readNeigh(await (this.#o.table ?? tableOfKernel)(this.#stopping.signal));
    } catch (error) {
      this.#log.debug('the table of neighbours cannot be listed', { error: messageOf(error) });
      return readArp(this.#o.proc.text('net/arp') ?? '');
    }
  }

  async #goRound(): Promise<void> {
    const { signal } = this.#stopping;
    const hosts = (this.#o.hosts ?? around)();
    await this.#opening;
    this.#ears.ask();
    await sweep(hosts, this.#o.clock, signal);
    this.#ears.ask();
    await this.#o.clock.sleep(answersMs, signal).catch(() => undefined);
    await this.#readTable();
  }

  async #askNames(): Promise<void> {
    const nowMs = this.#o.clock.monotonicMs();
    const due = this.#sightings
      .nameless()
      .filter((address) => nowMs - (this.#askedForName.get(address) ?? -nameAgainMs) >= nameAgainMs);
    for (const address of due.slice(0, namesALook)) {
      if (this.#stopping.signal.aborted) return;
      if (this.#askedForName.size >= mostAsked) this.#askedForName.clear();
      this.#askedForName.set(address, nowMs);
      const name = await nameOf(address, this.#own.networks);
      if (name !== undefined) this.#saw({ address, names: [name], isOld: true });
    }
  }
}

async function tableOfKernel(signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)('ip', ['-j', 'neigh'], {
    ...{ signal, timeout: 5_000, maxBuffer: 1024 * 1024, encoding: 'utf8' },
  });
  return stdout;
}
