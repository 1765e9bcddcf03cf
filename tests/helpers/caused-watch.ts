/**
 * The watch over a network that a test takes apart: machines and probes hang behind switches, a gateway and the internet;
 * what cannot be reached is told as the agents and the agents' door would. Time is the test's, the receiver of mail is real.
 */
import type { TestContext } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import type { ProbeDefinition } from '../../appliance/watch/client/probes.ts';
import type { Group, Incident, Occasion } from '../../appliance/watch/client/types.ts';
import { Duty } from '../../appliance/watch/duty.ts';
import { Mailroom } from '../../appliance/watch/outbox/mailroom.ts';
import { alwaysOn, alwaysOnIds } from '../../appliance/watch/probes/always.ts';
import { FakeClock } from './clock.ts';
import { temporaryFolder } from './folder.ts';
import { anne } from './incident-parts.ts';
import type { MailServer } from './mail-server.ts';
import { ReachInRam } from './notices.ts';
import { WatchStoreInRam, watchedMachine } from './watch-store.ts';

const second = 1_000;
const stepMs = 5 * second;
const boxMachine = 1;
const letters = 'abcdefghijklmnopqrstuvwxyz';

/** Places that can be broken; what hangs behind one is reached through it. */
export type Place = 'cable' | 'gateway' | 'internet' | 'names' | `switch-${string}` | `device-${string}`;

/** Addresses of devices: outside, and on the network of the box. */
export const outside = (nth: number) => `203.0.113.${nth + 1}`;
export const near = (nth: number) => `192.168.1.${100 + nth}`;

type Hung = { through: readonly Place[]; lastMs: number };
type HungProbe = Hung & { probe: ProbeDefinition };
type HungMachine = Hung & { machine: number; state: 'up' | 'silent' | 'vanished' };

export class CausedWatch {
  readonly clock = new FakeClock();
  readonly store: WatchStoreInRam;
  readonly broken = new Set<Place>();
  /** Probes that are never answered, and those that fail for want of an address. */
  readonly mute = new Set<string>();
  readonly nameless = new Set<string>();
  /** Probes that are answered after three seconds. */
  readonly slow = new Set<string>();
  readonly reach = new ReachInRam();
  /** Another network that the box keeps when its cable is out; and the way out is where it was. */
  tunnel: string | null = null;
  duty: Duty;
  mailroom: Mailroom;
  readonly #stateDir: string;
  readonly #probes: HungProbe[] = [];
  readonly #machines: HungMachine[] = [];
  #networks = ['192.168.1.2/24'];
  #isSilent = false;

  private constructor(stateDir: string) {
    this.#stateDir = stateDir;
    this.store = new WatchStoreInRam({ anchorMs: this.clock.wallMs(), wallMs: () => this.clock.wallMs() });
    this.duty = this.#newDuty();
    this.mailroom = this.#newMailroom();
  }

  static async start(t: TestContext): Promise<CausedWatch> {
    const watch = new CausedWatch(temporaryFolder(t));
    const facts = { addresses: ['192.168.1.2'] };
    const box = { local: true, name: 'box', facts, stateSinceMs: watch.clock.wallMs() };
    watch.store.put(watchedMachine(boxMachine, box));
    for (const probe of alwaysOn()) watch.#probes.push({ probe, through: throughOf(probe.id), lastMs: 0 });
    await watch.#begin();
    t.after(async () => {
      await watch.duty.stop();
      await watch.mailroom.outbox.stop();
    });
    return watch;
  }

  /** With three machines beside the box, and the fog of the first looks over. */
  static async network(t: TestContext): Promise<CausedWatch> {
    const watch = await CausedWatch.start(t);
    watch.machines(2, 4, []);
    await watch.pass(60 * second);
    return watch;
  }

  /** Probes of devices, named `prefix-1` and so on; each asked at its own moment. */
  devices(
    count: number,
    o: { prefix: string; host(nth: number): string; through: readonly Place[] } & Partial<ProbeDefinition>,
  ): string[] {
    const { prefix, host, through, ...more } = o;
    const ids = Array.from({ length: count }, (_, nth) => idOf(prefix, nth));
    for (const [nth, id] of ids.entries()) {
      const probe: ProbeDefinition = {
        ...{ id, name: `${prefix}-${nth + 1}`, kind: 'icmp', options: { host: host(nth), timeoutMs: 3_000 } },
        ...{ intervalMs: 20 * second, vantages: [], enabled: true, builtIn: false, groups: [] },
        ...{ parent: null, beyond: true, ...more },
      };
      this.#probes.push({
        probe,
        through: [...through, `device-${probe.name}`],
        lastMs: (nth % 4) * 5 * second,
      });
    }
    this.#define();
    return ids;
  }

  machines(from: number, to: number, through: readonly Place[], address = '192.168.1.'): void {
    for (let machine = from; machine <= to; machine++) {
      const facts = { addresses: [`${address}${machine}`] };
      const nowMs = this.clock.wallMs();
      this.store.put(watchedMachine(machine, { facts, stateSinceMs: nowMs, lastSampleMs: nowMs }));
      this.#machines.push({
        machine,
        through: [...through, `device-pc-${machine}`],
        lastMs: nowMs,
        state: 'up',
      });
    }
  }

  async group(group: Group): Promise<void> {
    await this.duty.library.putGroup(group, anne);
  }

  break(...places: Place[]): void {
    for (const place of places) this.broken.add(place);
    if (this.broken.has('cable')) this.#networks = this.tunnel === null ? [] : [this.tunnel];
  }

  mend(...places: Place[]): void {
    for (const place of places) this.broken.delete(place);
    if (!this.broken.has('cable')) this.#networks = ['192.168.1.2/24'];
  }

  /** Time passes: agents measure, the door notices who is silent, the watch looks and the outbox tells. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      await this.clock.advance(stepMs);
      this.#measure();
      this.duty.look();
      await this.duty.settled();
      await this.mailroom.outbox.settled();
    }
  }

  /** Until that probe has just looked. */
  async looked(id: string): Promise<void> {
    const hung = this.#probes.find(({ probe }) => probe.id === id)!;
    do await this.pass(stepMs);
    while (hung.lastMs !== this.clock.wallMs());
  }

  /** The process begins again: what was only in RAM is gone. In between agents and store go on for so long. */
  async restart(awayMs = 0): Promise<void> {
    await this.duty.stop();
    this.store.followed.length = 0;
    for (let passed = 0; passed < awayMs; passed += stepMs) {
      await this.clock.advance(stepMs);
      this.#measure();
    }
    this.duty = this.#newDuty();
    await this.#begin();
  }

  /** The box's own agent is not heard for a while: nobody knows what it would find. */
  async silence(ms: number): Promise<void> {
    this.#setBox('silent');
    this.#isSilent = true;
    await this.pass(ms);
    this.#isSilent = false;
    this.#setBox('up');
  }

  mail(server: MailServer): Promise<unknown> {
    const options = {
      ...{ host: 'localhost', port: server.port, security: 'starttls', fingerprint: server.fingerprint },
      ...{ from: 'box@school.example', to: ['anne@school.example'] },
    };
    const channel = {
      ...{ kind: 'mail', name: 'mail', enabled: true, language: 'en' as const, zone: 'UTC', digestAt: null },
      ...{ takes: { least: 'low' as const, groups: [] }, options },
    };
    return this.mailroom.create(channel, anne);
  }

  /** Who was to be told what: `opened The internet …`. Nothing is taken while there is no channel. */
  told(): string[] {
    return this.occasions().map(({ kind, text }) => `${kind} ${text.en}`);
  }

  more(): string[] {
    return this.occasions().map(({ more }) => more?.en ?? '');
  }

  open(): Incident[] {
    return this.duty.incidents.list();
  }

  occasions(): Occasion[] {
    return this.store.namespace<Occasion>('watch.occasions');
  }

  #measure(): void {
    const nowMs = this.clock.wallMs();
    const isCut = (through: readonly Place[]) => through.some((place) => this.broken.has(place));
    const values: { name: string; value: number }[] = [];
    if (this.tunnel !== null)
      values.push({ name: 'system.network.up:eth0', value: this.broken.has('cable') ? 0 : 1 });
    for (const hung of this.#isSilent ? [] : this.#probes) {
      const { probe, through } = hung;
      if (nowMs - hung.lastMs < probe.intervalMs) continue;
      hung.lastMs = nowMs;
      const isGone = through[0] === 'gateway' && this.broken.has('cable') && this.tunnel === null;
      const code = isGone ? 'NONE_HERE' : this.nameless.has(probe.name) ? 'NAME' : 'TIMEOUT';
      const reason = { code, detail: '' };
      this.duty.probes.result(boxMachine, probe.id, isGone ? 'unknown' : 'down', reason);
      if (isGone) continue;
      const isUp = !isCut(through) && !this.mute.has(probe.id);
      values.push({ name: `probe.up:${probe.id}`, value: isUp ? 1 : 0 });
      if (isUp)
        values.push({ name: `probe.duration:${probe.id}`, value: this.slow.has(probe.name) ? 3 : 0.01 });
    }
    this.store.live(boxMachine, nowMs, [{ name: 'system.cpu.utilization', value: 0.1 }, ...values]);
    for (const hung of this.#machines) this.#hear(hung, isCut(['cable', ...hung.through]), nowMs);
  }

  /** As the agents' door: silent after three intervals, vanished after two minutes. */
  #hear(hung: HungMachine, isCut: boolean, nowMs: number): void {
    const { machine, state } = hung;
    if (!isCut) {
      hung.lastMs = nowMs;
      if (state !== 'up') this.#put(hung, 'up');
      this.store.live(machine, nowMs, [{ name: 'system.cpu.utilization', value: 0.1 }], false);
      return;
    }
    const silentMs = nowMs - hung.lastMs;
    if (state === 'up' && silentMs >= 15 * second) this.#put(hung, 'silent');
    if (state === 'silent' && silentMs >= 120 * second) this.#put(hung, 'vanished');
  }

  #put(hung: HungMachine, state: HungMachine['state']): void {
    hung.state = state;
    const known = this.store.machines.get(hung.machine)!;
    this.store.put({ ...known, state, stateSinceMs: this.clock.wallMs(), lastSampleMs: hung.lastMs });
  }

  #setBox(state: 'up' | 'silent'): void {
    const known = this.store.machines.get(boxMachine)!;
    const nowMs = this.clock.wallMs();
    this.store.put({ ...known, state, stateSinceMs: nowMs, lastSampleMs: nowMs });
  }

  #define(): void {
    this.duty.defineProbes(this.#probes.map(({ probe }) => probe));
  }

  async #begin(): Promise<void> {
    await this.duty.start();
    do await this.clock.advance(20);
    while (!this.duty.isWarm);
    this.#define();
    await this.mailroom.load();
    await this.duty.settled();
  }

  #newDuty(): Duty {
    const log = createLog({ name: 'watch', level: 'error', write: () => undefined });
    return new Duty({
      ...{ store: this.store.client(), clock: this.clock, log, onChange: () => undefined },
      onTold: () => {
        if (this.mailroom.list().length > 0) this.mailroom.outbox.wake();
      },
      networks: () => this.#networks,
    });
  }

  #newMailroom(): Mailroom {
    const log = createLog({ name: 'watch', level: 'error', write: () => undefined });
    const o = { store: this.store.client(), stateDir: this.#stateDir, clock: this.clock, log };
    return new Mailroom({ ...o, now: () => this.duty.time.now(), reach: this.reach });
  }
}

function throughOf(id: string): readonly Place[] {
  if (id === alwaysOnIds.gateway) return ['gateway', 'cable'];
  if (id === alwaysOnIds.names) return ['names', 'cable'];
  return ['internet', 'gateway', 'cable'];
}

/** Eight letters, the same for the same name. */
function idOf(prefix: string, nth: number): string {
  const tail = letters[Math.floor(nth / 26)]! + letters[nth % 26]!;
  return (
    prefix
      .replaceAll(/[^a-z]/g, '')
      .padEnd(6, 'q')
      .slice(0, 6) + tail
  );
}
