/** A network that drops, doubles, reorders and cuts before and after the commit, while machines replay several runs. */
import type { Fault } from './fault.ts';
import { drain } from './outbox/drain.ts';

/** Fifty cuts go with 10 million samples. */
const valuesPerCut = 200_000;
const width = 60;
const [machines, runs] = [8, 4];

export const proxy: Fault = {
  about: `messages dropped, doubled and reordered, connections cut, also after the commit and before its ack; ${valuesPerCut} samples a cut`,
  goal: 'what is stored is what was produced',
  piece: 25,
  async run({ count, signal, progress }) {
    const ticksPerRun = Math.ceil((count * valuesPerCut) / width / machines / runs);
    const found = await drain({
      ...{ machines, runs, ticksPerRun, cuts: count },
      ...{ commitInterval: '500ms', withinMs: 3_600_000, random: Math.random, signal, progress },
    });
    const { lost, wrong, doubled, values, mischief } = found;
    progress(`${values} values compared; ${JSON.stringify(mischief)}`);
    const counts = { ...mischief, values };
    return {
      injected: Math.min(mischief.cuts, count),
      lost,
      wrong,
      doubled,
      unopenable: 0,
      manual: 0,
      counts,
    };
  },
};
