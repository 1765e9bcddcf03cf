/** Somebody between box and machine at the admission, with keys of his own towards both sides. */
import { randomInt } from 'node:crypto';
import { type Fault, type Findings, nothingFound } from './fault.ts';
import { allowedBy, withstand } from './mitm/admissions.ts';
import { Key } from './mitm/keys.ts';
import { seeded } from './replay/random.ts';

const mostGrinding = 2 ** 16;

export const mitm: Fault = {
  about: 'somebody in between at the admission, who grinds, replays, drops, reorders and draws again',
  goal: 'equal digits on both sides not beyond chance: one in a million for each pair of draws',
  usualCount: 10_000,
  // What chance allows is reckoned over all runs at once.
  piece: 100_000,
  async run({ count, progress, signal }): Promise<Findings> {
    const seed = randomInt(2 ** 31);
    progress(`draws ${mostGrinding} keys (seed ${seed})`);
    const keys = Array.from({ length: mostGrinding }, () => Key.draw());
    const outcome = withstand({ runs: count, random: seeded(seed), keys, mostGrinding, signal });
    const { runs, tries, equal, byName } = outcome;
    const allowed = allowedBy(tries);
    progress(
      `${runs} admissions, ${tries} pairs of draws: ${equal} times equal, chance gives ${(tries * 1e-6).toFixed(3)}, ` +
        `more than ${allowed} less than once in a million ${JSON.stringify(byName)}`,
    );
    const figures = { tries, equal, allowed };
    return { ...nothingFound, injected: runs, wrong: Math.max(0, equal - allowed), figures };
  },
};
