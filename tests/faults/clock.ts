/** Clocks that are wrong, jump and drift, on the box and on its machines, in mid-stream, with restarts in between. */
import { randomInt } from 'node:crypto';
import { Random } from '../bench/random.ts';
import { liveWithClocks } from './clock-life.ts';
import { drawScript } from './clock-script.ts';
import { type Fault, type Findings, nothingFound, sum } from './fault.ts';

export const clock: Fault = {
  about: '1970, 2099, days to and fro and drift, on the clocks of box and machines',
  goal: 'every sample once and at its true date once the time is known, nothing deleted by age',
  async run({ count, progress, signal }): Promise<Findings> {
    const seed = randomInt(2 ** 31);
    const random = new Random(seed);
    let found: Findings = nothingFound;
    progress(`scripts of seed ${seed}`);
    while (found.injected < count && !signal.aborted) {
      const script = drawScript(() => random.uniform(), Date.now());
      const more = await liveWithClocks(script, progress);
      found = sum(found, more);
      if (more.lost + more.wrong + more.doubled > 0) progress(`found with ${JSON.stringify(script)}`);
      progress(`clock: ${found.injected} of ${count} faults`);
    }
    return found;
  },
};
