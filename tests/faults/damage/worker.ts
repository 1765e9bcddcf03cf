/** A process of its own that damages copies of stores and opens them: an abort ends it, as it would end the product. */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { childJobs } from '../../../appliance/store/recovery/jobs.ts';
import { jobsHere } from '../../helpers/jobs-here.ts';
import { seeded } from '../replay/random.ts';
import { choose, damage, hurts } from './hurt.ts';
import { judge, type Verdict } from './judge.ts';
import type { Prepared } from './prepared.ts';

export type Work = {
  stores: string[];
  /** Where the damaged copy stands. */
  folder: string;
  seed: number;
  first: number;
  count: number;
  /** After an abort: the same damage again, with the children of the product. */
  isCareful: boolean;
  /** After a further abort: the folder as it is, as a supervisor starts it again. */
  isAgain: boolean;
};
/** `verdict` null: begun. */
export type Told = { at: number; what: string; verdict: Verdict | null };

const work = JSON.parse(process.argv[2]!) as Work;
const stores = work.stores.map((path) => JSON.parse(readFileSync(path, 'utf8')) as Prepared);

for (let at = work.first; at < work.first + work.count; at++) {
  const random = seeded(work.seed + at * 7919);
  const prepared = stores[Math.floor(random() * stores.length)]!;
  const what = work.isAgain ? 'started again' : hurtCopy(prepared, random);
  tell({ at, what, verdict: null });
  const verdict = await judge(work.folder, prepared, work.isCareful ? childJobs : jobsHere);
  tell({ at, what, verdict });
}
process.disconnect();

function hurtCopy(prepared: Prepared, random: () => number): string {
  for (;;) {
    rmSync(work.folder, { recursive: true, force: true });
    cpSync(prepared.folder, work.folder, { recursive: true });
    const file = choose(work.folder, random);
    const hurt = hurts[Math.floor(random() * hurts.length)]!;
    const { folder } = work;
    if (damage({ folder, earlier: prepared.earlier, file, hurt, random }))
      return `${hurt} ${file} of ${prepared.folder.split('/').at(-1)}`;
  }
}

function tell(told: Told): void {
  process.send!(told);
}
