/** What happens to the clocks of a box and its machines in one life of the box; drawn at random, then played. */

const dayMs = 24 * 3_600_000;

export type Step =
  /** The wall clock of the box is set: off the true time by so much. */
  | { kind: 'box'; offMs: number }
  /** It goes wrong slowly, in so many small steps. */
  | { kind: 'drift'; byMs: number; steps: number }
  /** A machine comes back with a clock that is off by so much and says that it is synchronised. */
  | { kind: 'agent'; machine: number; offMs: number }
  | { kind: 'kill'; daemon: 'store' | 'ingest' }
  /** The agent's process begins anew: another run. */
  | { kind: 'run'; machine: number };

export type Script = {
  /** By how much the box is wrong when it boots. */
  bootOffMs: number;
  before: Step[];
  trust: 'ntp' | 'person' | 'machines';
  after: Step[];
};

export const machineCount = 4;

export function drawScript(random: () => number, nowMs: number): Script {
  const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const offs = [-nowMs, Date.UTC(2099, 0, 1) - nowMs, dayMs, -dayMs];
  const clockFault = (): Step => {
    const kind = random();
    if (kind < 0.5) return { kind: 'box', offMs: one(offs) };
    if (kind < 0.7) return { kind: 'drift', byMs: one([-2_000, 2_000]), steps: 5 };
    // Only one machine lies, and not with the clock of the box: two sources that agree are believed.
    return { kind: 'agent', machine: 0, offMs: one(offs) + 3 * dayMs };
  };
  const restart = (): Step =>
    random() < 0.3
      ? { kind: 'run', machine: 1 + Math.floor(random() * (machineCount - 1)) }
      : { kind: 'kill', daemon: one(['store', 'ingest'] as const) };
  const steps = () => [clockFault(), restart(), clockFault()].sort(() => random() - 0.5);
  return {
    bootOffMs: one(offs),
    before: steps(),
    trust: one(['ntp', 'person', 'machines'] as const),
    after: steps(),
  };
}

/** The boot itself is one. */
export function faultsIn({ before, after }: Script): number {
  const isClock = ({ kind }: Step) => kind === 'box' || kind === 'drift' || kind === 'agent';
  return 1 + [...before, ...after].filter(isClock).length;
}
