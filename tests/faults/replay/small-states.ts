/** The crash states of the small files: each time the old content, the new one or none, and what was promised. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../../appliance/runtime/errors.ts';
import { chooseMoments, crashes } from './crashes.ts';
import type { Event } from './events.ts';
import { seeded } from './random.ts';
import { differences, eventsOfLives } from './recording.ts';
import type { SmallFile } from './small-file.ts';
import { smallFiles } from './small-files.ts';
import { materialise } from './states.ts';
import type { Verdict } from './store-judge.ts';
import { count, scratchRoot, type Tallies } from './store-states.ts';
import { startTraced } from './strace.ts';

/** By the name of the file. `dearMoments`: so many of those that take long to read; else all. */
export async function judgeSmallFiles(o: {
  seed: number;
  onNote(text: string): void;
  files?: Record<string, SmallFile>;
  dearMoments?: number;
}): Promise<Record<string, Tallies>> {
  const all: Record<string, Tallies> = {};
  const files = o.files ?? smallFiles;
  const scratch = mkdtempSync(join(scratchRoot(), 'nm-replay-'));
  try {
    const trace = await traceWriters(scratch, Object.keys(files));
    for (const [name, file] of Object.entries<SmallFile>(files)) {
      const tallies: Tallies = {};
      all[name] = tallies;
      await judgeOne({ name, file, scratch, trace }, tallies, o);
    }
    return all;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** All in one process: starting one under strace costs more than most of them. */
async function traceWriters(scratch: string, names: readonly string[]): Promise<string> {
  const trace = join(scratch, 'trace');
  const root = join(scratch, 'real');
  for (const name of names) mkdirSync(join(root, name), { recursive: true, mode: 0o700 });
  const main = 'tests/faults/replay/small-writer.ts';
  const program = startTraced({ main, args: [root, ...names] }, trace);
  if ((await program.ended) !== 0) throw new Error(`a small file could not be written: ${program.said()}`);
  return trace;
}

async function judgeOne(
  { name, file, scratch, trace }: { name: string; file: SmallFile; scratch: string; trace: string },
  tallies: Tallies,
  o: { seed: number; dearMoments?: number; onNote(text: string): void },
): Promise<void> {
  const base = join(scratch, 'real', name);
  const folder = join(scratch, 'state');
  const events = eventsOfLives([{ trace, found: null }], base);
  const missed = differences(events, base);
  if (missed.length > 0) throw new Error(`the model of the disk missed a change of ${missed.join(', ')}`);
  const random = seeded(o.seed);
  const most = file.isDear ? (o.dearMoments ?? events.length) : events.length;
  const moments = new Set(chooseMoments(events, most, random));
  for (const { at, model, state } of crashes(events, { moments, random })) {
    rmSync(folder, { recursive: true, force: true });
    materialise(state, folder);
    const before = promisesIn(events.slice(0, at), name);
    const verdict = await judge(file, folder, before, promisesIn(events.slice(at), name)[0]);
    count(tallies, model, verdict);
    for (const note of verdict.notes) o.onNote(`${name}, model ${model}, event ${at}: ${note}`);
  }
}

/** `next` is what is being written, when there is something. */
async function judge(
  file: SmallFile,
  folder: string,
  promises: readonly (string | null)[],
  next: string | null | undefined,
): Promise<Verdict> {
  const verdict: Verdict = { lost: 0, wrong: 0, doubled: 0, unopenable: 0, notes: [] };
  try {
    const promised = promises.at(-1) ?? null;
    const found = await file.read(folder);
    if (found === promised || found === next) return verdict;
    if (found === null && file.sort === 'renewed') return verdict;
    // Before anybody was told of a key another one may be made.
    if (promises.length === 0 && file.sort === 'made' && found !== null) return verdict;
    verdict.lost++;
    verdict.notes.push(`${promised} was promised, ${found} was found`);
  } catch (error) {
    verdict.unopenable++;
    verdict.notes.push(messageOf(error));
  }
  return verdict;
}

function promisesIn(events: readonly Event[], name: string): (string | null)[] {
  const said = events.map((event) => (event.kind === 'said' ? event.data.toString('utf8') : '')).join('');
  return said
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { name: string; value: string | null })
    .flatMap((promise) => (promise.name === name ? [promise.value] : []));
}
