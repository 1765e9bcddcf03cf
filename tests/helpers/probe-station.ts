/** Probes at work over a store and a door in RAM: machines come and go, the box is killed and begun again. */
import type { TestContext } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import type { NewProbe, ProbeDefinition, ProbeState } from '../../appliance/watch/client/probes.ts';
import { Duty } from '../../appliance/watch/duty.ts';
import { joinProbes } from '../../appliance/watch/probes/joined.ts';
import type { Probes } from '../../appliance/watch/probes/probes.ts';
import { FakeClock } from './clock.ts';
import { anne } from './incident-parts.ts';
import { ProbeDoorInRam } from './probe-door.ts';
import { WatchStoreInRam, watchedMachine } from './watch-store.ts';

/** As one that comes with the program. */
export const gateway: ProbeDefinition = {
  ...{ id: 'gateway2', name: 'Gateway', kind: 'icmp', intervalMs: 10_000 },
  options: { host: '10.0.0.1', timeoutMs: 3_000, count: 20 },
  ...{ vantages: [], enabled: true, builtIn: true, groups: [], parent: null, beyond: false },
};

const nas: NewProbe = { kind: 'tcp', name: 'NAS', options: { host: 'nas.lan', port: 445 } };

export class ProbeStation {
  readonly clock = new FakeClock();
  readonly door = new ProbeDoorInRam();
  readonly store: WatchStoreInRam;
  readonly lines: string[] = [];
  /** What was told since the last question: the probe, and its state or null. */
  told: [id: string, state: ProbeState | null][] = [];
  duty!: Duty;
  probes!: Probes;

  constructor() {
    const anchorMs = this.clock.wallMs();
    this.store = new WatchStoreInRam({ anchorMs, wallMs: () => this.clock.wallMs() });
  }

  /** Machine 1 is the box itself, 2 and 3 are others. */
  static async start(t: TestContext): Promise<ProbeStation> {
    const station = new ProbeStation();
    for (const machine of [1, 2, 3])
      station.store.put(
        watchedMachine(machine, { local: machine === 1, stateSinceMs: station.clock.wallMs() }),
      );
    station.door.up();
    await station.begin();
    t.after(() => station.end());
    return station;
  }

  async begin(): Promise<void> {
    const log = createLog({ name: 'watch', level: 'warn', write: (line) => void this.lines.push(line) });
    const store = this.store.client();
    const { clock, door } = this;
    this.duty = new Duty({ store, clock, log, onChange: () => undefined });
    this.probes = joinProbes(this.duty, { store, door, clock, log, builtIns: [gateway] });
    this.probes.onChange((id, state) => void this.told.push([id, state]));
    await this.probes.load();
    await this.duty.start();
    this.probes.start();
    await this.rest();
  }

  async end(): Promise<void> {
    this.probes.stop();
    await this.duty.stop();
  }

  async restart(): Promise<void> {
    await this.end();
    await this.begin();
  }

  async rest(): Promise<void> {
    do await this.clock.advance(20);
    while (!this.duty.isWarm);
    await this.duty.settled();
  }

  async make(probe: Partial<NewProbe> = {}): Promise<string> {
    const { id } = await this.probes.create({ ...nas, ...probe }, anne);
    await this.rest();
    return id;
  }

  /** One machine has looked: its value is in a tick of now. */
  measure(machine: number, id: string, isUp: boolean, durationS = 0.01): void {
    this.store.live(machine, this.clock.wallMs(), [
      { name: `probe.up:${id}`, value: isUp ? 1 : 0 },
      { name: `probe.duration:${id}`, value: durationS },
    ]);
  }

  find(machine: number, id: string, verdict: 'up' | 'down' | 'unknown', code?: string): void {
    const reason = code === undefined ? {} : { reason: { code, detail: 'x' } };
    this.door.tell(machine, { probe: id, runMs: 1, atMs: this.clock.wallMs(), verdict, ...reason });
  }

  words(id: string): string {
    const { verdict, text } = this.probes.state(id);
    return `${verdict}: ${text.en}`;
  }
}
