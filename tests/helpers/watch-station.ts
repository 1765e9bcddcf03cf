/** The watch at work over a store in RAM: killed, begun again, and shown measurements. */
import type { TestContext } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import type { Occasion, RuleChange } from '../../appliance/watch/client/types.ts';
import { Duty } from '../../appliance/watch/duty.ts';
import { FakeClock } from './clock.ts';
import { anne } from './incident-parts.ts';
import { type Told, WatchStoreInRam, watchedMachine } from './watch-store.ts';

export const second = 1_000;
export const minute = 60 * second;
export const cpu = (value: number): Told[] => [{ name: 'system.cpu.utilization', value }];

export class WatchStation {
  readonly clock = new FakeClock();
  readonly store: WatchStoreInRam;
  duty: Duty;

  constructor() {
    const anchorMs = this.clock.wallMs();
    this.store = new WatchStoreInRam({ anchorMs, wallMs: () => this.clock.wallMs() });
    this.duty = this.#newDuty();
  }

  static async start(t: TestContext, machines: number[] = [1]): Promise<WatchStation> {
    const station = new WatchStation();
    for (const machine of machines)
      station.store.put(watchedMachine(machine, { stateSinceMs: station.clock.wallMs() }));
    await station.begin();
    t.after(() => station.duty.stop());
    return station;
  }

  async begin(): Promise<void> {
    await this.duty.start();
    await this.rest();
  }

  /** Killed: nothing is said, and the next one begins over the same store. */
  async kill(): Promise<void> {
    this.store.followed.length = 0;
    this.duty = this.#newDuty();
    await this.begin();
  }

  async rest(): Promise<void> {
    do await this.clock.advance(20);
    while (!this.duty.isWarm);
    await this.duty.settled();
  }

  /** Measured every ten seconds for so long, and looked at. */
  async measure(forMs: number, values: readonly Told[], machine = 1): Promise<void> {
    for (let ms = 0; ms < forMs; ms += 10 * second) {
      await this.clock.advance(10 * second);
      this.store.live(machine, this.clock.wallMs(), values);
      this.duty.look();
    }
    await this.duty.settled();
  }

  async change(
    rule: string,
    change: RuleChange,
    scope: 'all' | `machine:${number}` | `group:${string}` = 'all',
  ) {
    await this.duty.library.changeRule(rule, scope, change, anne);
    await this.rest();
  }

  open(): string[] {
    return this.duty.incidents.list().map(({ rule, machine, verdict }) => `${rule} ${machine} ${verdict}`);
  }

  told(): string[] {
    return this.store.namespace<Occasion>('watch.occasions').map(({ kind, text }) => `${kind} ${text.en}`);
  }

  #newDuty(): Duty {
    const log = createLog({ name: 'watch', level: 'error', write: () => undefined });
    return new Duty({ store: this.store.client(), clock: this.clock, log, onChange: () => undefined });
  }
}
