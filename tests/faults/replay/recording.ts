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
};

export function eventsOfLives(lives: readonly Life[], base: string): Event[] {
  return lives.flatMap(({ trace, found }) => {
    const calls = parseTrace(readFileSync(trace, 'latin1'));
    return eventsOf(calls, base, found === null ? undefined : readFolder(found));
  });
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
