/** Simulated agents beside a box: `fleet.ts` in a process of its own, and the box's registry, which knows them beforehand. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import type { WireIdentity } from '../helpers/wire-agent.ts';
import type { BundledBox } from './box.ts';

export const intervalMs = 5_000;
const fleetFile = fileURLToPath(new URL('fleet.ts', import.meta.url));

export type SimulatedOptions = {
  agents: number;
  /** The first takes the place of the box's own agent, and marks its samples so that they are recognised on the panel. */
  marked?: boolean;
  /** A recording that they replay. */
  trace?: string | undefined;
};

export class SimulatedAgents {
  readonly #box: BundledBox;
  readonly #o: SimulatedOptions;
  readonly #identities: string;
  #child: ChildProcess | undefined;
  #failed = '';

  constructor(box: BundledBox, o: SimulatedOptions) {
    this.#box = box;
    this.#o = o;
    this.#identities = join(box.home, 'identities.json');
  }

  /** Why it plays no more, if it does not. */
  get failed(): string {
    return this.#failed;
  }

  async prepare(): Promise<void> {
    const made = this.#run('--make');
    const code = await new Promise((resolve) => made.once('exit', resolve));
    if (code !== 0) throw new Error(`the fleet's keys could not be made (${code})`);
    if (!this.#o.marked) return;
    const [first] = await this.#known();
    const folder = join(this.#box.home, 'state', 'agent', 'public');
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeFile(join(folder, 'local-agent.pub'), `${first?.spki}\n`, { mode: 0o644 });
  }

  /** Resolves to the machines' numbers; pairing is limited to a few a minute. */
  async admit(): Promise<number[]> {
    const store = createStoreClient({ runDir: this.#box.runDir, as: 'ingest' });
    const machines: number[] = [];
    for (const [index, { id }] of (await this.#known()).entries()) {
      if (index === 0 && this.#o.marked) continue;
      const { machine } = await store.admit({ key: id, name: `bench-${index}`, by: 'bench', local: false });
      machines.push(machine);
    }
    store.close();
    return machines;
  }

  start(onFirst: (sample: { takenMs: number; cpu: number }) => void = () => undefined): void {
    const child = this.#run();
    this.#child = child;
    child.once('exit', (code) => {
      this.#failed = `the fleet ended with ${code}`;
    });
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

  async #known(): Promise<WireIdentity[]> {
    return JSON.parse(await readFile(this.#identities, 'utf8')) as WireIdentity[];
  }

  #run(...more: string[]): ChildProcess {
    const { agents, marked, trace } = this.#o;
    const args = ['--identities', this.#identities, '--agents', String(agents)];
    args.push('--port', String(this.#box.ports.door), '--interval', String(intervalMs));
    if (marked) args.push('--marked');
    if (trace !== undefined) args.push('--trace', trace);
    return spawn(process.execPath, [fleetFile, ...args, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });
  }
}
