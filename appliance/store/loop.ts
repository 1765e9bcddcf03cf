/** What the store does of its own accord: it commits, seals, and shows that it is alive. */
import type { Timer } from '../runtime/clock.ts';
import type { OpenStore, StoreOptions } from './store.ts';

/** The loop feeds the watchdog only after the database has answered. */
const longestTurnMs = 5000;

export function keepGoing(o: StoreOptions, store: OpenStore): Timer {
  const everyMs = Math.min(longestTurnMs, o.config.commit_interval);
  let commitMs = o.clock.monotonicMs() + o.config.commit_interval;
  const turn = async () => {
    // A timer that fires a little early must not put the commit off by a whole turn.
    const nowMs = o.clock.monotonicMs();
    if (nowMs + everyMs / 2 >= commitMs) {
      commitMs = nowMs + o.config.commit_interval;
      await store.turn();
    }
    await store.care.again(() => store.records.probe());
    o.alive();
  };
  const commits = oneAtATime(turn, o.fail);
  // Apart from the turn: what is old never makes what is new wait.
  const keeps = oneAtATime(() => store.care.again(() => store.history.turn()), o.fail);
  return o.clock.every(everyMs, () => {
    // Whoever waits for room on the disk is well, and reads go on.
    const isWaiting = store.care.room.isWaiting();
    if (isWaiting) o.alive();
    commits();
    if (!isWaiting) keeps();
  });
}

/** Begins the work, unless it is still under way. */
function oneAtATime(work: () => Promise<void>, fail: (error: unknown) => void): () => void {
  let busy = false;
  return () => {
    if (busy) return;
    busy = true;
    work().then(() => {
      busy = false;
    }, fail);
  };
}
