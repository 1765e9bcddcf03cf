/** So many damaged stores, opened in several processes at once. */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scratchRoot } from '../replay/store-states.ts';
import type { Verdict } from './judge.ts';
import { prepare } from './prepared.ts';
import type { Told, Work } from './worker.ts';

export type DamageFindings = Omit<Verdict, 'notes'> & { injected: number; aborts: number };

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Starts of one folder; a supervisor would go on. */
const mostStarts = 4;

export async function damageStores(o: {
  count: number;
  seed: number;
  signal: AbortSignal;
  turns?: readonly number[];
  onNote(text: string): void;
}): Promise<DamageFindings> {
  const home = mkdtempSync(join(scratchRoot(), 'nm-damage-'));
  const sum: DamageFindings = {
    injected: 0,
    aborts: 0,
    lost: 0,
    wrong: 0,
    doubled: 0,
    unopenable: 0,
    named: 0,
  };
  try {
    const stores: string[] = [];
    for (const turns of o.turns ?? [6, 40, 90]) {
      for (const isOrderly of [true, false]) {
        const name = `${isOrderly ? 'stopped' : 'killed'}-${turns}`;
        await prepare({ home, name, turns, isOrderly });
        stores.push(join(home, `${name}.json`));
      }
    }
    const parts = o.count < 50 ? 1 : availableParallelism();
    const shares = Array.from({ length: parts }, (_, part) => {
      const [first, last] = [part, part + 1].map((one) => Math.floor((one * o.count) / parts)) as [
        number,
        number,
      ];
      const folder = join(home, `state-${part}`);
      return judgeShare({ stores, folder, seed: o.seed, first, count: last - first }, sum, o);
    });
    await Promise.all(shares);
    return sum;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function judgeShare(
  share: Omit<Work, 'isCareful' | 'isAgain'>,
  sum: DamageFindings,
  o: { signal: AbortSignal; onNote(text: string): void },
): Promise<void> {
  const end = share.first + share.count;
  let first = share.first;
  while (first < end && !o.signal.aborted) {
    const aborted = await run(
      { ...share, first, count: end - first, isCareful: false, isAgain: false },
      sum,
      o,
    );
    if (aborted === null) return;
    await judgeAborted({ ...share, first: aborted.at, count: 1, isCareful: true, isAgain: false }, sum, o);
    first = aborted.at + 1;
  }
}

/** What took the process with it is started as the product would be, again and again. */
async function judgeAborted(
  work: Work,
  sum: DamageFindings,
  o: { signal: AbortSignal; onNote(text: string): void },
): Promise<void> {
  for (let start = 1; start <= mostStarts; start++) {
    const aborted = await run({ ...work, isAgain: start > 1 }, sum, o);
    if (aborted === null || o.signal.aborted) return;
    sum.aborts++;
    if (start === mostStarts) {
      o.onNote(`${aborted.at} ${aborted.what}: the store aborted ${start} times`);
      sum.unopenable++;
      sum.injected++;
    }
  }
}

/** What was begun when the process ended too early, or null. */
async function run(
  work: Work,
  sum: DamageFindings,
  o: { signal: AbortSignal; onNote(text: string): void },
): Promise<Told | null> {
  const child = fork(worker, [JSON.stringify(work)], {
    signal: o.signal,
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
  });
  let begun: Told | null = null;
  child.on('message', (message) => {
    const told = message as Told;
    begun = told.verdict === null ? told : null;
    if (told.verdict === null) return;
    const { notes, ...found } = told.verdict;
    sum.injected++;
    for (const [key, value] of Object.entries(found)) sum[key as keyof typeof found] += value;
    if (notes.length > 0) o.onNote(`${told.at} ${told.what}: ${notes.join('; ')}`);
  });
  const ended = await new Promise<number | string | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  if (ended === 0 || o.signal.aborted) return null;
  if (begun === null) throw new Error(`a process that judges damaged stores ended with ${ended}`);
  return begun;
}
