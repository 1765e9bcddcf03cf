/** SIGKILL of each daemon under load, so many times; ledgers of what was promised say what was lost, doubled or wrong. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Fault, type FaultContext, type Findings, nothingFound, sum } from './fault.ts';
import { type Killed, killed as killedInBox, killInBox } from './kill/box-kills.ts';
import { killOutbox } from './kill/outbox-kills.ts';
import { Programs } from './kill/programs.ts';
import { type PlanName, planNames } from './kill/store-plans.ts';
import type { Told, Work } from './kill/store-worker.ts';

const storeWorker = fileURLToPath(new URL('kill/store-worker.ts', import.meta.url));
const names = ['store', ...killedInBox, 'outbox'] as const;
type Name = (typeof names)[number];

export const kill: Fault = {
  about: `SIGKILL of ${names.slice(0, -1).join(', ')} and an agent with a full outbox, at random moments and where it hurts`,
  goal: 'nothing acknowledged lost, doubled or wrong; ready again by itself, begun anew as systemd does',
  piece: 100,
  parts: { flag: 'daemon', names },
  async run(context) {
    const programs = await Programs.build();
    try {
      return await killAll(programs, context, context.part === undefined ? names : [context.part as Name]);
    } finally {
      programs.remove();
    }
  },
};

async function killAll(
  programs: Programs,
  context: FaultContext,
  wanted: readonly Name[],
): Promise<Findings> {
  const daemons = killedInBox.filter((name) => wanted.includes(name));
  const works: Promise<Findings>[] = [];
  if (wanted.includes('store')) works.push(...planNames.map((plan) => ofStore(plan, programs, context)));
  if (daemons.length > 0) works.push(ofBox(daemons, programs, context));
  if (wanted.includes('outbox')) works.push(ofOutbox(context));
  const found = (await Promise.all(works)).reduce(sum);
  const { counts = {} } = found;
  const said = Object.entries(counts).map(([what, times]) => `${what} ${times}`);
  context.progress(said.join(', '));
  return { ...found, injected: Math.min(...wanted.map((name) => counts[name] ?? 0)) };
}

/** Each plan has its share, whatever the number. */
async function ofStore(plan: PlanName, programs: Programs, context: FaultContext): Promise<Findings> {
  const count = Math.floor((context.count + planNames.indexOf(plan)) / planNames.length);
  if (count === 0) return nothingFound;
  const { injected, during, tally, unopenable } = await killElsewhere(
    { plan, count, programs: programs.folder },
    context.signal,
  );
  const moments = Object.entries(during).map(([moment, times]) => [`store during ${moment}`, times]);
  return findings(context, tally, unopenable, { store: injected, ...Object.fromEntries(moments) });
}

async function killElsewhere(work: Work, signal: AbortSignal): Promise<Told> {
  const child = fork(storeWorker, [JSON.stringify(work)]);
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  let told: Told | null = null;
  child.once('message', (message) => {
    told = message as Told;
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  signal.removeEventListener('abort', stop);
  if (told === null) throw new Error(`the process that kills a store ended with ${code}`);
  return told;
}

async function ofBox(
  daemons: readonly Killed[],
  programs: Programs,
  context: FaultContext,
): Promise<Findings> {
  const { injected, start, mailing, tally, unopenable } = await killInBox({ ...context, programs, daemons });
  const during = Object.entries(mailing).map(([step, times]) => [`watch during ${step} of a mail`, times]);
  const killed = daemons.map((name) => [name, injected[name]]);
  return findings(context, tally, unopenable, {
    ...Object.fromEntries(killed),
    'daemons during start': start,
    ...(daemons.includes('watch') ? Object.fromEntries(during) : {}),
  });
}

async function ofOutbox(context: FaultContext): Promise<Findings> {
  const { injected, promised, unopenable, ...bad } = await killOutbox(context);
  const counts = { outbox: injected, compared: promised };
  return { ...nothingFound, ...bad, unopenable, manual: unopenable, counts };
}

function findings(
  { progress }: FaultContext,
  { lost, wrong, doubled, compared, notes }: Told['tally'],
  unopenable: number,
  counts: Record<string, number>,
): Findings {
  for (const note of notes) progress(note);
  const bad = { lost, wrong, doubled, unopenable, manual: unopenable };
  return { ...nothingFound, ...bad, counts: { ...counts, compared } };
}
