/** A process of its own that kills a store: whoever waits for the right millisecond must not be busy with other things. */
import { Programs } from './programs.ts';
import { killStore, type StoreKills } from './store-kills.ts';
import type { PlanName } from './store-plans.ts';

export type Work = { plan: PlanName; count: number; programs: string };
export type Told = Omit<StoreKills, 'tally'> & {
  tally: Pick<StoreKills['tally'], 'lost' | 'wrong' | 'doubled' | 'compared' | 'notes'>;
};

const work = JSON.parse(process.argv[2]!) as Work;
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
// Whoever interrupts means the process that began this one, which says so.
process.on('SIGINT', () => undefined);
const { tally, ...found } = await killStore({
  ...work,
  programs: new Programs(work.programs),
  signal: stop.signal,
});
const { lost, wrong, doubled, compared, notes } = tally;
process.send!({ ...found, tally: { lost, wrong, doubled, compared, notes } } satisfies Told);
process.disconnect();
