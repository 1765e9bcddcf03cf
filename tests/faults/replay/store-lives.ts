/** A store that lives several lives under strace, with a producer that keeps a ledger: what the crash states are made of. */
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, InVain } from '../../helpers/eventually.ts';
import type { Program } from '../../helpers/programs.ts';
import { Ledger } from '../store-ledger.ts';
import { diskAfter } from './crashes.ts';
import { differences, eventsOfLives, type Life } from './recording.ts';
import { keys, type Registers, RegisterWriter } from './registers.ts';
import { type Model, materialise, stateOf } from './states.ts';
import { endTraced, startTraced } from './strace.ts';

export type StoreRecording = {
  /** The state folder whose calls were traced. */
  base: string;
  lives: Life[];
  sent: Ledger['sent'];
  machines: number;
  registers: Registers;
};

/** How long it lives, how much it is given, and how it ends: by a signal, or by a power cut as this model has it. */
export type LifePlan = { ms: number; recordsPerTurn: number; end: 'SIGKILL' | 'SIGTERM' | Model };

const flags = [
  ...[
    '--commit-interval',
    '30ms',
    '--commit-bytes',
    '16KiB',
    '--seal-interval',
    '1s',
    '--table-bytes',
    '4KiB',
  ],
  ...['--segment-bytes', '4KiB', '--log-level', 'error', '--clock', 'untrusted'],
];
const turnMs = 40;

export async function recordStore(o: {
  home: string;
  plan: readonly LifePlan[];
  random: () => number;
}): Promise<StoreRecording> {
  const { home } = o;
  const ledger = new Ledger(home);
  const writer = new RegisterWriter(ledger.client);
  const base = join(home, 'state', 'store');
  const lives: Life[] = [];
  let found: string | null = null;
  for (const [index, life] of o.plan.entries()) {
    const trace = join(home, `trace-${index}`);
    lives.push({ trace, found });
    await live(home, trace, life, ledger, writer);
    const events = eventsOfLives(lives, base);
    const missed = differences(events, base);
    if (missed.length > 0) throw new Error(`the model of the disk missed a change of ${missed.join(', ')}`);
    if (life.end === 'SIGKILL' || life.end === 'SIGTERM') {
      found = null;
      continue;
    }
    rmSync(base, { recursive: true });
    found = join(home, `found-${index}`);
    const cache = join(home, `cache-${index}`);
    mkdirSync(cache);
    materialise(stateOf(diskAfter(events), life.end, o.random), base, cache, new Set());
    cpSync(base, found, { recursive: true });
  }
  ledger.close();
  const { sent, machines } = ledger;
  return { base, lives, sent, machines: machines.length, registers: writer.registers };
}

async function live(
  home: string,
  trace: string,
  life: LifePlan,
  ledger: Ledger,
  writer: RegisterWriter,
): Promise<void> {
  const env = { NETMONITOR_HOME: home, NETMONITOR_RUN: home };
  const program = startTraced({ main: 'appliance/store/main.ts', args: flags, env }, trace);
  try {
    await eventually('the traced store', () => isUp(program, ledger));
    if (ledger.machines.length === 0) await ledger.admitMachines();
    const endMs = performance.now() + life.ms;
    while (performance.now() < endMs) {
      await ledger.send(AbortSignal.timeout(2));
      for (let count = 0; count < life.recordsPerTurn; count++) writer.begin();
      await new Promise((resolve) => setTimeout(resolve, turnMs * Math.random()));
    }
    // The last calls are still on their way when the process ends.
    for (let count = 0; count < keys; count++) writer.begin();
    await endTraced(program, life.end === 'SIGTERM' ? 'SIGTERM' : 'SIGKILL');
    await eventually('the end of the store', () => ledger.epoch === '');
    await writer.settled();
  } finally {
    if (program.over() === null) await endTraced(program, 'SIGKILL');
  }
}

function isUp(program: Program, ledger: Ledger): boolean {
  if (program.over() !== null) throw new InVain(`the store ended: ${program.said()}`);
  return ledger.epoch !== '';
}
