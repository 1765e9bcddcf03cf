/** What it costs to start the box, until every daemon says that it is ready. */
import { daemonNames } from '../../appliance/launch/daemons.ts';
import { type Bench, numberOption, percentile, round } from './bench.ts';
import { BundledBox } from './box.ts';
import { cpuMsWithChildren } from './counters.ts';

const goalS = 2.5;

export const start: Bench = {
  about: 'CPU seconds from start to READY, all daemons',
  goal: `≤ ${goalS}`,
  help: { runs: 'how many starts are measured; the median counts (3)' },
  options: { runs: { type: 'string' } },
  async run(context) {
    const runs = Math.max(1, numberOption(context, 'runs', 3));
    const box = await BundledBox.create({ bundles: await context.bundles() });
    const sums: number[] = [];
    const shares: Record<string, number> = {};
    try {
      // The first start makes keys and the database, and warms the page cache: it is not counted.
      for (let run = 0; run <= runs && !context.signal.aborted; run++) {
        let sum = 0;
        await box.start({}, (daemon, pid) => {
          const seconds = cpuMsWithChildren(pid) / 1_000;
          shares[`cpu_s_${daemon}`] = round(seconds, 3);
          sum += seconds;
        });
        await box.stop();
        context.progress(run === 0 ? `first start: ${round(sum, 2)} s` : `start ${run}: ${round(sum, 2)} s`);
        if (run > 0) sums.push(sum);
      }
      const median = percentile(sums, 0.5);
      return {
        figures: { cpu_s: round(median, 3), ...shares },
        met: median <= goalS,
        conditions: `${daemonNames.length} bundled daemons together, warm (second start of a home), median of ${runs}`,
      };
    } finally {
      await box.remove();
    }
  },
};
