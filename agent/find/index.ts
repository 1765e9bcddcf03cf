/** The discovery ladder, from the surest rung down. A new rung is a file beside this one and a line here. */
import { beacon } from './beacon.ts';
import { dnsSd } from './dns-sd.ts';
import { doorFile } from './door-file.ts';
import { mdns } from './mdns.ts';
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
  scan,
} satisfies Record<string, Rung>;

export type RungName = keyof typeof rungs;
export type Found = Candidate & { rung: RungName };
export type Ladder = (signal: AbortSignal) => AsyncGenerator<Found>;

/** Knocking at every address looks like an intruder: not more often than this, and seldom while others answer. */
const scanEveryMs = 300_000;
const scanBesidesEveryMs = 3_600_000;

/** Candidates of all rungs that apply. A person who named a box, by address or by file, means that one. */
export function createLadder(options: FindOptions): Ladder {
  const { clock, box } = options;
  const named: RungName[] = box !== '' ? ['typed'] : options.doorFile !== '' ? ['door-file'] : [];
  const names = named.length > 0 ? named : (Object.keys(rungs) as RungName[]);
  let scannedMs = Number.NEGATIVE_INFINITY;
  return async function* climb(signal) {
    let count = 0;
    for (const rung of names) {
      if (rung === 'scan') {
        const everyMs = count === 0 ? scanEveryMs : scanBesidesEveryMs;
        if (clock.monotonicMs() - scannedMs < everyMs) continue;
        scannedMs = clock.monotonicMs();
      }
      for await (const candidate of rungs[rung](options, signal)) {
        if (signal.aborted) return;
        count += 1;
        yield { ...candidate, rung };
      }
      if (signal.aborted) return;
    }
  };
}
