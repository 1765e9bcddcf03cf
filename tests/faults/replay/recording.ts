/** What was traced of a program's lives, and how it is read again: as one sequence of events. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diskAfter } from './crashes.ts';
import { type Event, eventsOf, type FoundFolder } from './events.ts';
import { stateOf } from './states.ts';
import { parseTrace } from './trace.ts';

export type Life = {
  trace: string;
  /** A copy of the folder that it found, when that was not what the life before had left. */
  found: string | null;
  /** Places in the trace of calls within which the process was killed and that had no effect. */
  undone?: readonly number[];
};

/** More are never under way: so many threads write. */
const mostCut = 6;

export function eventsOfLives(lives: readonly Life[], base: string): Event[] {
  return lives.flatMap(({ trace, found, undone = [] }) => {
    const calls = parseTrace(readFileSync(trace, 'latin1')).filter((_, at) => !undone.includes(at));
    return eventsOf(calls, base, found === null ? undefined : readFolder(found));
  });
}

/**
 * Of the calls within which the last process was killed some may have had their effect: those that lead to the real
 * folder. Null when none of the possibilities does: then one of them was done in part.
 */
export function settleCutCalls(lives: readonly Life[], base: string): readonly Life[] | null {
  const [before, last] = [lives.slice(0, -1), lives.at(-1)!];
  const calls = parseTrace(readFileSync(last.trace, 'latin1'));
  const cut = [...calls.entries()]
    .filter(([, call]) => call.result === null && eventsOf([call], base).length > 1)
    .map(([at]) => at)
    .slice(-mostCut);
  for (let choice = 0; choice < 2 ** cut.length; choice++) {
    const undone = cut.filter((_, bit) => (choice & (1 << bit)) !== 0);
    const settled = [...before, { ...last, undone }];
    if (isRight(settled, base)) return settled;
  }
  return null;
}

/** What was done without its cause makes no sense, and so is not what happened. */
function isRight(lives: readonly Life[], base: string): boolean {
  try {
    return differences(eventsOfLives(lives, base), base).length === 0;
  } catch {
    return false;
  }
}

/** Where the model of the disk and the real folder differ: then the model has missed something, and proves nothing. */
export function differences(events: readonly Event[], folder: string): string[] {
  const real = new Map(readFolder(folder).files.map(({ path, content }) => [path, content]));
  const { files } = stateOf(diskAfter(events), 'P', () => 0);
  const wrong = files.filter(({ path, content }) => !real.get(path)?.equals(content));
  return wrong.map(({ path }) => path);
}

function readFolder(folder: string): FoundFolder {
  const found: FoundFolder = { folders: [], files: [] };
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (entry.isDirectory()) found.folders.push(path);
    else if (entry.isFile()) found.files.push({ path, content: readFileSync(join(folder, path)) });
  }
  found.folders.sort();
  return found;
}
