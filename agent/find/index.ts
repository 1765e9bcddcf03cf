/** The discovery ladder, from the surest rung down. A new rung is a file beside this one and a line here. */
import { messageOf } from '../../appliance/runtime/errors.ts';
import { beacon } from './beacon.ts';
import { dnsSd } from './dns-sd.ts';
import { doorFile } from './door-file.ts';
import { installer } from './installer.ts';
import { mdns } from './mdns.ts';
import { CandidateQueue } from './queue.ts';
import type { Candidate, FindOptions, Rung } from './rung.ts';
import { scan } from './scan.ts';
import { typed } from './typed.ts';
import { wellKnown } from './well-known.ts';

export const rungs = {
  typed,
  'door-file': doorFile,
  mdns,
  'dns-sd': dnsSd,
  name: wellKnown,
  beacon,
  installer,
  scan,
} satisfies Record<string, Rung>;

/** What finds by itself, the surest first; the scan comes behind them all. */
const searching = [
  'mdns',
  'dns-sd',
  'name',
  'beacon',
  'installer',
] as const satisfies readonly (keyof typeof rungs)[];

export type RungName = keyof typeof rungs;
export type Found = Candidate & { rung: RungName };
export type Ladder = (signal: AbortSignal) => AsyncGenerator<Found>;

/** Knocking at every address looks like an intruder: not more often than this, and seldom while others answer. */
const scanEveryMs = 300_000;
const scanBesidesEveryMs = 3_600_000;

/** The next rung begins before a slow one has ended: a box that has moved should be found soon. */
const staggerMs = 1_500;

/** A person who named a box, by address or by file, means that one. */
export function namedBy({ box, doorFile }: Pick<FindOptions, 'box' | 'doorFile'>): RungName | null {
  if (box !== '') return 'typed';
  return doorFile !== '' ? 'door-file' : null;
}

/** Candidates of all rungs that apply. */
export function createLadder(options: FindOptions): Ladder {
  const named = namedBy(options);
  if (named !== null) return (signal) => step(named, options, signal);
  const scans = scanPace(options.clock);
  return async function* climb(signal) {
    const over = new AbortController();
    const found = new CandidateQueue<Found>();
    const climbing = search(options, { found, scans, signal: AbortSignal.any([signal, over.signal]) });
    try {
      yield* found.until(signal);
    } finally {
      over.abort();
      await climbing;
    }
  };
}

async function* step(rung: RungName, options: FindOptions, signal: AbortSignal): AsyncGenerator<Found> {
  for await (const candidate of rungs[rung](options, signal)) {
    if (signal.aborted) return;
    yield { ...candidate, rung };
  }
}

type Search = { found: CandidateQueue<Found>; scans: (found: number) => boolean; signal: AbortSignal };

async function search(options: FindOptions, { found, scans, signal }: Search): Promise<void> {
  const look = async (rung: RungName): Promise<void> => {
    try {
      for await (const one of step(rung, options, signal)) found.add([one], one.host);
    } catch (error) {
      options.log.warn('a way to find the box failed', { rung, error: messageOf(error) });
    }
  };
  const looking: Promise<void>[] = [];
  for (const rung of searching) {
    if (signal.aborted) break;
    const ended = look(rung);
    looking.push(ended);
    await endOrStagger(ended, options.clock, signal);
  }
  await Promise.all(looking);
  if (!signal.aborted && scans(found.size)) await look('scan');
  found.end();
}

async function endOrStagger(
  ended: Promise<void>,
  clock: FindOptions['clock'],
  signal: AbortSignal,
): Promise<void> {
  const enough = new AbortController();
  // Called off: the rung has ended, or the whole search.
  const wait = clock.sleep(staggerMs, AbortSignal.any([signal, enough.signal])).catch(() => undefined);
  await Promise.race([ended, wait]);
  enough.abort();
}

/** Whether the neighbours may be knocked at now, after so many candidates were found. */
function scanPace(clock: FindOptions['clock']): (found: number) => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (found) => {
    const everyMs = found === 0 ? scanEveryMs : scanBesidesEveryMs;
    if (clock.monotonicMs() - lastMs < everyMs) return false;
    lastMs = clock.monotonicMs();
    return true;
  };
}
