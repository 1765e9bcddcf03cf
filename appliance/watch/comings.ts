/** How machines came and went of late: what the journal tells of it, and what was heard since. A restart takes it from here. */
import type { JournalEntry, Machine, StoreClient } from '../store/client/client.ts';
import type { BoxTime } from './box-time.ts';
import { alwaysUp } from './evaluation.ts';
import { minuteMs, type Presence } from './rules/rule.ts';

/** From then on it was so. */
export type Came = { atMs: number; presence: Presence };

/** Of one machine, and of all that the journal tells. */
const mostHeard = 64;
const mostEntries = 4_000;
const pageSize = 1_000;
/** Who was admitted just before it was first up was not silent before. */
const admittedMs = minuteMs;
/** A moment before it was up again. */
const momentMs = 1e-3;

const states: Readonly<Record<string, Presence['state']>> = {
  'machine.vanished': 'vanished',
  'machine.back': 'up',
  'machine.off': 'off',
  'machine.asleep': 'asleep',
};
/** The door says so after two minutes of silence. */
const usualSilenceMs = 2 * minuteMs;

/** Of entries of the journal, oldest first; `atOf` puts a date on the axis that is wanted. */
export function comingsOf(entries: readonly JournalEntry[], atOf = (wallMs: number) => wallMs): Came[] {
  return entries.flatMap(({ kind, atMs: wallMs }): Came[] => {
    const state = Object.hasOwn(states, kind) ? states[kind] : undefined;
    if (state === undefined) return [];
    const atMs = atOf(wallMs);
    const heardMs = state === 'vanished' ? atMs - usualSilenceMs : atMs;
    return [{ atMs, presence: { ...alwaysUp, state, sinceMs: atMs, heardMs } }];
  });
}

export class Comings {
  readonly #o: { store: Pick<StoreClient, 'journalPage'>; time: BoxTime };
  readonly #told = new Map<number, Came[]>();
  readonly #heard = new Map<number, { isNew: boolean; all: Came[] }>();
  #toldFromMs = Number.POSITIVE_INFINITY;

  constructor(o: { store: Pick<StoreClient, 'journalPage'>; time: BoxTime }) {
    this.#o = o;
  }

  /** As it is now, each time that it is otherwise. */
  take({ machine, stateSinceMs, admittedMs: fromMs }: Machine, presence: Presence): void {
    const known = this.#heard.get(machine) ?? { isNew: stateSinceMs - fromMs < admittedMs, all: [] };
    this.#heard.set(machine, known);
    const { sinceMs: atMs, state } = presence;
    // It was gone meanwhile, and nobody here saw it.
    const before = known.all.at(-1);
    if (before?.presence.state === 'up' && state === 'up')
      known.all.push({ atMs: atMs - momentMs, presence: { ...presence, state: 'silent' } });
    known.all.push({ atMs, presence });
    if (known.all.length > mostHeard) known.all.splice(0, known.all.length - mostHeard);
  }

  forget(machine: number): void {
    this.#heard.delete(machine);
    this.#told.delete(machine);
  }

  /** Asks the journal, unless it was asked for as much before. */
  async load(fromAtMs: number): Promise<void> {
    if (fromAtMs >= this.#toldFromMs) return;
    const { store, time } = this.#o;
    const entries: JournalEntry[] = [];
    const fromMs = Math.floor(time.wallMs() - (time.atMs() - fromAtMs));
    for (let before: number | undefined; entries.length < mostEntries; ) {
      const page = await store.journalPage({ kind: 'machine', fromMs, limit: pageSize, before });
      entries.push(...page.entries);
      if (page.more === null) break;
      before = page.more;
    }
    this.#toldFromMs = fromAtMs;
    this.#told.clear();
    for (const entry of entries.reverse()) {
      if (entry.machine === null) continue;
      const told = this.#told.get(entry.machine) ?? [];
      this.#told.set(entry.machine, told);
      told.push(...comingsOf([entry], (wallMs) => time.atOf(wallMs)));
    }
  }

  /** Since then, oldest first; it begins with how the machine was then. */
  since(machine: number, fromMs: number): Came[] {
    const { isNew, all: heard } = this.#heard.get(machine) ?? { isNew: true, all: [] };
    const first = heard[0];
    const told = (this.#told.get(machine) ?? []).filter(
      ({ atMs }) => atMs < (first?.atMs ?? Number.POSITIVE_INFINITY),
    );
    const all: Came[] = [...told];
    const before = told.at(-1)?.presence ?? alwaysUp;
    // The journal says nothing of silences that were over before the machine was given up.
    if (first !== undefined && first.presence.state === 'up' && before.state === 'up' && !isNew)
      all.push({ atMs: first.atMs - momentMs, presence: { ...before, state: 'silent' } });
    all.push(...heard);
    const begins = all.findLastIndex(({ atMs }) => atMs <= fromMs);
    const then = all[begins]?.presence ?? alwaysUp;
    return [{ atMs: fromMs, presence: then }, ...all.slice(begins + 1)];
  }
}
