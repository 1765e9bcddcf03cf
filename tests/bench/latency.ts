/** How old a sample is when a person sees it: in the browser's event, and on the small screen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { createWebClient } from '../../appliance/web/client/client.ts';
import { createDisplayClient } from '../../display/client/client.ts';
import type { WireIdentity } from '../helpers/wire-agent.ts';
import { type Bench, type BenchContext, numberOption, percentile, round } from './bench.ts';
import { BundledBox } from './box.ts';
import { listenLive, signIn } from './page-client.ts';

const goal = { pageMs: 300, oledMs: 1_000 };
const intervalMs = 5_000;
const fleetFile = fileURLToPath(new URL('fleet.ts', import.meta.url));

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
    const fleet = new Fleet(box, agents);
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

async function measure(box: BundledBox, fleet: Fleet, seconds: number, { progress, signal }: BenchContext) {
  const web = createWebClient({ runDir: box.runDir });
  const display = createDisplayClient({ runDir: box.runDir });
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

/** The simulated agents, known to the box beforehand: pairing is limited to six machines a minute. */
class Fleet {
  readonly #box: BundledBox;
  readonly #agents: number;
  readonly #identities: string;
  #child: ChildProcess | undefined;

  constructor(box: BundledBox, agents: number) {
    this.#box = box;
    this.#agents = agents;
    this.#identities = join(box.home, 'identities.json');
  }

  async prepare(): Promise<void> {
    const made = this.#run('--make');
    const code = await new Promise((resolve) => made.once('exit', resolve));
    if (code !== 0) throw new Error(`the fleet's keys could not be made (${code})`);
    const [first] = JSON.parse(await readFile(this.#identities, 'utf8')) as WireIdentity[];
    const folder = join(this.#box.home, 'state', 'agent', 'public');
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeFile(join(folder, 'local-agent.pub'), `${first?.spki}\n`, { mode: 0o644 });
  }

  async admit(): Promise<void> {
    const store = createStoreClient({ runDir: this.#box.runDir, as: 'ingest' });
    const identities = JSON.parse(await readFile(this.#identities, 'utf8')) as WireIdentity[];
    for (const [index, { id }] of identities.entries())
      if (index > 0) await store.admit({ key: id, name: `bench-${index}`, by: 'bench', local: false });
    store.close();
  }

  start(onFirst: (sample: { takenMs: number; cpu: number }) => void): void {
    const child = this.#run();
    this.#child = child;
    if (child.stdout)
      createInterface({ input: child.stdout }).on('line', (line) =>
        onFirst(JSON.parse(line) as { takenMs: number; cpu: number }),
      );
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  #run(...more: string[]): ChildProcess {
    const { door } = this.#box.ports;
    const args = ['--identities', this.#identities, '--agents', String(this.#agents), '--port', String(door)];
    const all = [fleetFile, ...args, '--interval', String(intervalMs), ...more];
    return spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  }
}
