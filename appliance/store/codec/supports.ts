/** The columns of a block that others may lean on, and what the growth of each has in common with that of the others. */
import { covariance, meanOf, solved } from './least-squares.ts';
import type { Prediction } from './predictor.ts';

export type Support = {
  series: number;
  numbers: Float64Array;
  growth: Float64Array;
  /** All that must be decoded to read it, itself included. */
  needs: readonly number[];
};

/** Some ticks of a growth beside those of all supports: its power, and what it shares with each of them. */
export type Likeness = { some: Float64Array; mean: number; power: number; shared: number[] };

/** So many ticks show who is like whom. */
const lookedAt = 360;

/** One series is read by decoding at most so many. */
const mostNeeds = 4;
const mostOthers = 3;
const rounds = 5;
/** The share of what is left unexplained that another column must explain. */
const leastShare = 0.03;
/** What rounding alone leaves of a value. */
const roundingPower = 1 / 12;

export class Supports {
  readonly #all: Support[] = [];
  readonly #likeness: Likeness[] = [];

  likenessOf(growth: Float64Array): Likeness {
    const some = thinned(growth);
    const mean = meanOf(some);
    const shared = new Array<number>(this.#likeness.length);
    for (let at = 0; at < shared.length; at++) {
      const other = this.#likeness[at]!;
      shared[at] = covariance(some, mean, other.some, other.mean);
    }
    return { some, mean, power: covariance(some, mean, some, mean), shared };
  }

  /** Later ones may lean on this one; its likeness was taken just before. */
  add(
    series: number,
    numbers: Float64Array,
    growth: Float64Array,
    likeness: Likeness,
    prediction: Prediction,
  ): void {
    const needs = new Set([series]);
    for (const other of prediction.others) {
      for (const need of this.#all.find((one) => one.series === other.series)!.needs) needs.add(need);
    }
    this.#all.push({ series, numbers, growth, needs: [...needs] });
    this.#likeness.push(likeness);
  }

  /**
   * Those that explain most, one after the other; the first may turn out to be needless. The logarithm of what is left
   * says about how many bits a value costs, and each must save `leastBits`.
   */
  explaining(likeness: Likeness, count: number, leastBits: number): Support[] {
    let best: number[] = [];
    let left = likeness.power;
    let chosen: number[] = [];
    let weights: number[] = [];
    let power = likeness.power;
    const noise = likeness.some.length * roundingPower;
    for (let round = 0; round < rounds; round++) {
      const next = this.#nearest(likeness, chosen, weights, power);
      if (next < 0) break;
      chosen = [...(chosen.length === mostOthers ? chosen.slice(1) : chosen), next];
      const found = this.#weights(likeness, chosen);
      if (found === null) break;
      weights = found;
      power = weights.reduce(
        (rest, weight, at) => rest - weight * likeness.shared[chosen[at]!]!,
        likeness.power,
      );
      if (power < 0) power = 0;
      const saved = (count / 2) * Math.log2((left + noise) / (power + noise));
      if (saved > leastBits * Math.max(1, chosen.length - best.length)) [best, left] = [chosen, power];
    }
    return best.map((at) => this.#all[at]!);
  }

  #nearest(likeness: Likeness, chosen: readonly number[], weights: readonly number[], power: number): number {
    const kept = chosen.length === mostOthers ? chosen.slice(1) : chosen;
    let best = -1;
    let most = leastShare * power;
    for (let at = 0; at < this.#all.length; at++) {
      const own = this.#likeness[at]!.power;
      if (own <= 0 || chosen.includes(at)) continue;
      let shared = likeness.shared[at]!;
      for (let index = 0; index < chosen.length; index++)
        shared -= weights[index]! * this.#between(chosen[index]!, at);
      const explained = (shared * shared) / own;
      if (explained > most && this.#needsOf(kept, at) <= mostNeeds - 1) [best, most] = [at, explained];
    }
    return best;
  }

  #weights(likeness: Likeness, chosen: readonly number[]): number[] | null {
    return solved(
      chosen.map((row) => [...chosen.map((column) => this.#between(row, column)), likeness.shared[row]!]),
    );
  }

  #between(a: number, b: number): number {
    if (a === b) return this.#likeness[a]!.power;
    return a > b ? this.#likeness[a]!.shared[b]! : this.#likeness[b]!.shared[a]!;
  }

  #needsOf(kept: readonly number[], next: number): number {
    const needs = new Set(this.#all[next]!.needs);
    for (const at of kept) for (const need of this.#all[at]!.needs) needs.add(need);
    return needs.size;
  }
}

function thinned(growth: Float64Array): Float64Array {
  const step = Math.ceil(growth.length / lookedAt);
  if (step === 1) return growth;
  const some = new Float64Array(Math.floor(growth.length / step));
  for (let at = 0; at < some.length; at++) some[at] = growth[at * step]!;
  return some;
}
