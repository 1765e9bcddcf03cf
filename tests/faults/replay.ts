/** Every crash state that the traced system calls of the store and of the small files' writers allow, opened and compared. */
import { randomInt } from 'node:crypto';
import { type Fault, type FaultContext, type Findings, nothingFound, ToolMissing } from './fault.ts';
import { planNames } from './kill/store-plans.ts';
import { agentFiles } from './replay/small-files.ts';
import { judgeSmallFiles } from './replay/small-states.ts';
import { modelNames, models } from './replay/states.ts';
import type { LifePlan } from './replay/store-lives.ts';
import { judgeStates, type Tallies } from './replay/store-states.ts';
import { whyNoTrace } from './replay/strace.ts';

/** Creation, power cuts and kills, recoveries from them, much to write, an orderly end, and one more start. */
const plan: readonly LifePlan[] = [
  { ms: 1000, recordsPerTurn: 1, end: 'Z' },
  { ms: 1200, recordsPerTurn: 2, end: 'C' },
  { ms: 2500, recordsPerTurn: 2, end: 'SIGKILL' },
  { ms: 2000, recordsPerTurn: 2, end: 'SIGTERM' },
  { ms: 800, recordsPerTurn: 1, end: 'E' },
  { ms: 300, recordsPerTurn: 1, end: 'SIGKILL' },
];

/** Of a file that takes a whole store to be read. */
const dearMoments = 60;

export const replay: Fault = {
  about: 'states that a power cut could leave, rebuilt from traced system calls',
  goal: 'nothing promised is lost, wrong or doubled, and every state opens',
  piece: 4000,
  parts: { flag: 'daemon', names: ['agent'] },
  async run({ count, part, progress, signal }: FaultContext): Promise<Findings> {
    const missing = whyNoTrace();
    if (missing !== null) throw new ToolMissing(missing);
    const seed = randomInt(2 ** 31);
    if (part !== undefined) return ofAgent(seed, progress);
    progress(`tracing two stores and the writers of small files (seed ${seed})`);
    const small = await judgeSmallFiles({ seed, dearMoments, onNote: progress });
    const left = Math.max(2, count - total(...Object.values(small)).injected);
    const aging = planNames[seed % planNames.length]!;
    const states = Math.ceil(left / 2);
    const base = { plan, seed, signal, onNote: progress };
    const young = await judgeStates({ ...base, states: left - states });
    const old = await judgeStates({ ...base, aging, states });
    const groups: Record<string, Tallies> = { ...small, store: young, [`store with ${aging}`]: old };
    for (const [name, tallies] of Object.entries(groups)) report(name, tallies, progress);
    const counts = Object.fromEntries(
      Object.entries(groups).map(([name, tallies]) => [name, total(tallies).injected]),
    );
    return { ...total(...Object.values(groups)), counts };
  },
};

async function ofAgent(seed: number, progress: (text: string) => void): Promise<Findings> {
  progress(`tracing what an agent keeps (seed ${seed})`);
  const groups = await judgeSmallFiles({ seed, files: agentFiles, onNote: progress });
  for (const [name, tallies] of Object.entries(groups)) report(name, tallies, progress);
  return total(...Object.values(groups));
}

/** How many states the models have, for a person. */
function report(what: string, tallies: Tallies, progress: (text: string) => void): void {
  for (const model of modelNames) {
    const { states = 0, ...found } = tallies[model] ?? {};
    const bad = Object.entries(found).filter(([, number]) => number > 0);
    const said = bad.map(([key, number]) => `${number} ${key}`).join(', ') || 'nothing found';
    progress(`${what}: ${model} ${String(states).padStart(6)} states, ${said} (${models[model]})`);
  }
}

function total(...all: Tallies[]): Findings {
  const sum = { ...nothingFound };
  for (const { states, ...found } of all.flatMap((tallies) => Object.values(tallies))) {
    sum.injected += states;
    for (const key of ['lost', 'wrong', 'doubled', 'unopenable'] as const) sum[key] += found[key];
  }
  return sum;
}
