/** The session of each machine. The newest connection of a key counts; a run that comes back after it was replaced is a copy. */
import type { Clock } from '../runtime/clock.ts';
import type { End } from './connection.ts';
import type { Durable } from './forwarder.ts';
import type { Session } from './session.ts';

/** One machine that runs twice is told once in this time. */
const tellEveryMs = 3_600_000;
const replacedRetryMs = 60_000;

type Replaced = { runs: Set<string>; toldMs: number };

export class Sessions {
  readonly #clock: Clock;
  readonly #onClone: (machine: number, runs: string[]) => void;
  readonly #byMachine = new Map<number, Session>();
  /** Runs that gave way to another one of the same machine. */
  readonly #replaced = new Map<number, Replaced>();

  constructor(o: { clock: Clock; onClone: (machine: number, runs: string[]) => void }) {
    this.#clock = o.clock;
    this.#onClone = o.onClone;
  }

  get size(): number {
    return this.#byMachine.size;
  }

  get(machine: number): Session | undefined {
    return this.#byMachine.get(machine);
  }

  add(session: Session): void {
    const before = this.#byMachine.get(session.machine);
    this.#byMachine.set(session.machine, session);
    if (before === undefined) return;
    if (before.run !== session.run) this.#watch(session.machine, before.run, session.run);
    const message = 'this key has connected again';
    before.close('replaced', { code: 'REPLACED', message, retryMs: replacedRetryMs });
  }

  /** Its connection has closed; a newer one may have taken its place already. */
  closed(session: Session): void {
    if (this.#byMachine.get(session.machine) === session) this.#byMachine.delete(session.machine);
  }

  close(machine: number, end: End, error?: Parameters<Session['close']>[1]): void {
    this.#byMachine.get(machine)?.close(end, error);
  }

  acknowledge(durable: Durable): void {
    this.#byMachine.get(durable.machine)?.acknowledge(durable);
  }

  holdAll(): void {
    for (const session of this.#byMachine.values()) session.hold();
  }

  releaseAll(): void {
    for (const session of this.#byMachine.values()) session.release();
  }

  forget(machine: number): void {
    this.#replaced.delete(machine);
  }

  /** A process that ended never comes back under its run: one that does was alive all the time. */
  #watch(machine: number, before: string, now: string): void {
    const replaced = this.#replaced.get(machine) ?? { runs: new Set(), toldMs: Number.NEGATIVE_INFINITY };
    this.#replaced.set(machine, replaced);
    const nowMs = this.#clock.monotonicMs();
    if (replaced.runs.has(now) && nowMs - replaced.toldMs >= tellEveryMs) {
      replaced.toldMs = nowMs;
      this.#onClone(machine, [before, now]);
    }
    if (replaced.runs.size >= 8) replaced.runs.clear();
    replaced.runs.add(before);
  }
}
