/** How machines are, as rules see it: the states of the registry and the timetables, on the axis of the inputs. */
import type { Machine } from '../store/client/client.ts';
import type { BoxTime } from './box-time.ts';
import type { Presence } from './rules/rule.ts';

export class Presences {
  readonly #time: BoxTime;
  readonly #isExpectedOff: (machine: number) => boolean;
  readonly #offUntilMs: (machine: number) => number;
  readonly #known = new Map<number, Presence>();
  /** Since when by the box's date, which names a coming or going. */
  readonly #dates = new Map<number, number>();

  /** `offUntilMs`: when a timetable ended by which it was off, on the axis; infinitely long ago when none did of late. */
  constructor(o: {
    time: BoxTime;
    isExpectedOff(machine: number): boolean;
    offUntilMs(machine: number): number;
  }) {
    this.#time = o.time;
    this.#offUntilMs = o.offUntilMs;
    this.#isExpectedOff = o.isExpectedOff;
  }

  get(machine: number): Presence | undefined {
    return this.#known.get(machine);
  }

  /** What the registry says; the same object when nothing has changed. */
  take({ machine, state, stateSinceMs, lastSampleMs }: Machine): Presence {
    const before = this.#known.get(machine);
    if (before?.state === state && this.#dates.get(machine) === stateSinceMs) return before;
    this.#dates.set(machine, stateSinceMs);
    return this.#keep(machine, {
      ...{ state, sinceMs: this.#time.atOf(stateSinceMs) },
      heardMs: this.#time.atOf(lastSampleMs ?? stateSinceMs),
      expectedOff: before?.expectedOff ?? this.#isExpectedOff(machine),
      // The end of a timetable that this process has not seen end counts, too.
      expectedSinceMs: before?.expectedSinceMs ?? this.#offUntilMs(machine),
    });
  }

  /** Whether a timetable has begun or ended; undefined when it has not. */
  look(machine: number): Presence | undefined {
    const before = this.#known.get(machine);
    if (before === undefined) return undefined;
    const expectedOff = this.#isExpectedOff(machine);
    if (expectedOff === before.expectedOff) return undefined;
    const expectedSinceMs = expectedOff ? before.expectedSinceMs : this.#time.atMs();
    return this.#keep(machine, { ...before, expectedOff, expectedSinceMs });
  }

  forget(machine: number): void {
    this.#known.delete(machine);
    this.#dates.delete(machine);
  }

  #keep(machine: number, presence: Presence): Presence {
    this.#known.set(machine, presence);
    return presence;
  }
}
