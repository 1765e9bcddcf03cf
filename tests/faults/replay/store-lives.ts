/** A store that lives several lives under strace, with a producer that keeps a ledger: what the crash states are made of. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, InVain } from '../../helpers/eventually.ts';
import type { Program } from '../../helpers/programs.ts';
import { SampleLedger } from '../kill/sample-ledger.ts';
import { type PlanName, planOf } from '../kill/store-plans.ts';
import { run as agingRun, type Stream } from '../kill/streams.ts';
import type { SentBatches } from '../sent-batches.ts';
import { Ledger, run } from '../store-ledger.ts';
import { diskAfter } from './crashes.ts';
import { differences, eventsOfLives, type Life, settleCutCalls } from './recording.ts';
import { keys, type Registers, RegisterWriter } from './registers.ts';
import { type Model, materialise, stateOf } from './states.ts';
import { endTraced, startTraced } from './strace.ts';

export type StoreRecording = {
  /** The state folder whose calls were traced. */
  base: string;
  lives: Life[];
  sent: SentBatches['all'];
  machines: number;
  /** Of every tick. */
  run: string;
  /** Where history aged meanwhile: what its samples become. */
  streams: (Stream & { machine: number })[] | null;
  registers: Registers;
};

/** Who sends samples and keeps a ledger of them. */
type Producer = Pick<Ledger, 'client' | 'send' | 'sent' | 'close'> & {
  /** At the beginning of each life, once the store is ready. */
  prepare(): Promise<void>;
  about(): Pick<StoreRecording, 'machines' | 'run' | 'streams'>;
};

function producerFor(home: string, aging: PlanName | undefined): { producer: Producer; flags: string[] } {
  if (aging === undefined) {
    const ledger = new Ledger(home);
    const prepare = async () => {
      await eventually('the first commit', () => ledger.sent.epoch !== '');
      if (ledger.machines.length === 0) await ledger.admitMachines();
    };
    const about = () => ({ machines: ledger.machines.length, run, streams: null });
    return { producer: { ...borrowed(ledger), prepare, about }, flags };
  }
  const plan = planOf(aging, Date.now());
  const ledger = new SampleLedger(home, plan.streams);
  const about = () => ({ machines: ledger.streams.length, run: agingRun, streams: [...ledger.streams] });
  return {
    producer: { ...borrowed(ledger), prepare: () => ledger.attach(), about },
    flags: [...plan.flags, '--segment-bytes', '4KiB'],
  };
}

function borrowed(ledger: Ledger | SampleLedger): Pick<Producer, 'client' | 'send' | 'sent' | 'close'> {
  const { client, sent } = ledger;
  return { client, sent, send: (signal) => ledger.send(signal), close: () => ledger.close() };
}

/** How long it lives, how much it is given, and how it ends: by a signal, or by a power cut as this model has it. */
export type LifePlan = { ms: number; recordsPerTurn: number; end: 'SIGKILL' | 'SIGTERM' | Model };

const flags = [
  ...['--commit-interval', '30ms', '--commit-bytes', '16KiB', '--seal-interval', '1s'],
  ...['--segment-bytes', '4KiB', '--log-level', 'info', '--clock', 'untrusted'],
];
const turnMs = 40;

export async function recordStore(o: {
  home: string;
  plan: readonly LifePlan[];
  random: () => number;
  aging?: PlanName | undefined;
}): Promise<StoreRecording> {
  const { home } = o;
  const { producer, flags } = producerFor(home, o.aging);
  const writer = new RegisterWriter(producer.client);
  const base = join(home, 'state', 'store');
  const lives: Life[] = [];
  let found: string | null = null;
  for (const [index, life] of o.plan.entries()) {
    const trace = join(home, `trace-${index}`);
    lives.push({ trace, found });
    await live({ home, trace, life, producer, flags, writer });
    found = join(home, `found-${index}`);
    const settled = settleCutCalls(lives, base);
    if (settled === null) {
      const missed = differences(eventsOfLives(lives, base), base);
      if (life.end === 'SIGTERM') throw new Error(`the model of the disk missed a change of ${missed}`);
      // A write was cut in the middle: the next life begins on what is there, and the calls of this one end before.
      lives.pop();
      cpSync(base, found, { recursive: true });
      continue;
    }
    lives.splice(0, lives.length, ...settled);
    if (life.end === 'SIGKILL' || life.end === 'SIGTERM') {
      found = null;
      continue;
    }
    const events = eventsOfLives(lives, base);
    rmSync(base, { recursive: true });
    materialise(stateOf(diskAfter(events), life.end, o.random), base);
    cpSync(base, found, { recursive: true });
  }
  producer.close();
  return { base, lives, sent: producer.sent.all, ...producer.about(), registers: writer.registers };
}

async function live(o: {
  home: string;
  trace: string;
  life: LifePlan;
  producer: Producer;
  flags: readonly string[];
  writer: RegisterWriter;
}): Promise<void> {
  const { home, trace, life, producer, flags, writer } = o;
  const env = { NETMONITOR_HOME: home, NETMONITOR_RUN: home };
  const program = startTraced({ main: 'appliance/store/main.ts', args: flags, env }, trace);
  try {
    await eventually('the traced store', () => isReady(program));
    await producer.prepare();
    const endMs = performance.now() + life.ms;
    while (performance.now() < endMs) {
      await producer.send(AbortSignal.timeout(2));
      for (let count = 0; count < life.recordsPerTurn; count++) writer.begin();
      await new Promise((resolve) => setTimeout(resolve, turnMs * Math.random()));
    }
    // The last calls are still on their way when the process ends.
    for (let count = 0; count < keys; count++) writer.begin();
    await endTraced(program, life.end === 'SIGTERM' ? 'SIGTERM' : 'SIGKILL');
    await eventually('the end of the store', () => producer.sent.epoch === '');
    await writer.settled();
  } finally {
    if (program.over() === null) await endTraced(program, 'SIGKILL');
  }
}

function isReady(program: Program): boolean {
  if (program.over() !== null) throw new InVain(`the store ended: ${program.said()}`);
  return program.said().includes('msg="ready"');
}
