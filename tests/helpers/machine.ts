/** One more computer: the real agent as a process with a home of its own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AgentStatus } from '../../agent/status.ts';
import type { Waiting } from '../../appliance/ingest/client/types.ts';
import { createLocalClient, type LocalClient } from '../../appliance/runtime/socket/client.ts';
import type { Machine as Admitted } from '../../appliance/store/client/types.ts';
import type { Appliance } from './appliance.ts';
import { eventually } from './eventually.ts';
import { type Program, startProgram } from './programs.ts';

export const tester = { who: 'a test', role: 'admin', from: 'tests' };

export type ComputerOptions = { name: string; flags?: readonly string[]; prefix?: readonly string[] };

export class Computer {
  readonly home: string;
  readonly name: string;
  readonly #options: ComputerOptions;
  readonly #socket: LocalClient;
  #program: Program | null = null;

  private constructor(home: string, options: ComputerOptions) {
    this.home = home;
    this.name = options.name;
    this.#options = options;
    this.#socket = createLocalClient({ path: join(home, 'run/agent.sock') });
  }

  static async create(options: ComputerOptions): Promise<Computer> {
    const computer = new Computer(await mkdtemp(join(tmpdir(), 'nm-pc-')), options);
    await mkdir(computer.#runDir, { mode: 0o700 });
    return computer;
  }

  get #runDir(): string {
    return join(this.home, 'run');
  }

  get #place() {
    const { prefix } = this.#options;
    return {
      env: { NETMONITOR_HOME: this.home, NETMONITOR_RUN: this.#runDir },
      ...(prefix === undefined ? {} : { prefix }),
    };
  }

  get program(): Program {
    if (this.#program === null) throw new Error(`${this.name} was never started`);
    return this.#program;
  }

  start(): Program {
    this.#program = startProgram({
      main: 'agent/main.ts',
      args: ['--interval', '1s', '--name', this.name, ...(this.#options.flags ?? [])],
      ...this.#place,
    });
    return this.#program;
  }

  /** What the agent says of itself on its own socket. */
  async status(): Promise<AgentStatus> {
    return (await this.#socket.get('/v1/status')) as AgentStatus;
  }

  /** What the person at this computer says of the digits that it shows. */
  async answer(digits: string, same: boolean): Promise<void> {
    await this.#socket.post('/v1/pair', { digits, same });
  }

  /** Nobody waits for the next attempt, which may be a minute away. A machine whose box is configured forgets nothing by it. */
  async tryNow(): Promise<void> {
    await this.#socket.post('/v1/forget');
  }

  /** `netmonitor-agent` as a person at this computer types it. */
  command(...args: readonly string[]): Program {
    return startProgram({ main: 'agent/cli.ts', args, ...this.#place });
  }

  async remove(): Promise<void> {
    if (this.#program !== null) await this.#program.end();
    this.#socket.close();
    await rm(this.home, { recursive: true, force: true });
  }
}

export async function waitingMachine(appliance: Appliance, name: string): Promise<Waiting> {
  return eventually(`${name} waits at the door`, async () =>
    (await appliance.ingest.waiting()).find((machine) => machine.name === name && machine.connected),
  );
}

/** What a person does at the box: select, compare, admit. */
export async function admitAtTheBox(appliance: Appliance, name: string): Promise<Admitted> {
  const { id } = await waitingMachine(appliance, name);
  const { digits } = await appliance.ingest.select(id, tester);
  if (digits === null) throw new Error(`no digits were drawn for ${name}`);
  return appliance.ingest.admit(id, digits, tester);
}
