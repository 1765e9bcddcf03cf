/** A process of its own that opens rebuilt states: a database that aborts its process must not end the test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chooseMoments, crashes } from './crashes.ts';
import { seeded } from './random.ts';
import { eventsOfLives } from './recording.ts';
import { type Model, materialise } from './states.ts';
import { judgeStore, type Verdict } from './store-judge.ts';
import type { StoreRecording } from './store-lives.ts';

/** The moments from `first` to before `last` of those that the seed chooses; `skip` states have been judged before. */
export type Work = {
  recording: string;
  seed: number;
  moments: number;
  first: number;
  last: number;
  skip: number;
};
export type Told = { model: Model; at: number; verdict: Verdict | null };

/** One state in so many is started a second time. */
const startedAgain = 5;

const work = JSON.parse(process.argv[2]!) as Work;
const recording = JSON.parse(readFileSync(work.recording, 'utf8')) as StoreRecording;
const events = eventsOfLives(recording.lives, recording.base);
const scratch = mkdtempSync(join(dirname(work.recording), 'states-'));
const folder = join(scratch, 'state');
const moments = chooseMoments(events, work.moments, seeded(work.seed)).slice(work.first, work.last);
let judged = 0;
for (const crash of crashes(events, { moments: new Set(moments), random: seeded(work.seed + work.first) })) {
  if (judged++ < work.skip) continue;
  const { model, at, state, answers } = crash;
  tell({ model, at, verdict: null });
  rmSync(folder, { recursive: true, force: true });
  materialise(state, folder);
  const allowed = { damageNoted: model === 'S' };
  const verdict = await judgeStore(folder, recording, answers, allowed);
  // What the first start made of it must be as good as what it found.
  if (judged % startedAgain === 0) add(verdict, await judgeStore(folder, recording, answers, allowed));
  tell({ model, at, verdict });
}
process.disconnect();

function tell(told: Told): void {
  process.send!(told);
}

function add(verdict: Verdict, more: Verdict): void {
  for (const key of ['lost', 'wrong', 'doubled', 'unopenable'] as const) verdict[key] += more[key];
  verdict.notes.push(...more.notes.map((note) => `at the second start: ${note}`));
}
