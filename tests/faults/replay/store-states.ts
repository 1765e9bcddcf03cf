/** The crash states of one recording of the store, judged in several processes at once. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlanName } from '../kill/store-plans.ts';
import { seeded } from './random.ts';
import type { Model } from './states.ts';
import type { Verdict } from './store-judge.ts';
import { type LifePlan, recordStore } from './store-lives.ts';
import type { Told, Work } from './worker.ts';

export type Tally = { states: number } & Omit<Verdict, 'notes'>;
export type Tallies = Partial<Record<Model, Tally>>;

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Different states of one moment, in the mean; fewer rather than more, because a second trace costs half a minute. */
const statesPerMoment = 3;

export async function judgeStates(o: {
  plan: readonly LifePlan[];
  states: number;
  seed: number;
  /** How history ages meanwhile; else it does not. */
  aging?: PlanName;
  signal: AbortSignal;
  onNote(text: string): void;
}): Promise<Tallies> {
  const home = mkdtempSync(join(scratchRoot(), 'nm-replay-'));
  const tallies: Tallies = {};
  try {
    const recorded = await recordStore({ ...o, home, random: seeded(o.seed) });
    const recording = join(home, 'recording.json');
    writeFileSync(recording, JSON.stringify(recorded));
    const moments = Math.ceil(o.states / statesPerMoment);
    const parts = moments < 50 ? 1 : availableParallelism();
    const shares = Array.from({ length: parts }, (_, part) => {
      const [first, last] = [
        Math.floor((part * moments) / parts),
        Math.floor(((part + 1) * moments) / parts),
      ];
      return judgeShare({ recording, seed: o.seed, moments, first, last, skip: 0 }, tallies, o);
    });
    await Promise.all(shares);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return tallies;
}

/** Memory, where there is one: states are written and forgotten by the thousand. */
export function scratchRoot(): string {
  try {
    rmSync(mkdtempSync('/dev/shm/nm-'), { recursive: true });
    return '/dev/shm';
  } catch {
    // Not every system has it.
    return tmpdir();
  }
}

async function judgeShare(
  work: Work,
  tallies: Tallies,
  o: { signal: AbortSignal; onNote(text: string): void },
): Promise<void> {
  for (;;) {
    const child = fork(worker, [JSON.stringify(work)], { signal: o.signal, stdio: 'inherit' });
    let begun: Told | null = null;
    child.on('message', (message) => {
      const told = message as Told;
      begun = told.verdict === null ? told : null;
      if (told.verdict === null) return;
      work.skip++;
      count(tallies, told.model, told.verdict);
      if (told.verdict.notes.length > 0)
        o.onNote(`model ${told.model}, event ${told.at}: ${told.verdict.notes.join('; ')}`);
    });
    const ended = await new Promise<number | string | null>((resolve) => {
      child.once('error', () => resolve(null));
      child.once('exit', (code, signal) => resolve(code ?? signal));
    });
    if (ended === 0 || o.signal.aborted) return;
    const aborted = begun as Told | null;
    if (aborted === null) throw new Error(`a process that judges states ended with ${ended}`);
    // The database has taken the process with it: that state does not open; on with the next.
    work.skip++;
    count(tallies, aborted.model, { lost: 0, wrong: 0, doubled: 0, unopenable: 1 });
    o.onNote(`model ${aborted.model}, event ${aborted.at}: the process ended with ${ended}`);
  }
}

export function count(tallies: Tallies, model: Model, found: Omit<Verdict, 'notes'>): void {
  tallies[model] ??= { states: 0, lost: 0, wrong: 0, doubled: 0, unopenable: 0 };
  const tally = tallies[model];
  tally.states++;
  for (const key of ['lost', 'wrong', 'doubled', 'unopenable'] as const) tally[key] += found[key];
}
