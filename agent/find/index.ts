/** The discovery ladder, from the surest rung down. A new rung is a file beside this one and a line here. */
import { doorFile } from './door-file.ts';
import { mdns } from './mdns.ts';
import type { Candidate, FindOptions, Rung } from './rung.ts';
import { typed } from './typed.ts';

const rungs = { typed, 'door-file': doorFile, mdns } satisfies Record<string, Rung>;

export type RungName = keyof typeof rungs;
export type Found = Candidate & { rung: RungName };

/** Candidates of all rungs that apply. A person who named a box, by address or by file, means that one. */
export async function* find(options: FindOptions, signal: AbortSignal): AsyncGenerator<Found> {
  const named: RungName[] = options.box !== '' ? ['typed'] : options.doorFile !== '' ? ['door-file'] : [];
  const names = named.length > 0 ? named : (Object.keys(rungs) as RungName[]);
  for (const rung of names) {
    for await (const candidate of rungs[rung](options, signal)) {
      if (signal.aborted) return;
      yield { ...candidate, rung };
    }
  }
}
