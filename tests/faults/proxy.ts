/** A network that cuts connections before and after the commit, while machines replay several runs. */
import type { Fault } from './fault.ts';
import { drain } from './outbox/drain.ts';

/** Fifty cuts go with 10 million samples. */
const valuesPerCut = 200_000;
const width = 60;
const [machines, runs] = [8, 4];

export const proxy: Fault = {
  about: `connections cut in the middle, also after the commit and before its ack; ${valuesPerCut} samples a cut`,
  goal: 'what is stored is what was produced',
  piece: 1_000_000,
  async run({ count, signal, progress }) {
    const ticksPerRun = Math.ceil((count * valuesPerCut) / width / machines / runs);
    const found = await drain({
      ...{ machines, runs, ticksPerRun, cuts: count },
      ...{ commitInterval: '500ms', withinMs: 3_600_000, random: Math.random, signal, progress },
    });
    progress(
      `${found.cuts} cuts, ${found.unheard} of them with answers unheard; ${found.values} values compared`,
    );
    const { lost, wrong, doubled } = found;
    return { injected: found.cuts, lost, wrong, doubled, unopenable: 0, manual: 0 };
  },
};
