/** SIGKILL under load, so many times; a ledger of what was promised says what was lost, doubled or wrong. */
import { type Fault, type FaultContext, type Findings, nothingFound, sum } from './fault.ts';
import { killAgent } from './kill-agent.ts';
import { killStore } from './kill-store.ts';

const daemons = { store, agent };
type Daemon = keyof typeof daemons;

export const kill: Fault = {
  about: 'SIGKILL of the store in mid-stream and of an agent with its outbox, at random moments',
  goal: 'nothing acknowledged lost, doubled or wrong; ready again by itself',
  parts: { flag: 'daemon', names: Object.keys(daemons) },
  async run(context) {
    if (context.part !== undefined) return daemons[context.part as Daemon](context);
    const half = Math.floor(context.count / 2);
    const both = await store({ ...context, count: context.count - half });
    return half === 0 ? both : sum(both, await agent({ ...context, count: half }));
  },
};

async function store({ count, signal, progress }: FaultContext): Promise<Findings> {
  const found = await killStore({
    count,
    signal,
    onKill: (killed) => progress(`store: killed ${killed} of ${count} times`),
  });
  progress(`store: ${found.acknowledged} ticks acknowledged, ${found.blocks} blocks written`);
  const { injected, lost, wrong, doubled, unopenable } = found;
  return { injected, lost, wrong, doubled, unopenable, manual: unopenable };
}

async function agent({ count, signal, progress }: FaultContext): Promise<Findings> {
  const found = await killAgent({
    count,
    signal,
    onKill: (killed) => progress(`agent: killed ${killed} of ${count} times`),
  });
  progress(`agent: ${found.promised} ticks were on its disk`);
  const { injected, lost, doubled, unopenable } = found;
  return { ...nothingFound, injected, lost, doubled, unopenable, manual: unopenable };
}
