/** SIGKILL of each daemon under load, so many times; ledgers of what was promised say what was lost, doubled or wrong. */
import { type Fault, type FaultContext, type Findings, nothingFound, sum } from './fault.ts';
import { killed as killedInBox, killInBox } from './kill/box-kills.ts';
import { killOutbox } from './kill/outbox-kills.ts';
import { Programs } from './kill/programs.ts';
import { killStore } from './kill/store-kills.ts';
import { planNames } from './kill/store-plans.ts';
import type { Tally } from './kill/tally.ts';

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
  const counts: Record<string, number> = {};
  const count = (what: string, more: number) => {
    counts[what] = (counts[what] ?? 0) + more;
  };
  const findings: Findings[] = [];
  const take = (tally: Tally, unopenable: number) => {
    const { lost, wrong, doubled } = tally;
    for (const note of tally.notes) context.progress(note);
    count('compared', tally.compared);
    findings.push({ ...nothingFound, lost, wrong, doubled, unopenable, manual: unopenable });
  };
  const works = [];
  if (wanted.includes('store')) {
    // Each plan gets its share, whatever the number.
    for (const [at, plan] of planNames.entries()) {
      const share = Math.floor((context.count + at) / planNames.length);
      const work = async () => {
        if (share === 0) return;
        const found = await killStore({ plan, programs, count: share, signal: context.signal });
        count('store', found.injected);
        for (const [deed, times] of Object.entries(found.during)) count(`store during ${deed}`, times);
        take(found.tally, found.unopenable);
      };
      works.push(work());
    }
  }
  const daemons = killedInBox.filter((name) => wanted.includes(name));
  if (daemons.length > 0) {
    const work = async () => {
      const found = await killInBox({ programs, daemons, count: context.count, signal: context.signal });
      for (const name of daemons) count(name, found.injected[name]);
      count('daemons during start', found.start);
      take(found.tally, found.unopenable);
    };
    works.push(work());
  }
  if (wanted.includes('outbox')) {
    const work = async () => {
      const { injected, promised, ...found } = await killOutbox(context);
      count('outbox', injected);
      count('compared', promised);
      findings.push({ ...nothingFound, ...found, manual: found.unopenable });
    };
    works.push(work());
  }
  await Promise.all(works);
  const said = Object.entries(counts).map(([what, times]) => `${what} ${times}`);
  context.progress(said.join(', '));
  const injected = Math.min(...wanted.map((name) => counts[name] ?? 0));
  return { ...findings.reduce(sum, nothingFound), injected, counts };
}
