/** What the agent costs the machine that it measures, beside node_exporter on the same machine at the same time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Bench, numberOption, round } from './bench.ts';
import { BundledBox } from './box.ts';
import { cpuMsWithChildren, memoryMb, schedulerMs } from './counters.ts';
import { startExporter } from './exporter.ts';

const cycleMs = 5_000;
/** The code that runs once a minute has then run too, and what the start left behind is given back. */
const warmMs = 120_000;
/** Memory is a saw tooth as high as the young generation: its mean counts, not one moment. */
const lookEvery = 4;
const goal = { cpuMs: 1.5, share: 0.25, rssMb: 58, privateMb: 22 };

export const agent: Bench = {
  about: `CPU milliseconds a ${cycleMs / 1_000} s cycle, children counted; memory in MB`,
  goal: `cpu ≤ ${goal.cpuMs} and ≤ a quarter of node_exporter's, RSS ≤ ${goal.rssMb}, private ≤ ${goal.privateMb}`,
  help: { minutes: 'how long it is measured, after two minutes of warming up (10)' },
  options: { minutes: { type: 'string' } },
  async run(context) {
    const minutes = numberOption(context, 'minutes', 10);
    const exporter = await startExporter();
    // Without the watch, which gives the box's own agent probes to run: what they cost is told by `probes`.
    const box = await BundledBox.create({
      bundles: await context.bundles(),
      daemons: ['store', 'ingest', 'agent'],
    });
    const store = createStoreClient({ runDir: box.runDir, as: 'console' });
    try {
      await box.start();
      await eventually('the agent sends', async () =>
        (await store.machines()).some((machine) => machine.local && machine.state === 'up'),
      );
      const pid = box.pid('agent');
      await scrapeFor(exporter, warmMs, context.signal);
      context.progress(`warm; ${minutes} min of measuring`);
      const before = {
        agent: cpuMsWithChildren(pid),
        exporter: schedulerMs(exporter.pid),
        atMs: performance.now(),
      };
      const looks: { rss: number; private: number }[] = [];
      await scrapeFor(exporter, minutes * 60_000, context.signal, (cycle) => {
        if (cycle % lookEvery === 0) looks.push(memoryMb(pid));
      });
      const cycles = (performance.now() - before.atMs) / cycleMs;
      const figures = {
        cpu_ms: round((cpuMsWithChildren(pid) - before.agent) / cycles, 2),
        node_exporter_cpu_ms: round((schedulerMs(exporter.pid) - before.exporter) / cycles, 2),
        rss_mb: round(mean(looks.map(({ rss }) => rss)), 1),
        private_mb: round(mean(looks.map((look) => look.private)), 1),
      };
      return {
        figures,
        met:
          figures.cpu_ms <= goal.cpuMs &&
          figures.cpu_ms <= figures.node_exporter_cpu_ms * goal.share &&
          figures.rss_mb <= goal.rssMb &&
          figures.private_mb <= goal.privateMb,
        conditions: `means of ${minutes} min after ${warmMs / 60_000} min, every default collector, no probes, connected to its box; one scrape a cycle`,
      };
    } finally {
      store.close();
      await box.remove();
      await exporter.stop();
    }
  },
};

async function scrapeFor(
  exporter: { scrape(): Promise<number> },
  forMs: number,
  signal: AbortSignal,
  look: (cycle: number) => void = () => undefined,
): Promise<void> {
  const endMs = performance.now() + forMs;
  for (let cycle = 0; performance.now() < endMs; cycle++) {
    await exporter.scrape();
    look(cycle);
    await sleep(Math.min(cycleMs, Math.max(0, endMs - performance.now())), undefined, { signal });
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}
