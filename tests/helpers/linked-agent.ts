/** The agent's way to the box without its collectors: real identity, outbox, link and TLS; a test says what is measured. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoxTime } from '../../agent/box-time.ts';
import { Catalog } from '../../agent/catalog.ts';
import { createLadder } from '../../agent/find/index.ts';
import { type Identity, openIdentity } from '../../agent/identity.ts';
import { Link } from '../../agent/link.ts';
import { OwnClocks } from '../../agent/outbox/clocks.ts';
import { Outbox } from '../../agent/outbox/outbox.ts';
import { Pins } from '../../agent/pins.ts';
import type { Run } from '../../agent/run.ts';
import type { Token } from '../../agent/token.ts';
import type { Facts } from '../../appliance/protocol/facts.ts';
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Neighbour, NeighboursWanted } from '../../appliance/protocol/neighbours.ts';
import type { Assignment, ProbeResult } from '../../appliance/protocol/probes/exchange.ts';
import type { Processes } from '../../appliance/protocol/processes.ts';
import type { Services } from '../../appliance/protocol/services.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { eventually } from './eventually.ts';

export type LinkedAgentOptions = {
  box: string;
  boxHash?: string;
  outboxTicks?: number;
  /** Where earlier runs left something. */
  outboxFolder?: string;
  identity?: Identity;
  random?: () => number;
  token?: Token;
  /** What mDNS would find, instead of `box`. */
  boxes?: readonly { host: string; port: number }[];
};

export class LinkedAgent {
  readonly identity: Identity;
  readonly outbox: Outbox;
  readonly link: Link;
  readonly pins: Pins;
  readonly lines: string[] = [];
  readonly run: Run;
  facts: Facts | undefined;
  services: Services | undefined;
  readonly notices: string[] = [];
  processes: Omit<Processes, 'id'> = { processes: [] };
  assigned: readonly Assignment[] | undefined;
  readonly neighboursWanted: (NeighboursWanted | 'rest')[] = [];
  neighbours: Neighbour[] = [];
  /** What time it was at the box, with each ack. */
  readonly boxTimes: Parameters<BoxTime['heard']>[0][] = [];
  results: ProbeResult[] = [];
  readonly #folder: string;
  readonly #catalog = new Catalog(systemClock);
  #seq = 0;

  private constructor(options: LinkedAgentOptions, identity: Identity, folder: string) {
    this.identity = identity;
    this.#folder = folder;
    const log = createLog({ name: 'agent', level: 'debug', write: (line) => this.lines.push(line) });
    const startedMs = performance.now();
    this.run = {
      id: '0123456789abcdef'.repeat(2),
      osBoot: 'fedcba9876543210'.repeat(2),
      ms: () => Math.round(performance.now() - startedMs),
    };
    this.pins = new Pins({
      typed: options.boxHash ?? '',
      doorFile: '',
      savedFile: join(folder, 'box.json'),
      log,
    });
    const clocks = new OwnClocks({
      clock: systemClock,
      runMs: () => this.run.ms(),
      synchronised: () => true,
      sinceBootMs: () => undefined,
    });
    this.outbox = new Outbox({
      ...{
        folder: options.outboxFolder ?? join(folder, 'outbox'),
        bytes: 2 ** 22,
        run: this.run.id,
        series: this.#catalog,
      },
      ...{ clocks, clock: systemClock, log },
      wanted: async () => true,
      ram: { ticks: options.outboxTicks ?? 100_000, bytes: 2 ** 26 },
    });
    this.link = new Link({
      identity,
      pins: this.pins,
      speaker: {
        run: this.run,
        catalog: this.#catalog,
        outbox: this.outbox,
        hash: identity.hash,
        machineName: 'test machine',
        synchronised: () => true,
        clocks: () => clocks.pairs,
        os: 'test system',
        intervalMs: 5_000,
        facts: () => this.facts,
        services: () => this.services,
        processes: async () => this.processes,
        boxTime: { heard: (pair) => void this.boxTimes.push(pair) },
        probes: {
          assigned: (list) => {
            this.assigned = list;
          },
          results: () => this.results,
        },
        notice: (text) => void this.notices.push(text),
        neighbours: {
          wanted: (body) => void this.neighboursWanted.push(body),
          rest: () => void this.neighboursWanted.push('rest'),
          newsSince: ({ revision, searched }) =>
            revision === 0 && this.neighbours.length > 0
              ? { body: { neighbours: this.neighbours }, told: { revision: 1, searched } }
              : undefined,
        },
      },
      find: (signal) =>
        options.boxes === undefined
          ? createLadder({ box: options.box, doorFile: '', discover: false, clock: systemClock, log })(signal)
          : listed(options.boxes),
      clock: systemClock,
      ...(options.token === undefined ? {} : { token: options.token }),
      log,
      // A tenth of the usual waiting, and never none.
      random: options.random ?? (() => 0.05),
    });
  }

  static async start(options: LinkedAgentOptions): Promise<LinkedAgent> {
    const folder = await mkdtemp(join(tmpdir(), 'nm-link-'));
    const agent = new LinkedAgent(options, options.identity ?? (await openIdentity(folder)), folder);
    await agent.outbox.start();
    await agent.link.start();
    return agent;
  }

  /** Measures: the n-th value belongs to core n. */
  tick(...values: number[]): void {
    const integers = values.map((value, core) => {
      this.#catalog.indexOf(metricSeries('system.cpu.utilization', `${core}`));
      return Math.round(value * 1000);
    });
    while (integers.length < this.#catalog.length) integers.push(0);
    this.outbox.add({ seq: this.#seq, runMs: this.run.ms(), values: integers });
    this.#seq += 1;
    this.link.tick();
  }

  state(wanted: string): Promise<true> {
    return eventually(`the agent is ${wanted}`, () => this.link.status().state === wanted, {
      everyMs: 5,
    }) as Promise<true>;
  }

  digits(): Promise<string> {
    return eventually('the agent shows digits', () => this.link.status().digits ?? undefined, { everyMs: 5 });
  }

  async stop(): Promise<void> {
    await this.link.stop();
    await this.outbox.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function* listed(boxes: readonly { host: string; port: number }[]) {
  for (const box of boxes) yield { ...box, rung: 'mdns' as const };
}
