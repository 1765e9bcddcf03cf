/** How old a sample is when a person sees it: in the browser's event, and on the small screen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createWebClient } from '../../appliance/web/client/client.ts';
import { createDisplayClient } from '../../display/client/client.ts';
import { type Bench, type BenchContext, numberOption, percentile, round } from './bench.ts';
import { BundledBox } from './box.ts';
import { listenLive, signIn } from './page-client.ts';
import { intervalMs, SimulatedAgents } from './simulated.ts';

const goal = { pageMs: 300, oledMs: 1_000 };

export const latency: Bench = {
  about: "milliseconds from a sample's taking to the browser's event and to the small screen, p95",
  goal: `page ≤ ${goal.pageMs}, oled ≤ ${goal.oledMs}`,
  help: { agents: 'simulated agents on the real wire (100)', seconds: 'how long is measured (120)' },
  options: { agents: { type: 'string' }, seconds: { type: 'string' } },
  async run(context) {
    const agents = Math.max(1, numberOption(context, 'agents', 100));
    const seconds = numberOption(context, 'seconds', 120);
    const box = await BundledBox.create({
      bundles: await context.bundles(),
      // The first simulated agent takes the place of the box's own, which is what the small screen shows.
      daemons: ['store', 'ingest', 'web', 'display'],
    });
    const fleet = new SimulatedAgents(box, { agents, marked: true });
    try {
      await fleet.prepare();
      await box.start();
      await fleet.admit();
      const { page, oled } = await measure(box, fleet, seconds, context);
      const figures = {
        page_p95_ms: round(percentile(page, 0.95), 1),
        oled_p95_ms: round(percentile(oled, 0.95), 1),
        page_median_ms: round(percentile(page, 0.5), 1),
        oled_median_ms: round(percentile(oled, 0.5), 1),
      };
      return {
        figures,
        met: figures.page_p95_ms <= goal.pageMs && figures.oled_p95_ms <= goal.oledMs,
        conditions: `${agents} agents, 60 series every ${intervalMs / 1_000} s each, ${seconds} s; ${page.length} events, ${oled.length} pictures`,
      };
    } finally {
      await fleet.stop();
      await box.remove();
    }
  },
};

async function measure(
  box: BundledBox,
  fleet: SimulatedAgents,
  seconds: number,
  { progress, signal }: BenchContext,
) {
  const web = createWebClient({ runDir: box.runDir, as: 'console' });
  const display = createDisplayClient({ runDir: box.runDir, as: 'console' });
  const page: number[] = [];
  const oled: number[] = [];
  let counting = false;
  let shown: { takenMs: number; cpu: number } | undefined;
  const { code } = await web.address();
  const live = await listenLive(box.ports.https, await signIn(box.ports.https, code ?? ''), ({ summary }) => {
    if (counting && summary.uptimeS !== undefined) page.push(Date.now() - summary.uptimeS * 1_000);
  });
  const panel = display.changes({
    onChange: ({ text }) => {
      if (!shown || !text.join(' ').includes(`cpu ${shown.cpu}%`)) return;
      if (counting) oled.push(Date.now() - shown.takenMs);
      shown = undefined;
    },
  });
  try {
    fleet.start((sample) => {
      // A sample that was never shown counts with the whole interval, not as if it had not been.
      if (counting && shown) oled.push(intervalMs);
      shown = sample;
    });
    await sleep(3 * intervalMs, undefined, { signal });
    progress(`measuring for ${seconds} s`);
    counting = true;
    await sleep(seconds * 1_000, undefined, { signal });
    counting = false;
    if (page.length === 0 || oled.length === 0)
      throw new Error(`saw ${page.length} events and ${oled.length} pictures`);
    return { page, oled };
  } finally {
    panel.stop();
    live.stop();
    web.close();
    display.close();
  }
}
