/**
 * What an orderly stop leaves behind: the files of the database and their sums, so that the next start knows that nothing has
 * changed: cards flip bits while nobody looks. Tables are many; what there was no time to sum is left to the scrub.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Clock } from '../../runtime/clock.ts';
import { systemCodeOf } from '../../runtime/errors.ts';
import { writeFileSafely } from '../../runtime/files.ts';
import { files } from '../keys.ts';

const headline = 'netmonitor-store stopped 2';
const unread = /^(LOCK|LOG|LOG\.old)$/;
/** Never changed once they are written. */
const table = /\.(ldb|sst)$/;
/** Neither a stop nor a start waits longer for the reading of tables. */
const mostMs = 2_000;

/** Name → what a table's line says: its length, and its sum where it is known. */
export type TableSums = ReadonlyMap<string, string>;
/** `isWhole`: every file was read. */
export type Stopped = { isClean: boolean; isWhole: boolean; sums: TableSums };

const notClean: Stopped = { isClean: false, isWhole: false, sums: new Map() };

/** To be called when the database is closed. `known`: sums of tables that were read before. */
export async function markClean(stateDir: string, known: TableSums, clock: Clock): Promise<void> {
  const untilMs = clock.monotonicMs() + mostMs;
  const folder = join(stateDir, files.database);
  const lines = [headline];
  // The newest first: the others are known from before.
  for (const name of (await namesIn(folder)).reverse()) {
    const path = join(folder, name);
    const { size } = await stat(path);
    const before = known.get(name);
    if (before?.startsWith(`${size} `)) lines.push(`${name} ${before}`);
    else if (table.test(name) && clock.monotonicMs() >= untilMs) lines.push(`${name} ${size}`);
    else lines.push(`${name} ${await summed(path)}`);
  }
  await writeFileSafely(join(stateDir, files.clean), `${lines.join('\n')}\n`);
}

/** The mark holds for one start: it is taken away. */
export async function wasStoppedCleanly(stateDir: string, clock: Clock): Promise<Stopped> {
  const path = join(stateDir, files.clean);
  try {
    const said = await readFile(path, 'utf8');
    const stopped = await compared(join(stateDir, files.database), said, clock);
    await rm(path, { force: true });
    return stopped;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return notClean;
    throw error;
  }
}

async function compared(folder: string, said: string, clock: Clock): Promise<Stopped> {
  const untilMs = clock.monotonicMs() + mostMs;
  const [first, ...lines] = said.trimEnd().split('\n');
  if (first !== headline) return notClean;
  const wanted = new Map(lines.map((line) => [line.split(' ', 1)[0]!, line.slice(line.indexOf(' ') + 1)]));
  const names = await namesIn(folder);
  if (names.length !== wanted.size) return notClean;
  const sums = new Map<string, string>();
  let isWhole = true;
  for (const name of names.reverse()) {
    const line = wanted.get(name);
    const path = join(folder, name);
    const isSummed = line?.includes(' ') === true;
    if (table.test(name) && (!isSummed || clock.monotonicMs() >= untilMs)) {
      isWhole = false;
      if (line?.split(' ', 1)[0] !== String((await stat(path)).size)) return notClean;
    } else if (line !== (await summed(path))) return notClean;
    if (table.test(name) && isSummed) sums.set(name, line);
  }
  return { isClean: true, isWhole, sums };
}

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => !unread.test(name)).sort();
}

async function summed(path: string): Promise<string> {
  const bytes = await readFile(path);
  return `${bytes.length} ${crc32(bytes).toString(16)}`;
}
