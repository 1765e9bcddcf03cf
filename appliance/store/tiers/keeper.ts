/** Keeps history within its ages and its budget: passes that are made up of small steps, a few at each turn of the loop. */
import type { Clock } from '../../runtime/clock.ts';
import { systemCodeOf } from '../../runtime/errors.ts';
import { compact } from '../database/tables.ts';
import type { Journal } from '../journal/journal.ts';
import { rangeOf } from '../keys.ts';
import { type BudgetOptions, byBudget, type Shortened } from './budget.ts';
import { keysOf } from './coarse.ts';
import { byAge, type HistoryCounts, noCounts, type RetentionOptions } from './retention.ts';

export type KeeperOptions = Omit<RetentionOptions, 'counts'> &
  Omit<BudgetOptions, 'counts' | 'nowMs' | 'onShortened'> & {
    journal: Journal;
    clock: Clock;
    /** The date by which age may delete, or null while nothing may be deleted by age. */
    ageNowMs(): number | null;
  };

export interface Keeper {
  readonly counts: Readonly<HistoryCounts>;
  /** Some steps, if a pass is due or under way. */
  turn(): Promise<void>;
  /** A whole pass, whatever the time. */
  pass(): Promise<void>;
  /** Resolves when the step that is under way is done; there are no more. */
  stop(): Promise<void>;
}

const passEveryMs = 600_000;
const stepsATurn = 8;
const dayMs = 24 * 3_600_000;
/** Deleted history is given back to the disk when there is so much of it. */
const worthCompacting = 4 * 2 ** 20;
const actor = { who: 'store', role: 'system', from: 'box' };

/** A database that was opened anew while a step read it: nothing was written, the next pass does the same. */
function abandoned(error: unknown): true {
  const code = systemCodeOf(error);
  if (code?.endsWith('_NOT_OPEN') === true) return true;
  throw error;
}

export function createKeeper(o: KeeperOptions): Keeper {
  const counts = noCounts();
  let current: AsyncGenerator<void> | null = null;
  let dueMs = o.clock.monotonicMs();
  let compactedBytes = 0;
  let noteMs = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let working: Promise<void> = Promise.resolve();

  const onShortened = async ({ fromMs, toMs, bytes, machines }: Shortened): Promise<void> => {
    const nowMs = o.clock.monotonicMs();
    if (nowMs - noteMs < dayMs) return;
    noteMs = nowMs;
    const until = new Date(toMs).toISOString();
    const text = {
      en: `History before ${until} had to go, because the disk has no room for it`,
      fr: `L’historique d’avant ${until} a dû être supprimé, faute de place sur le disque`,
    };
    const details = { fromMs, toMs, bytes, machines };
    await o.journal.note({ ...actor, kind: 'store.shortened', text, details });
  };

  /** In front of the oldest of each kind; what is behind stays as it is. */
  const deletedRanges = async (): Promise<{ gte: Buffer; lt: Buffer }[]> => {
    const kinds = [keysOf('ten'), keysOf('minute'), rangeOf('block')];
    return Promise.all(
      kinds.map(async ({ gte, lt }) => {
        const [first] = await o.database.keys({ gte, lt, limit: 1 }).all();
        return { gte, lt: first ?? lt };
      }),
    );
  };

  async function* onePass(): AsyncGenerator<void> {
    const nowMs = o.ageNowMs();
    if (nowMs !== null) yield* byAge({ ...o, counts }, nowMs);
    yield* byBudget({ ...o, counts, nowMs: () => o.clock.wallMs(), onShortened });
    if (counts.deletedBytes - compactedBytes < worthCompacting) return;
    compactedBytes = counts.deletedBytes;
    for (const range of await deletedRanges()) {
      await compact(o.database, range);
      counts.compactions++;
      yield;
    }
  }

  const steps = async (most: number): Promise<void> => {
    for (let left = most; left > 0 && !stopped; left--) {
      current ??= onePass();
      const done = await current.next().then((step) => step.done === true, abandoned);
      if (!done) continue;
      current = null;
      dueMs = o.clock.monotonicMs() + passEveryMs;
      return;
    }
  };

  const queued = (work: () => Promise<void>): Promise<void> => {
    const next = working.then(work);
    working = next.catch(() => undefined);
    return next;
  };

  return {
    counts,
    turn: () =>
      queued(async () => {
        if (current !== null || o.clock.monotonicMs() >= dueMs) await steps(stepsATurn);
      }),
    pass: () => queued(() => steps(Number.POSITIVE_INFINITY)),
    async stop() {
      stopped = true;
      await working;
      await current?.return(undefined);
    },
  };
}
