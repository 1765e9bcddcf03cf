/** Lives a history through: the real watch over a store in RAM. What it was shown, and what it made of it. */
import type { Clock, Timer } from '../../../appliance/runtime/clock.ts';
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

/** What the watch has seen, with the times at which it did. */
export type Seen = { tMs: number } & (
  | { saw: 'sample'; machine: number; series: string; value: number }
  /** A state with its dates, or the same one again. */
  | { saw: 'machine'; machine: number; state: MachineState; sinceMs: number; heardMs: number }
  | { saw: 'look' }
  /** The store, after it was away. */
  | { saw: 'back' }
  | { saw: 'acknowledge'; id: number; untilMs: number | null }
  | { saw: 'release'; id: number }
  | { saw: 'remove'; machine: number }
  | { saw: 'disable'; rule: string }
  | { saw: 'start' }
);

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

export const startMs = Date.UTC(2026, 2, 2, 8);

/** Moves when it is told to; whoever sleeps wakes at the next step. */
class SteppedClock implements Clock {
  nowMs = 0;
  #sleepers: (() => void)[] = [];
  wallMs = () => startMs + this.nowMs;
  monotonicMs = () => this.nowMs;
  every = (): Timer => ({ stop: () => undefined });
  after = (): Timer => ({ stop: () => undefined });
  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#sleepers.push(resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    });
  }
  wake(): void {
    for (const wake of this.#sleepers.splice(0)) wake();
  }
}

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
    const isAway = this.#awayFor > 0;
    switch (step.do) {
      case 'look':
        if (!isAway) this.#saw({ saw: 'look' });
        this.#duty.look();
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
          this.#saw({ saw: 'release', id: open.id });
          this.#duty.incidents.release(open.id, by);
          return;
        }
        const untilMs = step.forMs === null ? null : startMs + nowMs + step.forMs;
        this.#saw({ saw: 'acknowledge', id: open.id, untilMs: untilMs === null ? null : untilMs - startMs });
        this.#duty.incidents.acknowledge(open.id, { note: '', untilMs }, by);
        return;
      }
      case 'kill':
        if (isAway) return;
        // Whoever is killed unsubscribes too.
        this.#store.followed.length = 0;
        this.#duty = this.#begin();
        await this.#start();
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
    for (const { machine, state, stateSinceMs, lastSampleMs } of this.#store.machines.values())
      this.#sawMachine(machine, state, stateSinceMs - startMs, (lastSampleMs ?? stateSinceMs) - startMs);
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
    this.#seen.push({ tMs: this.#clock.nowMs, ...what } as Seen);
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
