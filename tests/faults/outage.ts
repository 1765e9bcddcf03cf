/** A day without a box, for many machines at once; then it is back. */
import type { Fault } from './fault.ts';
import { drain } from './outbox/drain.ts';

const dayTicks = 17_280;
const drainMs = 30 * 60_000;
const lagMs = 10_000;

export const outage: Fault = {
  about: 'machines (--count) with a day of measurements each (made in seconds) come back all at once',
  goal: `nothing lost, wrong or doubled, drained in ${drainMs / 60_000} min, live lag at most ${lagMs / 1000} s`,
  piece: 1_000,
  async run({ count, signal, progress }) {
    const found = await drain({
      ...{ machines: count, runs: 1, ticksPerRun: dayTicks, cuts: 0 },
      ...{ commitInterval: '30s', withinMs: 2 * drainMs, random: Math.random, signal, progress },
    });
    progress(`compared ${found.values} values`);
    const { lost, wrong, doubled } = found;
    const late = (found.drainMs > drainMs ? 1 : 0) + (found.lagMs > lagMs ? 1 : 0);
    return { injected: count, lost, wrong: wrong + late, doubled, unopenable: 0, manual: 0 };
  },
};
