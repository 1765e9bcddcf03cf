/** Memory of the whole box: the sum of what each daemon and its children proportionally hold. */
import { setTimeout as sleep } from 'node:timers/promises';
import { daemonNames } from '../../appliance/launch/daemons.ts';
import { type Bench, numberOption, round } from './bench.ts';
import { BundledBox } from './box.ts';
import { memoryMb, tree } from './counters.ts';

/** 170 once watch joins. */
const idleGoalMb = 150;

export const memory: Bench = {
  about: 'sum of PSS of all daemons and their children, in MB',
  goal: `idle ≤ ${idleGoalMb}`,
  help: { seconds: 'how long the box runs before it is measured (60)' },
  options: { seconds: { type: 'string' } },
  async run(context) {
    const seconds = numberOption(context, 'seconds', 60);
    const box = await BundledBox.create({ bundles: await context.bundles() });
    try {
      await box.start();
      context.progress(`all ready; ${seconds} s until the measurement`);
      await sleep(seconds * 1_000, undefined, { signal: context.signal });
      const each = daemonNames.map((name) => {
        const pss = tree(box.pid(name)).reduce((sum, pid) => sum + memoryMb(pid).pss, 0);
        return [name, pss] as const;
      });
      const idle = each.reduce((sum, [, pss]) => sum + pss, 0);
      const figures = {
        idle: round(idle, 1),
        ...Object.fromEntries(each.map(([name, pss]) => [`idle_${name}`, round(pss, 1)])),
      };
      return {
        figures,
        met: idle <= idleGoalMb,
        conditions: `five daemons as bundles on one Node of their own, no other agent, after ${seconds} s`,
      };
    } finally {
      await box.remove();
    }
  },
};
