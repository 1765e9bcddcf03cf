/**
 * A machine whose box is away: the agent's own outbox, link and wire, fed with made-up ticks as fast as they can be written.
 * It keeps a ledger of what it produced in which run.
 */
import { join } from 'node:path';
import type { Found } from '../../../agent/find/index.ts';
import { type Identity, openIdentity } from '../../../agent/identity.ts';
import { Link } from '../../../agent/link.ts';
import { Outbox } from '../../../agent/outbox/outbox.ts';
import { Pins } from '../../../agent/pins.ts';
import type { Series } from '../../../appliance/protocol/series.ts';
import { createLog, type Log } from '../../../appliance/runtime/log.ts';
import { newRun } from '../../helpers/wire-agent.ts';
import { ShiftedClock } from './shifted-clock.ts';

export const intervalMs = 5_000;
export const width = 60;
export const names = Array.from({ length: width }, (_, index) => `test.value:${index}`);
const series: Series[] = names.map((name) => ({ name, unit: '1', scale: 0, kind: 'gauge' }));

/** Neighbours always differ. About as long on the wire as what a machine measures: two in three stay as they were. */
export function expected(machine: number, run: number, seq: number, index: number): number {
  if (index === 0) return run * 1_000_000 + seq;
  const turn = index % 3 === 0 ? seq : Math.floor((seq + index) / 60);
  return (Math.imul(turn + 1, 40503) ^ Math.imul(machine + 1, 2654435761) ^ (index << 8)) & 0x3ff;
}

export type Run = { id: string; number: number; produced: number; zeroWallMs: number };

export class SimulatedMachine {
  readonly name: string;
  readonly number: number;
  readonly identity: Identity;
  readonly runs: Run[] = [];
  readonly clock: ShiftedClock;
  outbox!: Outbox;
  /** When the box must take the last run to have begun, and how many of its ticks are from before it came back. */
  zeroMs = 0;
  prefilled = 0;
  link: Link | undefined;
  readonly #folder: string;
  readonly #log: Log;
  #startedMs = 0;

  private constructor(o: { folder: string; number: number; agoMs: number; identity: Identity; log: Log }) {
    this.number = o.number;
    this.name = `pc-${o.number}`;
    this.identity = o.identity;
    this.clock = new ShiftedClock(o.agoMs, intervalMs);
    this.#folder = o.folder;
    this.#log = o.log;
  }

  static async create(o: {
    folder: string;
    number: number;
    agoMs: number;
    log?: Log;
  }): Promise<SimulatedMachine> {
    const log = o.log ?? createLog({ name: `pc-${o.number}`, level: 'warn' });
    return new SimulatedMachine({ ...o, identity: await openIdentity(o.folder), log });
  }

  get run(): Run {
    return this.runs[this.runs.length - 1]!;
  }

  /** The agent starts. */
  async begin(): Promise<void> {
    const zeroWallMs = Math.round(this.clock.wallMs());
    const number = this.runs.length;
    const run = { id: newRun(), number, produced: 0, zeroWallMs };
    this.runs.push(run);
    this.#startedMs = this.clock.monotonicMs();
    this.outbox = new Outbox({
      ...{ folder: join(this.#folder, 'outbox'), bytes: 32 * 1024 * 1024, run: run.id },
      series: { from: (index) => series.slice(index) },
      clocks: { pairs: [{ runMs: 0, wallMs: zeroWallMs, synchronised: true, sleptMs: 0 }], version: 1 },
      ...{ clock: this.clock, log: this.#log },
      wanted: async () => true,
    });
    await this.outbox.start();
  }

  /** The agent stops in an orderly way. */
  async end(): Promise<void> {
    await this.link?.stop();
    this.link = undefined;
    await this.outbox.stop();
  }

  /** Measures while the clock is still in the past. */
  async measure(ticks: number): Promise<void> {
    for (; ticks > 0; ticks--) {
      this.clock.pass(intervalMs);
      this.tick();
      await this.outbox.written;
    }
  }

  tick(): void {
    const { run } = this;
    const seq = run.produced++;
    const values = names.map((_, index) => expected(this.number, run.number, seq, index));
    this.outbox.add({ seq, runMs: this.#runMs(), values });
    this.link?.tick();
  }

  /** From now on the present; the box is back. */
  async connect(box: { port: number; hash: string }): Promise<void> {
    // In the middle of the intervals by which the store is asked, so that none holds two ticks.
    const offMs = (Date.now() - this.#runMs() - intervalMs / 2) % intervalMs;
    await this.clock.sleep(intervalMs - offMs);
    this.clock.letGo();
    this.zeroMs = Date.now() - this.#runMs();
    this.prefilled = this.run.produced;
    await this.reach(box);
  }

  /** The box can be reached, whatever the time. */
  async reach(box: { port: number; hash: string }): Promise<void> {
    const { run } = this;
    const log = this.#log;
    const found: Found = { host: '127.0.0.1', port: box.port, rung: 'typed' };
    const savedFile = join(this.#folder, 'box.json');
    const catalog = { length: width, from: (index: number) => series.slice(index) };
    this.link = new Link({
      identity: this.identity,
      pins: new Pins({ typed: box.hash, doorFile: '', savedFile, log }),
      speaker: {
        run: { id: run.id, osBoot: run.id, ms: () => this.#runMs() },
        catalog,
        outbox: this.outbox,
        clocks: () => [],
        hash: this.identity.hash,
        ...{ machineName: this.name, os: 'test', intervalMs },
        facts: () => undefined,
        services: () => undefined,
        processes: async () => ({ processes: [] }),
        notice: () => undefined,
        synchronised: () => true,
        boxTime: { heard: () => undefined },
        probes: { assigned: () => undefined, results: () => [] },
        neighbours: { wanted: () => undefined, rest: () => undefined, newsSince: () => undefined },
      },
      async *find() {
        yield found;
      },
      ...{ clock: this.clock, log, random: () => 0.02 },
    });
    await this.link.start();
  }

  /** Nothing waits any more but what was just measured. */
  get drained(): boolean {
    return this.outbox.size.disk.ticks === 0;
  }

  get empty(): boolean {
    return this.drained && this.outbox.size.ticks === 0;
  }

  #runMs(): number {
    return Math.round(this.clock.monotonicMs() - this.#startedMs);
  }
}
