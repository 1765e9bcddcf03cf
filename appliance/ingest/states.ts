/**
 * The only place that decides whether a machine is up, silent, vanished, asleep or off.
 * It has its own time, which advances only while this process really listens: a box that was itself stopped
 * or starved must not call its machines vanished.
 */
import type { MachineState } from '../store/client/types.ts';

export type StateChange = { machine: number; from: MachineState; to: MachineState };

type Presence = { state: MachineState; heardAtMs: number; silentAfterMs: number };

/** Silence may never need longer to show than this, whatever the interval. */
const longestSilenceMs = 60_000;
/** A check that comes later than this after the one before did not listen in between. */
const longestStepMs = 5_000;

export function silentAfter(intervalMs: number): number {
  return Math.min(3 * intervalMs, longestSilenceMs);
}

export class States {
  readonly #presences = new Map<number, Presence>();
  readonly #vanishedAfterMs: number;
  readonly #onChange: (change: StateChange) => void;
  #timeMs = 0;
  #checkedMs: number;

  constructor(o: { nowMs: number; vanishedAfterMs: number; onChange: (change: StateChange) => void }) {
    this.#checkedMs = o.nowMs;
    this.#vanishedAfterMs = o.vanishedAfterMs;
    this.#onChange = o.onChange;
  }

  /**
   * What the store remembers. Only the first word about a machine counts: from then on we know better.
   * A machine that was up gets its whole time again, because nobody listened while we were away.
   */
  remember(machine: number, state: MachineState): void {
    if (this.#presences.has(machine)) return;
    this.#presences.set(machine, { state, heardAtMs: this.#timeMs, silentAfterMs: longestSilenceMs });
  }

  /** Each frame of an admitted machine. */
  heard(machine: number): void {
    const presence = this.#presences.get(machine);
    if (presence === undefined) return;
    presence.heardAtMs = this.#timeMs;
    if (presence.state !== 'up') this.#become(machine, presence, 'up');
  }

  /** It said hello. */
  arrived(machine: number, intervalMs: number): void {
    this.remember(machine, 'off');
    const presence = this.#presences.get(machine);
    if (presence !== undefined) presence.silentAfterMs = silentAfter(intervalMs);
    this.heard(machine);
  }

  /** It said goodbye. */
  left(machine: number, state: 'asleep' | 'off'): void {
    const presence = this.#presences.get(machine);
    if (presence !== undefined && presence.state !== state) this.#become(machine, presence, state);
  }

  forget(machine: number): void {
    this.#presences.delete(machine);
  }

  /** About once a second, with the monotonic time. */
  check(nowMs: number): void {
    this.#timeMs += Math.min(Math.max(0, nowMs - this.#checkedMs), longestStepMs);
    this.#checkedMs = nowMs;
    for (const [machine, presence] of this.#presences) {
      if (presence.state !== 'up' && presence.state !== 'silent') continue;
      const quietMs = this.#timeMs - presence.heardAtMs;
      if (presence.state === 'up' && quietMs >= presence.silentAfterMs)
        this.#become(machine, presence, 'silent');
      if (presence.state === 'silent' && quietMs >= this.#vanishedAfterMs)
        this.#become(machine, presence, 'vanished');
    }
  }

  #become(machine: number, presence: Presence, to: MachineState): void {
    const from = presence.state;
    presence.state = to;
    this.#onChange({ machine, from, to });
  }
}
