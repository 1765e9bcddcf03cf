/** Many admissions with somebody in between, and whether he was luckier than chance allows. */
import { commitment, newNonce } from '../../../appliance/protocol/pairing.ts';
import { pick, type Random } from '../fuzz/mutate.ts';
import { type BoxEnd, type MachineEnd, RealBox, RealMachine } from './ends.ts';
import { Key } from './keys.ts';
import { Middle } from './middle.ts';
import { type StrategyName, strategies } from './strategies.ts';

/** What each side is: the real one, unless a test shows what another one would be worth. */
export type Exchange = { box(key: Key): BoxEnd; machine(key: Key): MachineEnd };
const realExchange: Exchange = { box: (key) => new RealBox(key), machine: (key) => new RealMachine(key) };

export type Admissions = {
  runs: number;
  random: Random;
  /** Drawn beforehand by whoever stands between. */
  keys: readonly Key[];
  mostGrinding: number;
  names?: readonly StrategyName[];
  exchange?: Exchange;
  signal?: AbortSignal;
};

export type Outcome = { runs: number; tries: number; equal: number; byName: Record<string, number> };

/** One run in so many grinds as much as he can; the others a few hundred. */
const fullGrindingEvery = 8;
const littleGrinding = 256;

export function withstand(o: Admissions): Outcome {
  const names = o.names ?? (Object.keys(strategies) as StrategyName[]);
  const exchange = o.exchange ?? realExchange;
  const [boxKey, machineKey] = [Key.draw(), Key.draw()];
  const memory = {
    ...{ commit: commitment(newNonce(), boxKey.hash), boxNonce: newNonce() },
    ...{ agentNonce: newNonce(), ownNonce: newNonce() },
  };
  const outcome: Outcome = { runs: 0, tries: 0, equal: 0, byName: {} };
  while (outcome.runs < o.runs && !o.signal?.aborted) {
    const name = names.length === 1 ? names[0]! : pick(names, o.random);
    const full = o.runs < fullGrindingEvery || outcome.runs % fullGrindingEvery === 0 || names.length === 1;
    const middle = new Middle(exchange.box(boxKey), exchange.machine(machineKey), memory);
    const budget = full ? o.mostGrinding : Math.min(littleGrinding, o.mostGrinding);
    strategies[name](middle, { budget, keys: o.keys, random: o.random });
    middle.leave();
    outcome.runs += 1;
    outcome.tries += middle.tries;
    if (middle.equal) {
      outcome.equal += 1;
      outcome.byName[name] = (outcome.byName[name] ?? 0) + 1;
    }
  }
  return outcome;
}

const chance = 1e-6;
/** So seldom chance alone goes beyond what is allowed. */
const leastLikely = 1e-6;

/** How many equal digits chance may give: the least count that so many tries exceed less than once in a million (Poisson). */
export function allowedBy(tries: number): number {
  const mean = tries * chance;
  let probability = Math.exp(-mean);
  let beyond = 1 - probability;
  let count = 0;
  while (beyond >= leastLikely) {
    count += 1;
    probability *= mean / count;
    beyond -= probability;
  }
  return count;
}
