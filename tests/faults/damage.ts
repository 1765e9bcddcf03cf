/** Files of the store damaged while it was down: it opens by itself, and every loss is named. */
import { randomInt } from 'node:crypto';
import { damageStores } from './damage/damages.ts';
import type { Fault } from './fault.ts';

export const damage: Fault = {
  about: 'files of the store truncated, flipped, zeroed, missing or stale',
  goal: 'it opens, no value is wrong, and what is lost is named by series and time',
  piece: 500,
  async run({ count, signal, progress }) {
    const seed = randomInt(2 ** 31);
    progress(`damaging (seed ${seed})`);
    const found = await damageStores({ count, seed, signal, onNote: progress });
    progress(`${found.named} ticks and entries lost and named, ${found.aborts} further aborts of LevelDB`);
    const { injected, lost, wrong, doubled, unopenable } = found;
    return { injected, lost, wrong, doubled, unopenable, manual: unopenable };
  },
};
