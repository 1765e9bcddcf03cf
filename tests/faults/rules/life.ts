/** Lives a history through: the real watch over a store in RAM. What it was shown, and what it made of it. */
import { createLog } from '../../../appliance/runtime/log.ts';
import type { MachineState } from '../../../appliance/store/client/types.ts';
import type { Incident, Occasion } from '../../../appliance/watch/client/types.ts';
import { Duty } from '../../../appliance/watch/duty.ts';
import { WatchStoreInRam, watchedMachine } from '../../helpers/watch-store.ts';
import {
  machines,
  probeSettings,
  probes,
  type Script,
  type Step,
  settings,
  vanishedSettings,
} from './script.ts';
import { SteppedClock, startMs } from './stepped-clock.ts';

/** What the watch has seen, with the times at which it did; `unwatched`: what there was while it did not run. */
export type Seen = { tMs: number; unwatched?: true } & (
  | { saw: 'sample'; machine: number; series: string; value: number }
  /** A state with its dates, or the same one again. */
  | { saw: 'machine'; machine: number; state: MachineState; sinceMs: number; heardMs: number }
  | { saw: 'look' }
  /** The store, after it was away. */
  | { saw: 'back' }
  | ({ saw: 'acknowledge'; untilMs: number | null } & About)
  | ({ saw: 'release' } & About)
  | { saw: 'remove'; machine: number }
  | { saw: 'disable'; rule: string }
  | { saw: 'start' }
);

type About = Pick<Found, 'rule' | 'machine' | 'subject'>;

export type Found = {
  id: number;
  rule: string;
  machine: number | null;
  subject: string;
  openedMs: number;
  resolvedMs: number | null;
  ending: string | null;
  state: string;
  told: string[];
};
export type Life = { seen: Seen[]; found: Found[]; notes: string[] };

/** Shorter than what rules look back at a start. */
const longestDeathMs = 150_000;

const aboutOf = ({ rule, machine, subject }: About): About => ({ rule, machine, subject });
const by = { who: 'anne', role: 'admin', from: 'test' };

export async function liveThrough(script: Script): Promise<Life> {
  const clock = new SteppedClock();
  const store = new WatchStoreInRam({ anchorMs: startMs, wallMs: clock.wallMs });
  const life = new LivedLife(clock, store, script);
  return life.run();
}

class LivedLife {
  readonly #clock: SteppedClock;
  readonly #store: WatchStoreInRam;
  readonly #script: Script;
  readonly #seen: Seen[] = [];
  readonly #lastSample = new Map<number, number>();
  /** The state of each machine as the watch knows it. */
  readonly #known = new Map<number, string>(machines.map((machine) => [machine, 'up 0']));
  #duty: Duty;
  #awayFor = 0;
  #deadFor = 0;
  #diedMs = 0;

  constructor(clock: SteppedClock, store: WatchStoreInRam, script: Script) {
    this.#clock = clock;
    this.#store = store;
    this.#script = script;
    this.#duty = this.#begin();
  }

  async run(): Promise<Life> {
    for (const machine of machines) this.#store.put(watchedMachine(machine, { stateSinceMs: startMs }));
    await this.#start();
    await this.#prepare();
    for (const { afterMs, step } of this.#script.steps) {
      this.#clock.nowMs += afterMs;
      await this.#do(step);
      await this.#rest();
    }
    if (this.#awayFor > 0) await this.#comeBack();
    if (this.#deadFor > 0) {
      this.#deadFor = 0;
      await this.#start();
    }
    await this.#duty.settled();
    return {
      seen: this.#seen,
      found: this.#found(),
      notes: this.#store.notes.map(({ kind, details }) => `${kind} ${details?.incident ?? ''}`),
    };
  }

  async #prepare(): Promise<void> {
    const { library } = this.#duty;
    for (const [id, { cooldownMs, repeatMs, ...options }] of Object.entries(settings))
      await library.changeRule(id, 'all', { options, cooldownMs, repeatMs }, by);
    const { afterMs, ...pauses } = vanishedSettings;
    await library.changeRule('vanished', 'all', { options: { afterMs }, ...pauses }, by);
    for (const [id, change] of Object.entries(probeSettings)) await library.changeRule(id, 'all', change, by);
    for (const id of [
      ...['certificate', 'memory', 'flapping', 'disk-filling', 'box-clock', 'service', 'clock'],
      ...['network-box', 'vanished-together'],
    ])
      await library.changeRule(id, 'all', { enabled: false }, by);
    const once = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => ({
      fromMs: startMs + fromMs,
      toMs: startMs + toMs,
    });
    const { quiet, maintenance, expectedOff } = this.#script;
    if (quiet)
      await library.createSchedule(
        { kind: 'quiet', name: 'q', scopes: ['all'], below: 'high', once: once(quiet) },
        by,
      );
    if (maintenance)
      await library.createSchedule(
        { kind: 'maintenance', name: 'm', scopes: ['machine:2', 'probe:bbbbbbbb'], once: once(maintenance) },
        by,
      );
    if (expectedOff)
      await library.createSchedule(
        { kind: 'expected-off', name: 'e', scopes: ['machine:3'], once: once(expectedOff) },
        by,
      );
    await this.#rest();
    this.#seen.length = 0;
    this.#saw({ saw: 'start' });
  }

  async #do(step: Step): Promise<void> {
    const { nowMs } = this.#clock;
    if (this.#awayFor > 0 && step.do !== 'look' && --this.#awayFor === 0) await this.#comeBack();
    if (
      this.#deadFor > 0 &&
      (step.do === 'look' ? nowMs - this.#diedMs > longestDeathMs : --this.#deadFor === 0)
    ) {
      this.#deadFor = 0;
      await this.#start();
    }
    const isAway = this.#awayFor > 0;
    const isDead = this.#deadFor > 0;
    if (isDead && step.do !== 'sample' && step.do !== 'look') return;
    switch (step.do) {
      case 'look':
        if (!isAway) this.#saw({ saw: 'look' });
        if (!isDead) this.#duty.look();
        return;
      case 'sample': {
        const found = this.#store.machines.get(step.machine);
        if (isAway || found === undefined) return;
        this.#lastSample.set(step.machine, nowMs);
        this.#saw({ saw: 'sample', machine: step.machine, series: step.series, value: step.value });
        const values = [{ name: step.series, value: step.value }];
        // What overtakes the word that its machine is there is a moment's matter: no start finds it.
        this.#store.live(step.machine, startMs + nowMs, values, found.state === 'up');
        return;
      }
      case 'state': {
        const found = this.#store.machines.get(step.machine);
        if (found === undefined || found.state === step.state) return;
        const last = this.#lastSample.get(step.machine);
        const machine = {
          ...{ ...found, state: step.state, stateSinceMs: startMs + nowMs },
          lastSampleMs: last === undefined ? null : startMs + last,
        };
        if (isAway) {
          this.#store.machines.set(step.machine, machine);
          return;
        }
        this.#sawMachine(step.machine, step.state, nowMs, last ?? nowMs);
        this.#store.noteState(machine);
        this.#store.put(machine);
        return;
      }
      case 'remove':
        if (isAway || !this.#store.machines.has(step.machine)) return;
        this.#saw({ saw: 'remove', machine: step.machine });
        this.#store.remove(step.machine);
        return;
      case 'disable':
        if (isAway) return;
        this.#saw({ saw: 'disable', rule: step.rule });
        await this.#duty.library.changeRule(step.rule, 'all', { enabled: false }, by);
        await this.#rest();
        // The watch looks when rules have changed.
        this.#saw({ saw: 'look' });
        return;
      case 'acknowledge':
      case 'release': {
        const open = this.#duty.incidents.list().reverse()[step.nth];
        if (isAway || open === undefined) return;
        if (step.do === 'release') {
          this.#saw({ saw: 'release', ...aboutOf(open) });
          this.#duty.incidents.release(open.id, by);
          return;
        }
        const untilMs = step.forMs === null ? null : startMs + nowMs + step.forMs;
        const leftMs = untilMs === null ? null : untilMs - startMs;
        this.#saw({ saw: 'acknowledge', ...aboutOf(open), untilMs: leftMs });
        this.#duty.incidents.acknowledge(open.id, { note: '', untilMs }, by);
        return;
      }
      case 'kill':
        if (isAway) return;
        // Whoever is killed unsubscribes too.
        this.#store.followed.length = 0;
        this.#duty = this.#begin();
        this.#deadFor = step.lasts;
        this.#diedMs = nowMs;
        if (step.lasts === 0) await this.#start();
        return;
      case 'away':
        if (isAway) return;
        this.#awayFor = step.lasts;
        this.#store.leave();
        return;
    }
  }

  async #comeBack(): Promise<void> {
    this.#store.comeBack();
    await this.#rest();
    for (const machine of this.#store.machines.values()) {
      const { state, stateSinceMs, lastSampleMs } = machine;
      if (!this.#known.get(machine.machine)?.startsWith(`${state} `)) this.#store.noteState(machine);
      const heardMs = (lastSampleMs ?? stateSinceMs) - startMs;
      this.#sawMachine(machine.machine, state, stateSinceMs - startMs, heardMs);
    }
    this.#saw({ saw: 'back' });
  }

  #begin(): Duty {
    const log = createLog({ name: 'watch', level: 'error', write: () => undefined });
    return new Duty({ store: this.#store.client(), clock: this.#clock, log, onChange: () => undefined });
  }

  async #start(): Promise<void> {
    this.#saw({ saw: 'start' });
    await this.#duty.start();
    this.#duty.defineProbes(probes);
    await this.#rest();
  }

  /** Until nobody has anything to do any more. */
  async #rest(): Promise<void> {
    for (let turns = 0; turns < 2; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#awayFor === 0) this.#clock.wake();
    }
    while (this.#awayFor === 0 && !this.#duty.isWarm) {
      this.#clock.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #saw(what: { saw: Seen['saw'] } & Record<string, unknown>): void {
    const unwatched = this.#deadFor > 0 ? { unwatched: true } : {};
    this.#seen.push({ tMs: this.#clock.nowMs, ...unwatched, ...what } as Seen);
  }

  #sawMachine(machine: number, state: MachineState, sinceMs: number, heardMs: number): void {
    const word = `${state} ${sinceMs}`;
    if (this.#known.get(machine) === word) return;
    this.#known.set(machine, word);
    this.#saw({ saw: 'machine', machine, state, sinceMs, heardMs });
  }

  #found(): Found[] {
    const told = this.#store.namespace<Occasion>('watch.occasions');
    return this.#store
      .namespace<Incident>('watch.incidents')
      .sort((a, b) => a.id - b.id)
      .map(({ id, rule, machine, subject, openedMs, resolvedMs, ending, state }) => ({
        ...{ id, rule, machine, subject, openedMs: openedMs - startMs, ending, state },
        resolvedMs: resolvedMs === null ? null : resolvedMs - startMs,
        told: told
          .filter((one) => one.incident === id)
          .sort((a, b) => a.atMs - b.atMs)
          .map(({ kind, atMs }) => `${kind} ${atMs - startMs}`),
      }));
  }
}
